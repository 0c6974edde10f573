package dev.lockstep.api.fs;

/**
 * The one gate every mutation of a module's replicated trees passes. For each operation the interceptor, holding the order of
 * the objects touched, calls {@link #enter}, applies the operation to the backing tree, and then calls exactly one of
 * {@link #commit} (it succeeded), {@link #abandon} (it failed), {@link #doubt} (it failed half-way) or {@link #broken} (the
 * interceptor itself failed), still holding that order.
 *
 * <p>Thread-safe; called by many threads at once.
 */
public interface MutationGate {
    /**
     * Admits an operation. Returns when what it will change is durably marked as owed to the peer, where that is needed. May
     * wait for a bounded time while a role change or the last round of a reintegration is under way.
     *
     * @return a ticket for {@link #commit} or {@link #abandon}
     * @throws FileSystemFailure if this node may not write now (EROFS), or the mark cannot be made durable (EIO, ENOSPC)
     */
    long enter(Intent intent) throws FileSystemFailure;

    /**
     * Says which ids the objects created next will have, as far as the interceptor knows: what must be marked of them can be on disk
     * before they are written for the first time. Waits for nothing. None of them need ever come.
     *
     * @param ticket of an operation that was admitted and neither committed nor given back
     */
    default void expect(long ticket, int tree, long... ids) {
        // Then they are marked when they come.
    }

    /**
     * Hands over an operation that the backing tree has accepted. Does not wait for the network; data is copied before it
     * returns. {@code completion} is called once: at once when this node is alone, or when the peer has acknowledged.
     */
    void commit(long ticket, Mutation mutation, Completion completion);

    /** Gives the ticket back: the operation failed and changed nothing. */
    void abandon(long ticket);

    /**
     * Gives the ticket back: the operation failed and may have changed something that no mutation can tell. A peer that
     * follows is given up, and what was marked for the operation is compared when it returns.
     *
     * @param what a sentence for the operator
     */
    void doubt(long ticket, String what);

    /**
     * Gives the ticket back: the interceptor met a defect in the operation, may have changed something, and ends. The peer
     * is kept, for it may have to take over; what was marked for the operation is compared when this node returns.
     */
    void broken(long ticket);

    /**
     * The local disk did not put on itself what was written: a flush failed, asked for or not. What this node's copy lacks once
     * memory is gone is not known, for the system may call the next flush good; it is found out when this node is compared.
     * No ticket is given back by this.
     *
     * @param what failed, a phrase for the operator
     */
    void refusedByDisk(String what);
}
