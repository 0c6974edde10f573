package dev.lockstep.replication.reintegration;

/** An object of one of the module's trees. */
record Place(int tree, long id) {}
