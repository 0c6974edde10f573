package dev.lockstep.core.mirror;

import dev.lockstep.core.mirror.MirrorState.DataMode;
import dev.lockstep.core.mirror.MirrorState.Recording;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rows 640 to 659, and what follows from a record the disk did not take. A node that has to record that its copy is outdated, and
 * cannot, keeps the promise in memory and falls silent: for its peer that is a node that lost power, and the peer goes on by the
 * rules for that. After a restart its disk still says what it says after a loss of power: in a pair, and not which node went on.
 */
final class RecordRows {
    /** Pauses between two attempts double up to this many times. */
    private static final int DOUBLINGS = 4;

    private static final Set<Phase> COULD_TAKE_OVER = EnumSet.of(Phase.SECOND_READY, Phase.TAKING_OVER, Phase.OFFERING);

    private RecordRows() {}

    static List<Row> rows() {
        return List.of(
                Row.when(
                                640,
                                Row.ANY,
                                t -> t.accepting.isPresent()
                                        && t.outdatedToken == 0
                                        && Facts.heard(t, r -> !r.claim().equals(t.accepting)))
                        .then("The claim that could not be accepted is not made any more", t -> {
                            t.accepting = Optional.empty();
                            unmarked(t, 0, 0, 0);
                        }),
                Row.when(
                                642,
                                Row.ANY,
                                t -> t.accepting.isPresent()
                                        && t.outdatedToken == 0
                                        && t.tick >= t.recording.markRetryAt())
                        .then("The pause after the refusal is over", t -> {
                            t.outdatedToken = t.token();
                            t.act(new Action.PersistOutdated(t.outdatedToken));
                        }),
                Row.when(644, Row.ANY, t -> t.accepting.isPresent() && !t.recording.mute() && overdue(t) && claimed(t))
                        .then(
                                "The peer waits for a promise that cannot be made durable: only silence lets it go on",
                                t -> {
                                    mute(t, true);
                                    t.reason = Texts.NOT_MARKED;
                                    t.act(new Action.Log(LogLevel.C, Texts.DATA, Texts.NOT_MARKED));
                                }),
                Row.when(646, Row.ANY, t -> t.recording.mute() && (t.accepting.isEmpty() || unclaimed(t)))
                        .then("Nobody waits for this node any more: it may be heard again", t -> {
                            mute(t, false);
                            forget(t, Texts.NOT_MARKED);
                            t.act(new Action.Log(
                                    LogLevel.E, Texts.DATA, Facts.usable(t) ? Texts.HEARD_AGAIN : Texts.MARKED));
                        }),
                Row.when(
                                648,
                                COULD_TAKE_OVER,
                                t -> t.recording.mute() && Facts.between(t) && t.data != DataMode.PRIMARY)
                        .then(
                                "A silent node must not become primary in this life",
                                t -> StopRows.stopStart(t, Texts.DATA, Texts.NOT_MARKED)));
    }

    // ---- this copy is outdated -----------------------------------------------------------------------------------

    /** Begins to record that this copy is outdated. */
    static void mark(Turn t) {
        unmarked(t, t.tick + t.settings.timing().recordTicks(), 0, 0);
        t.outdatedToken = t.token();
        t.act(new Action.PersistOutdated(t.outdatedToken));
    }

    /** It is on disk. A peer that has fallen silent since is told nothing, and no promise binds to it. */
    static void marked(Turn t) {
        t.outdatedToken = 0;
        t.accepted = t.peer.silent() ? Optional.empty() : t.accepting;
        t.accepting = Optional.empty();
        unmarked(t, 0, 0, 0);
    }

    /** The disk refused it: one line for the first time. */
    static void notMarked(Turn t) {
        t.outdatedToken = 0;
        int failures = t.recording.markFailures() + 1;
        if (failures == 1) {
            t.log(LogLevel.C, reason(t));
        }
        unmarked(t, t.recording.markBy(), t.tick + pause(t, failures), failures);
    }

