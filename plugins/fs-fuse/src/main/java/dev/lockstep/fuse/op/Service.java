package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.Completion;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.MutationGate;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.ObjectStates;
import dev.lockstep.fuse.tree.Privileges;
import java.util.function.Consumer;

/** What the operations of one mount share. */
public final class Service {
    /** How long the kernel may rely on names and attributes when everything that changes them passes this mount. */
    private static final long SINGLE_WRITER_SECONDS = 86_400;

    private final CoveredTree tree;
    private final int treeIndex;
    private final MutationGate gate;
    private volatile boolean readOnly;
    private final Consumer<String> broken;
    private final OpenFiles files;
    private final Flushes flushes;
    private final HandleTable<OpenDirectory> directories = new HandleTable<>();
    private final Privileges privileges;
    private final NamelessFiles nameless;
    private final ExpectedIds expected;

    /**
     * A service.
     *
     * @param treeIndex of the tree within its module
     * @param readOnly whether every change is refused at first; the tree may then change below the mount
     * @param anticipatedAtOnce how many flushes nobody has asked for yet may run at the same time
     * @param broken told why this mount cannot serve any more
     */
    public Service(
            CoveredTree tree,
            int treeIndex,
            MutationGate gate,
            boolean readOnly,
            int anticipatedAtOnce,
            Consumer<String> broken) {
        this.broken = broken;
        this.tree = tree;
        this.treeIndex = treeIndex;
        this.gate = gate;
        this.readOnly = readOnly;
        files = new OpenFiles(tree.backing(), tree.budget().openings());
        flushes = new Flushes(tree.calls().files(), tree.backing(), anticipatedAtOnce, this::refusedByDisk);
        privileges = new Privileges(tree.calls().attributes());
        nameless = new NamelessFiles(tree, treeIndex, gate);
        expected = new ExpectedIds(() -> tree.newId(false));
    }

    CoveredTree tree() {
        return tree;
    }

    int treeIndex() {
        return treeIndex;
    }

    OpenFiles files() {
        return files;
    }

    Flushes flushes() {
        return flushes;
    }

    HandleTable<OpenDirectory> directories() {
        return directories;
    }

    Privileges privileges() {
        return privileges;
    }

    NamelessFiles nameless() {
        return nameless;
    }

    ObjectStates states() {
        return new ObjectStates(tree);
    }

    /** Whether every change is refused. */
    public boolean isReadOnly() {
        return readOnly;
    }

    /**
     * Lets changes through from now on: nothing changes the tree below the mount any more, and the gate admits them. What is answered
     * from now on to requests that came earlier is still what it was then.
     */
    public void admitChanges() {
        readOnly = false;
    }

    /** Refuses changes again; the mount has to end before anything changes below it. */
    public void refuseChanges() {
        readOnly = true;
    }

    /**
     * Seconds the kernel may rely on names and attributes that are looked at after this. To be asked before: what was looked at
     * while the tree still changed below the mount must not outlive it.
     */
    long validSeconds() {
        return readOnly ? 0 : SINGLE_WRITER_SECONDS;
    }

    /** Answers EROFS on a read-only mount; whether it did. */
    boolean refusedReadOnly(Exchange exchange) {
        if (readOnly) {
            exchange.answer(Errno.EROFS);
        }
        return readOnly;
    }

    /** Whether there is no room in memory for one more object; the application finds the file system full then. */
    boolean refusedTooMany(Exchange exchange) {
        boolean refused = !tree.budget().objects().mayMake(exchange.request().uid());
        if (refused) {
            tree.trouble("there are as many files and directories as the engine has memory for, "
                    + tree.budget().objects().all() + " in all replicated directories together: no more can be made"
                    + " (ENOSPC); remove some, or give it more (LOCKSTEP_HEAP) on both nodes and restart it");
            exchange.answer(Errno.ENOSPC);
        }
        return refused;
    }

    /** Whether changes of an object stay on this node: it is not replicated, or has no name any more. */
    boolean isPrivate(long id) {
        return StableId.isLocal(id) || tree.references().isOrphan(id);
    }

    /** Reads the attributes of an object as applications see them; below zero a negated errno. */
    int status(String operation, long id, int descriptor, Status status) {
        return withLinks(id, tree.calls().attributes().status(operation, descriptor, status), status);
    }

    /** As {@link #status}, with the time the object was made. */
    int statusAndBirth(String operation, long id, int descriptor, Status status) {
        return withLinks(id, tree.calls().attributes().statusAndBirth(operation, descriptor, status), status);
    }

