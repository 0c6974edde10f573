package dev.lockstep.core.mirror;

import dev.lockstep.core.mirror.MirrorState.Pair;

/** Composes what is told to the peer. */
final class Reports {
    private Reports() {}

    static PeerReport of(MirrorState s) {
        return of(s, s.revision(), s.progress().tick());
    }

    /** Whether the peer should be told at once instead of at the next pulse. */
    static boolean tellsMore(MirrorState before, MirrorState after) {
        return !of(before, 0, 0).equals(of(after, 0, 0));
    }

    private static PeerReport of(MirrorState s, long sequence, long tick) {
        boolean counts = s.state().runsApplication() && tick != 0;
        return new PeerReport(
                s.settings().localNode(),
                s.incarnation(),
                sequence,
                s.state(),
                s.readiness(),
                s.identity(),
                s.failover(),
                s.claim(),
                s.accepted(),
                s.handover(),
                s.swap().number(),
                s.swap().origin(),
                s.swap().withoutSync(),
                s.pair() == Pair.PAIRED,
                s.wasPrimary(),
                counts ? tick - s.progress().roleSince() : 0,
                s.verdict(),
                s.disk(),
                s.settings().signature());
    }
}
