package dev.lockstep.node.kit;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.FileSystemInterceptor;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.InterceptedTree;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.MutationGate;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.Opener;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.fs.Timestamp;
import dev.lockstep.api.fs.TreeDefinition;
import dev.lockstep.api.fs.TreeEvents;
import dev.lockstep.replication.kit.Faults;
import dev.lockstep.replication.kit.MemoryTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/** One directory of one node in memory. What was written survives the lives of the daemon, as on a disk. */
public final class MemoryInterceptor implements FileSystemInterceptor {
    private final List<Opener> openers = new CopyOnWriteArrayList<>();
    private final ReentrantLock order = new ReentrantLock();
    private MemoryTree disk = new MemoryTree(new Faults());
    private MutationGate gate;
    private volatile Exposure exposure;
    private volatile boolean diskFails;

    /** From now on the disk answers with errors. */
    public void failDisk() {
        diskFails = true;
    }

    /** Processes to be found holding the directory. */
    public List<Opener> openers() {
        return openers;
    }

    /** What is on the disk, one line per object. */
    public List<String> image() {
        return disk.image();
    }

    @Override
    public void check(Path directory) {
        // Memory is always good enough.
    }

    @Override
    public synchronized InterceptedTree open(TreeDefinition definition, MutationGate newGate, TreeEvents events) {
        disk = disk.restart();
        gate = newGate;
        exposure = null;
        return new Tree(disk);
    }

    private final class Tree implements InterceptedTree {
        private final MemoryTree backing;

        private Tree(MemoryTree backing) {
            this.backing = backing;
        }

        @Override
        public BackingTree backing() {
            return backing;
        }

        @Override
        public void expose(Exposure wanted) {
            exposure = wanted;
        }

        @Override
        public void conceal() {
            exposure = null;
        }

        @Override
        public void abort() {
            exposure = null;
        }

        @Override
        public void probe() throws IOException {
            if (diskFails) {
                throw new IOException("writing a block failed with errno 5");
            }
        }

        @Override
        public List<Opener> openers() {
            return List.copyOf(openers);
        }

        @Override
        public void guard() {
            exposure = null;
        }

        @Override
        public void withdraw() {
            exposure = null;
        }
    }

    /**
     * Does what an application does that writes a new file; the answer is the error number it gets, 0 when it is acknowledged.
     */
    public CompletableFuture<Integer> write(String name, String text) {
        if (exposure != Exposure.READ_WRITE) {
            return CompletableFuture.completedFuture(FileSystemFailure.EROFS);
        }
        long id = ThreadLocalRandom.current().nextLong(StableId.ROOT + 1, Long.MAX_VALUE / 2);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Attributes attributes = new Attributes(ObjectKind.FILE, 0644, 0, 0, 0, Timestamp.EPOCH, Timestamp.EPOCH, 0, 1);
        Mutation create = new Mutation.Create(
                0, StableId.ROOT, name.getBytes(StandardCharsets.UTF_8), id, attributes, new byte[0], List.of());
        CompletableFuture<Integer> created = run(new Intent.Entries(0, StableId.ROOT, StableId.NONE), create);
        return created.thenCompose(errno -> errno != 0
                ? CompletableFuture.completedFuture(errno)
                : run(
                        new Intent.Data(0, id, 0, bytes.length),
                        new Mutation.Write(0, id, 0, ByteBuffer.wrap(bytes), true, false)));
    }

    private CompletableFuture<Integer> run(Intent intent, Mutation mutation) {
        CompletableFuture<Integer> acknowledged = new CompletableFuture<>();
        order.lock();
        try {
            long ticket = gate.enter(intent);
            boolean applied = false;
            try {
                disk.apply(mutation);
                applied = true;
                gate.commit(ticket, mutation, acknowledged::complete);
            } finally {
                if (!applied) {
                    gate.abandon(ticket);
                }
            }
        } catch (FileSystemFailure failure) {
            acknowledged.complete(failure.errno());
        } finally {
            order.unlock();
        }
        return acknowledged;
    }
}
