package dev.lockstep.node.data;

import dev.lockstep.core.mirror.DataRole;
import dev.lockstep.core.mirror.ReplicaIdentity;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The data of one module on this node. Methods that may wait are called on the module's worker, one at a time; the others on its
 * mailbox.
 */
public interface ModuleData {
    /** What is durably known about the local copy. Thread-safe. */
    ReplicaIdentity identity();

    /**
     * Takes hold of the directories, so that they are covered and every change is tracked while the module is stopped. May wait.
     * Does nothing when that is so already.
     *
     * @throws DataFailure if it cannot be done now; it may be tried again
     */
    void open() throws DataFailure;

    /** Verifies that the directories are there, hold what {@code tocheck} asks for, and that nobody can write past us. May wait. */
    void check() throws DataFailure;

    /**
     * Brings the data into a role and returns when that is reached, see {@link DataRole}. May wait; {@link DataRole.Abandoned} does not, and
     * is asked for beside what the worker is at.
     */
    void setRole(DataRole role) throws DataFailure;

    /** Makes "this copy is not the latest" durable; {@code done} is told the reason of a failure, or nothing. Does not wait. */
    void outdated(Consumer<Optional<String>> done);

    /** Closes the link with the peer. Does not wait. */
    void dropPeer(String reason);

    /** Closes the link with the peer at once, also when the replication waits for its disk. Does not wait. */
    void fallSilent();

    /** The peer is joined at another port from now on. Does not wait. */
    void redirect(int port);

    /** Whether anything authentic arrived on the replication link in the last {@code millis}. Thread-safe. */
    boolean heardWithin(long millis);

    /** Time passes; told on a thread of all modules, also while this one is held up. Takes no lock that somebody may hold who waits. */
    void ticked(long millis);

    /** Time passes; for what has to be tried again. Does not wait. */
    void lived(long millis);

    /** Resources {@code rfs.*}, name to value. Thread-safe. */
    Map<String, String> resources();

    /**
     * Ends: no write any more, links closed, and the directories guarded, or given back as ordinary ones. May wait.
     *
     * @param giveBack tells which directories are given back, by absolute path
     */
    void close(Predicate<String> giveBack);
}
