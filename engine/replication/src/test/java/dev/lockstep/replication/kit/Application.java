package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.MutationGate;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.fs.Timestamp;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Does what an interceptor does for an application on a node: takes the order of the objects touched, passes the gate, applies to the
 * backing tree, commits.
 */
public final class Application {
    private static final int LOCKS = 64;
    private static final Timestamp WHEN = new Timestamp(0, 1000);
    /** Renames exclude each other, as in a kernel. */
    private static final long RENAMES = 0;

    private final MemoryNode node;
    private final MutationGate gate;
    private final MemoryTree[] trees;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    /** Works on the present life of a node. */
    public Application(MemoryNode node) {
        this.node = node;
        this.gate = node.engine().gate();
        this.trees = new MemoryTree[node.trees()];
        for (int i = 0; i < trees.length; i++) {
            trees[i] = node.tree(i);
        }
        Arrays.setAll(locks, _ -> new ReentrantLock());
    }

    /** The node. */
    public MemoryNode node() {
        return node;
    }

    /** A tree of the life this works on. */
    public MemoryTree tree(int index) {
        return trees[index];
    }

    /**
     * Runs one operation. The future completes with the error number the application gets, once it is acknowledged.
     */
    public CompletableFuture<Integer> run(Intent intent, Mutation mutation, long... touched) {
        CompletableFuture<Integer> acknowledged = new CompletableFuture<>();
        int[] order = Arrays.stream(touched)
                .mapToInt(id -> id == RENAMES ? 0 : 1 + (int) Long.remainderUnsigned(id, LOCKS - 1))
                .distinct()
                .sorted()
                .toArray();
        for (int lock : order) {
            locks[lock].lock();
        }
        try {
            long ticket = gate.enter(intent);
            boolean done = false;
            try {
                if (mutation instanceof Mutation.Create create) {
                    // Half of the objects are expected, and as many that never come.
                    gate.expect(ticket, create.tree(), create.id() % 2 == 0 ? create.id() : newId());
                }
                trees[mutation.tree()].apply(mutation);
                done = true;
                gate.commit(ticket, mutation, acknowledged::complete);
            } finally {
                if (!done) {
                    gate.abandon(ticket);
                }
            }
        } catch (FileSystemFailure e) {
            if (mutation instanceof Mutation.Flush) {
                gate.refusedByDisk(e.getMessage());
            }
            acknowledged.complete(e.errno());
        } finally {
            for (int lock : order) {
                locks[lock].unlock();
            }
        }
        return acknowledged;
    }

    /** A new id. */
    public static long newId() {
        return ThreadLocalRandom.current().nextLong(StableId.CRADLE + 1, Long.MAX_VALUE);
    }

    /** Creates an object. */
    public CompletableFuture<Integer> create(int tree, long parent, String name, long id, ObjectKind kind) {
        Attributes attributes = new Attributes(kind, 0644, 1, 1, 0, WHEN, WHEN, 0, 1);
        byte[] target = kind == ObjectKind.SYMBOLIC_LINK ? "target".getBytes(UTF_8) : new byte[0];
        Mutation.Create create =
                new Mutation.Create(tree, parent, name.getBytes(UTF_8), id, attributes, target, List.of());
        return run(new Intent.Entries(tree, parent, StableId.NONE), create, parent, id);
    }

    /** Creates a file. @return its id, once acknowledged */
    public long file(long parent, String name) {
        long id = newId();
        expect(create(0, parent, name, id, ObjectKind.FILE));
        return id;
    }

    /** Makes a file that has no name yet. @return its id, once acknowledged */
    public long nameless() {
        long id = newId();
        expect(create(0, StableId.CRADLE, Long.toHexString(id), id, ObjectKind.FILE));
        return id;
    }

    /** Gives a file that has no name its first one. */
    public CompletableFuture<Integer> name(long id, long parent, String name) {
        return rename(0, StableId.CRADLE, Long.toHexString(id), parent, name, id, Mutation.Rename.NOREPLACE);
    }

    /** The last who had a file without a name open closes it. */
    public CompletableFuture<Integer> giveUp(long id) {
        return remove(0, StableId.CRADLE, Long.toHexString(id), id, false);
    }

    /** Creates a directory. @return its id, once acknowledged */
    public long directory(long parent, String name) {
        long id = newId();
        expect(create(0, parent, name, id, ObjectKind.DIRECTORY));
        return id;
    }

    /** Writes bytes. */
    public CompletableFuture<Integer> write(int tree, long id, long offset, byte[] data, boolean durable) {
        return run(
                new Intent.Data(tree, id, offset, data.length),
                new Mutation.Write(tree, id, offset, ByteBuffer.wrap(data), durable, false),
                id);
    }

    /** Writes text and waits for the acknowledgement. */
    public void write(long id, long offset, String text) {
        expect(write(0, id, offset, text.getBytes(UTF_8), false));
    }

    /** Renames. */
    public CompletableFuture<Integer> rename(
            int tree, long parent, String name, long newParent, String newName, long id, int flags) {
        long replaced = trees[tree].lookup(newParent, newName.getBytes(UTF_8)).orElse(StableId.NONE);
        return run(
                new Intent.Entries(tree, parent, parent == newParent ? StableId.NONE : newParent),
                new Mutation.Rename(
                        tree, parent, name.getBytes(UTF_8), newParent, newName.getBytes(UTF_8), id, replaced, flags),
                RENAMES,
                parent,
                newParent,
                id,
                replaced);
    }

    /** Removes a name. */
    public CompletableFuture<Integer> remove(int tree, long parent, String name, long id, boolean directory) {
        return run(
                new Intent.Entries(tree, parent, StableId.NONE),
                new Mutation.Remove(tree, parent, name.getBytes(UTF_8), id, directory),
                parent,
                id);
    }

    /** Flushes. */
    public CompletableFuture<Integer> flush(int tree, long id) {
        return run(new Intent.Durability(tree, id), new Mutation.Flush(tree, id, false), id);
    }

    /** Flushes the data. */
    public CompletableFuture<Integer> flushData(int tree, long id) {
        return run(new Intent.Durability(tree, id), new Mutation.Flush(tree, id, true), id);
    }

    /** Sets attributes. */
    public CompletableFuture<Integer> chmod(int tree, long id, int mode) {
        return run(
                new Intent.AttributesOf(tree, id),
                new Mutation.SetAttributes(
                        tree, id, Mutation.SetAttributes.MODE, mode, 0, 0, 0, Timestamp.EPOCH, Timestamp.EPOCH, false),
                id);
    }

    /** Sets the size. */
    public CompletableFuture<Integer> truncate(int tree, long id, long size) {
        return run(
                new Intent.Data(tree, id, size, Long.MAX_VALUE - size),
                new Mutation.SetAttributes(
                        tree, id, Mutation.SetAttributes.SIZE, 0, 0, 0, size, Timestamp.EPOCH, Timestamp.EPOCH, false),
                id);
    }

    /** Waits for the acknowledgement, which must be good. */
    public static void expect(CompletableFuture<Integer> acknowledged) {
        int errno = acknowledged
                .orTimeout(30, java.util.concurrent.TimeUnit.SECONDS)
                .join();
        if (errno != 0) {
            throw new AssertionError("the application got errno " + errno);
        }
    }

    private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;
}