    private int withLinks(long id, int result, Status status) {
        // In the cradle and out of it a file has one link: only now it counts where it lies.
        if (result >= 0 && nameless.contains(id)) {
            status.hideLinks();
        }
        return result;
    }

    /** The kernel forgets an object so many times. */
    void forget(long id, long times) {
        if (tree.references().forget(id, times)) {
            nameless.forgotten(id);
        }
    }

    /** Enters the gate for the operation this exchange is about. */
    void enter(Exchange exchange, Intent intent) throws FileSystemFailure {
        exchange.ticket(gate.enter(intent));
    }

    /** The id of a new object; a local one stays on this node. For the others the exchange holds a ticket of the gate. */
    long newId(Exchange exchange, boolean local) {
        return local ? tree.newId(true) : expected.next(more -> gate.expect(exchange.ticket(), treeIndex, more));
    }

    /** Hands over what the operation did. From here on the ticket is the gate's, even if it breaks. */
    void commit(Exchange exchange, Mutation mutation, Completion completion) {
        long ticket = exchange.ticket();
        exchange.ticket(Exchange.NO_TICKET);
        gate.commit(ticket, mutation, completion);
    }

    /** Gives the ticket back, if the operation has one. */
    void abandon(Exchange exchange) {
        long ticket = exchange.ticket();
        if (ticket != Exchange.NO_TICKET) {
            exchange.ticket(Exchange.NO_TICKET);
            gate.abandon(ticket);
        }
    }

    /** Gives the ticket back, if the operation has one: it failed and may have changed something nobody can tell. */
    void doubt(Exchange exchange, String what) {
        long ticket = exchange.ticket();
        if (ticket != Exchange.NO_TICKET) {
            exchange.ticket(Exchange.NO_TICKET);
            gate.doubt(ticket, what);
        }
    }

    /**
     * A flush of an object failed: the local disk did not take what was written, unless the error says that there was nothing to be
     * taken or that it was not tried. What stays on this node concerns nobody else.
     */
    void refusedByDisk(String operation, long id, int errno) {
        boolean tried = errno != Errno.EINVAL && errno != Errno.ENOMEM;
        if (tried && !isPrivate(id)) {
            gate.refusedByDisk(operation + " of " + tree.names().of(id) + ", errno " + errno);
        }
    }

    /**
     * An operation that gives its ticket back whatever happens. One that breaks between entering the gate and committing may have
     * changed the covered tree without the peer's knowledge: the mount is given up then, and what was marked at the gate is
     * compared.
     */
    Operation guarded(Operation operation) {
        return exchange -> {
            boolean whole = false;
            try {
                operation.serve(exchange);
                whole = true;
            } catch (FileSystemFailure failure) {
                whole = true;
                throw failure;
            } finally {
                long ticket = exchange.ticket();
                if (whole || ticket == Exchange.NO_TICKET) {
                    abandon(exchange);
                } else {
                    exchange.ticket(Exchange.NO_TICKET);
                    gate.broken(ticket);
                    broken.accept("an operation broke half-way; what it changed is not known");
                }
            }
        };
    }

    /** Before the first change: removes files without a name that only earlier mounts knew. */
    public void sweep() {
        nameless.sweep();
        // What an earlier primary left open may have got flags meanwhile that forbid to write it so.
        tree.backing().closeIdle();
    }

    /** Takes an opening and a descriptor of its own from the share of a user; whether he may have them. */
    boolean takeOpening(int uid) {
        if (!tree.budget().openings().take(uid)) {
            return false;
        }
        boolean taken = tree.budget().files().take(uid);
        if (!taken) {
            tree.budget().openings().giveBack(uid);
        }
        return taken;
    }

    /** Gives back what {@link #takeOpening} took. */
    void giveBackOpening(int uid) {
        tree.budget().files().giveBack(uid);
        tree.budget().openings().giveBack(uid);
    }

    /** Ends an opening of a directory. */
    void close(String operation, OpenDirectory directory) {
        tree.calls().files().close(operation, directory.descriptor);
        giveBackOpening(directory.uid);
    }

    /** Ends all openings: the mount is gone and no operation runs any more. */
    public void close() {
        files.closeAll();
        for (OpenDirectory directory : directories.removeAll()) {
            close("CLOSE", directory);
        }
        tree.references().clear();
    }
}
