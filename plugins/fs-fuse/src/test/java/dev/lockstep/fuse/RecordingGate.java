package dev.lockstep.fuse;

import dev.lockstep.api.fs.Completion;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.MutationGate;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what passes, and can refuse operations, break, or hold back completions. */
final class RecordingGate implements MutationGate {
    final List<Intent> intents = new CopyOnWriteArrayList<>();
    final List<Mutation> mutations = new CopyOnWriteArrayList<>();
    final List<Long> abandoned = new CopyOnWriteArrayList<>();
    final List<String> doubted = new CopyOnWriteArrayList<>();
    final List<Long> brokenOff = new CopyOnWriteArrayList<>();
    /** What the local disk did not take. */
    final List<String> refusals = new CopyOnWriteArrayList<>();

    final BlockingQueue<Completion> held = new LinkedBlockingQueue<>();
    volatile boolean holding;
    volatile int refusal;
    volatile boolean broken;
    final AtomicInteger refused = new AtomicInteger();

    @Override
    public long enter(Intent intent) throws FileSystemFailure {
        if (refusal != 0) {
            refused.incrementAndGet();
            throw new FileSystemFailure(refusal, "gate");
        }
        intents.add(intent);
        return intents.size();
    }

    @Override
    public void commit(long ticket, Mutation mutation, Completion completion) {
        if (broken) {
            throw new IllegalStateException("the gate is broken on purpose");
        }
        mutations.add(copied(mutation));
        if (holding) {
            held.add(completion);
        } else {
            completion.completed(0);
        }
    }

    private static Mutation copied(Mutation mutation) {
        if (mutation instanceof Mutation.Write write) {
            ByteBuffer data = ByteBuffer.allocate(write.data().remaining());
            data.put(write.data()).flip();
            return new Mutation.Write(
                    write.tree(), write.id(), write.offset(), data, write.durable(), write.dropPrivileges());
        }
        return mutation;
    }

    @Override
    public void abandon(long ticket) {
        abandoned.add(ticket);
    }

    @Override
    public void doubt(long ticket, String what) {
        doubted.add(what);
    }

    @Override
    public void broken(long ticket) {
        brokenOff.add(ticket);
    }

    @Override
    public void refusedByDisk(String what) {
        refusals.add(what);
    }

    /** What was committed of one kind. */
    <T extends Mutation> List<T> of(Class<T> kind) {
        return mutations.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
