package dev.lockstep.replication.reintegration;

import dev.lockstep.api.fs.BackingTree;
import java.util.List;

/** What the parts of a copy share. */
record CopyTools(List<BackingTree> trees, Sender sender, Throttle throttle, Counters counters, int packetBytes) {}
