package dev.lockstep.fuse;

import dev.lockstep.api.fs.Completion;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.MutationGate;

/** A gate that lets everything through and replicates nothing. */
public class PassThroughGate implements MutationGate {
    @Override
    public long enter(Intent intent) {
        return 0;
    }

    @Override
    public void commit(long ticket, Mutation mutation, Completion completion) {
        completion.completed(0);
    }

    @Override
    public void abandon(long ticket) {
        // Nothing was held.
    }

    @Override
    public void doubt(long ticket, String what) {
        // There is no peer.
    }

    @Override
    public void broken(long ticket) {
        // There is no peer.
    }

    @Override
    public void refusedByDisk(String what) {
        // Whoever asked for the flush is told.
    }
}
