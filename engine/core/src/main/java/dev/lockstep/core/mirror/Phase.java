package dev.lockstep.core.mirror;

/** Where a module is in its life, finer than the state it shows. Each row of the automaton belongs to some of these. */
public enum Phase {
    /** STOP NotReady: stopped, can be started. */
    STOPPED,
    /** WAIT Transient: prestart and checks of the start. */
    STARTING,
    /** WAIT Transient: ready to take a role, the decision needs the peer's word or its silence, or its consent. */
    WAITING,
    /** WAIT NotReady: a rule keeps the module from going on; it leaves by itself when the reason is gone. */
    BLOCKED,
    /** WAIT, then ALONE or PRIM Transient: becoming primary from WAIT. */
    OPENING,
    /** SECOND Transient: copying from the primary, or about to try again. */
    JOINING,
    /** SECOND Transient: equal to the primary, start hooks of the secondary are running. */
    SECONDING,
    /** SECOND Ready: equal to the primary, or just parted from it and still able to take over. */
    SECOND_READY,
    /** SECOND then ALONE or PRIM Transient: becoming primary from SECOND. */
    TAKING_OVER,
    /** ALONE Ready: primary without secondary; a reintegration may be running. */
    ALONE_READY,
    /** ALONE Ready: the secondary is ready, going to PRIM. */
    PAIRING,
    /** PRIM Ready: primary with a synchronized secondary. */
    PRIM_READY,
    /** PRIM Transient: the application runs and its secondary is expected, or was lost and its word is awaited. */
    PRIM_WAITING,
    /** PRIM then ALONE Transient: going on without the secondary. */
    PARTING,
    /** ALONE, PRIM or SECOND Transient: stop and start hooks of a restart. */
    RESTARTING,
    /** PRIM or ALONE Transient: stopping the application for the peer to take the role. */
    HANDING_OVER,
    /** SECOND Transient: has left the primary role and waits for the peer to take it. */
    OFFERING,
    /** On the way to STOP: ALONE, PRIM or SECOND Transient, then WAIT Transient. */
    STOPPING
}