    private static boolean overdue(Turn t) {
        return t.recording.markFailures() > 0 || t.tick >= t.recording.markBy();
    }

    private static boolean claimed(Turn t) {
        return Facts.heard(t, r -> r.claim().isPresent());
    }

    private static boolean unclaimed(Turn t) {
        return Facts.heard(t, r -> r.claim().isEmpty());
    }

    private static void unmarked(Turn t, long by, long retryAt, int failures) {
        Recording r = t.recording;
        t.recording = new Recording(by, retryAt, failures, r.mute(), r.aloneRetryAt(), r.aloneFailures());
    }

    private static void mute(Turn t, boolean mute) {
        Recording r = t.recording;
        t.recording =
                new Recording(r.markBy(), r.markRetryAt(), r.markFailures(), mute, r.aloneRetryAt(), r.aloneFailures());
    }

    // ---- this node goes on alone ---------------------------------------------------------------------------------

    /** Whether going on alone may be tried: it was not refused just before. */
    static boolean aloneDue(Turn t) {
        return t.tick >= t.recording.aloneRetryAt();
    }

    /** Says what the writes of the application wait for. */
    static void writesWait(Turn t, String why) {
        t.reason = why;
        t.act(new Action.Log(LogLevel.E, Texts.DATA, why));
    }

    /** The peer is settled; from now on the writes wait for the disk of this node. */
    static void goesAlone(Turn t) {
        if (t.recording.aloneFailures() == 0) {
            t.reason = Texts.WAIT_FOR_RECORD;
        }
    }

    /** It is recorded, or not wanted any more: nothing waits. */
    static void wentAlone(Turn t) {
        if (t.recording.aloneFailures() > 0) {
            t.reason = "";
        }
        forget(t, Texts.WAIT_FOR_RECORD);
        forget(t, Texts.waitForPeer(t.settings.peerNode()));
        aloneRefused(t, 0, 0);
    }

    /** The writes wait longer; nobody else may go on meanwhile, so nothing is lost by waiting. */
    static void aloneNotRecorded(Turn t) {
        t.dataToken = 0;
        refused(t);
    }

    /** The role is not taken: back to where it is decided anew, with what is heard by then. */
    static void roleNotRecorded(Turn t) {
        PlanStep step = t.current.orElseThrow();
        t.planToken = 0;
        t.current = Optional.empty();
        refused(t);
        if (t.phase == Phase.OPENING) {
            t.data = DataMode.WAITING;
            t.plan.clear();
            t.phase = Phase.WAITING;
        } else {
            t.data = DataMode.SECONDARY;
            t.plan.addFirst(step);
            t.plan.addFirst(new PlanStep.Until(PlanStep.Condition.CONSENT));
            t.plan.addFirst(new PlanStep.Until(PlanStep.Condition.RECORD_DUE));
        }
    }

    private static void refused(Turn t) {
        int failures = t.recording.aloneFailures() + 1;
        t.reason = reason(t);
        if (failures == 1) {
            t.log(LogLevel.C, t.reason + ". It is tried again until the disk takes it");
        }
        aloneRefused(t, t.tick + pause(t, failures), failures);
    }

    private static void aloneRefused(Turn t, long retryAt, int failures) {
        Recording r = t.recording;
        t.recording = new Recording(r.markBy(), r.markRetryAt(), r.markFailures(), r.mute(), retryAt, failures);
    }

    // ---- both ----------------------------------------------------------------------------------------------------

    private static String reason(Turn t) {
        return t.event(Event.ActionFailed.class).reason();
    }

    private static void forget(Turn t, String reason) {
        if (t.reason.equals(reason)) {
            t.reason = "";
        }
    }

    private static long pause(Turn t, int failures) {
        return (long) t.settings.timing().retryTicks() << Math.min(failures - 1, DOUBLINGS);
    }
}
