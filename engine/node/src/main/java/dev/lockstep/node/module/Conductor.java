package dev.lockstep.node.module;

import dev.lockstep.core.mirror.Action;
import dev.lockstep.core.mirror.Caller;
import dev.lockstep.core.mirror.DataRole;
import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.core.mirror.LoopCounter;
import dev.lockstep.core.mirror.MirrorAutomaton;
import dev.lockstep.core.mirror.MirrorState;
import dev.lockstep.core.mirror.Step;
import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.data.ModuleData;
import dev.lockstep.node.heartbeat.PeerWatch;
import dev.lockstep.node.heartbeat.PeerWatch.Notice;
import dev.lockstep.node.heartbeat.ReportCodec.Payload;
import dev.lockstep.node.hooks.HookCall;
import dev.lockstep.node.hooks.HookOutcome;
import dev.lockstep.node.module.ModuleRuntime.Answer;
import dev.lockstep.node.module.ModuleRuntime.Parts;
import dev.lockstep.node.state.StateDisk;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Everything a module does on its mailbox thread: it asks the automaton and has the actions carried out. Confined to that
 * thread.
 */
final class Conductor {
    private static final String HEART = "heart";

    /** Time between two attempts to open heartbeats that could not be opened, and between two looks at local addresses. */
    private static final long HOUSEKEEPING_MILLIS = 5_000;

    /** The stop hooks in the order in which they are called by force. */
    private static final List<String> FORCED_STOPS = List.of("stop_sec", "stop_prim", "stop_second", "stop_both");

    private final Parts parts;
    private final ModulePlan plan;
    private final ModuleData data;
    private final PeerWatch watch;
    private final Means means;
    private final MirrorAutomaton automaton = new MirrorAutomaton();
    private final HookDesk hookDesk;
    private final Map<Long, CompletableFuture<Answer>> questions = new HashMap<>();
    private MirrorState state;
    private long nextCommand = 1;
    private long tickMillis;
    private long housekeepingMillis;
    private long bootMillis = -1;
    private boolean ending;
    private Optional<String> failure = Optional.empty();
    private boolean failureSettled;
    private boolean peerPrimary;

    /**
     * With what it works.
     *
     * @param deliver posts to this module's mailbox
     */
    record Means(Errands errands, ModuleShow show, History history, Consumer<Runnable> deliver) {}

    /** Begins in STOP.
     * @throws IOException if this life cannot be counted on disk */
    Conductor(Parts parts, ModuleData data, PeerWatch watch, Means means) throws IOException {
        this.parts = parts;
        this.plan = parts.plan();
        this.data = data;
        this.watch = watch;
        this.means = means;
        this.hookDesk = new HookDesk(parts.hooks(), event -> means.deliver().accept(() -> step(event)));
        this.state = born();
        parts.resources().set("usersetting.boot", parts.flags().shownBoot(plan.boot()));
        means.show().show(state, 0);
    }

    private MirrorState born() throws IOException {
        return automaton.begin(
                plan.settings(),
                parts.flags().nextIncarnation(),
                data.identity(),
                parts.flags()
                        .failover(plan.settings().failover(), plan.applied().applied()),
                parts.flags().loop(plan.pulse()));
    }

    /** The first message of a life. */
    void wakeUp() {
        keepHouse();
        means.errands().run("cover the directories", data::open, () -> {});
    }

    /** Time passed. */
    void passed(long millis) {
        if (failure.isPresent()) {
            return;
        }
        watch.lived(millis, data.heardWithin(millis), pulse()).forEach(this::noticed);
        data.lived(millis);
        tickMillis += PeerWatch.isStall(millis, plan.pulse()) ? plan.pulse().toMillis() : millis;
        while (tickMillis >= plan.pulse().toMillis()) {
            tickMillis -= plan.pulse().toMillis();
            step(new Event.Tick());
        }
        housekeepingMillis -= millis;
        if (housekeepingMillis <= 0) {
            keepHouse();
        }
        if (bootMillis >= 0) {
            bootMillis -= millis;
            if (bootMillis <= 0) {
                bootMillis = -1;
                ask(Verb.START, new Caller.Boot(), new CompletableFuture<>());
            }
        }
    }

    /** A payload arrived on a heartbeat. */
    void received(String ident, byte[] payload) {
        if (failure.isEmpty()) {
            watch.received(ident, payload).forEach(this::noticed);
        }
    }

    /** The node of the peer says at which ports the module is there. */
    void peerAt(int heartbeatPort, int replicationPort) {
        watch.redirect(heartbeatPort);
        if (replicationPort > 0) {
            data.redirect(replicationPort);
        }
    }

    /** The node of the peer says whether the module is primary there. */
    void peerPrimary(boolean primary) {
        peerPrimary = primary;
    }

    /** Something about the peer for the log. */
    void remark(String sentence) {
        log(LogLevel.E, sentence);
    }

    /** Why a node that can be asked to become primary must not: the other one is, and is only not heard. */
    private Optional<String> otherPrimary(Verb verb) {
        if ((verb != Verb.PRIM && verb != Verb.PRIM_FULLSYNC) || !peerPrimary || !watch.isPeerSilent()) {
            return Optional.empty();
        }
        String peer = plan.settings().peerNode();
        return Optional.of("The node " + peer + " says that the module is primary there, but none of its heartbeats"
                + " arrives here: there would be two primaries. Let UDP port " + plan.heartbeatPort()
                + " of this node, and the one of " + peer + " ('lockstep module getports' there), through the"
                + " firewalls; or stop the module there; or use primforce");
    }

    /** Starts the module after its delay, unless it is started before. */
    void boot() {
        bootMillis = plan.bootDelay().toMillis();
    }

    /** From now on a stop is the daemon's and not the operator's. */
    void ending() {
        ending = true;
    }

    private void noticed(Notice notice) {
        switch (notice) {
            case Notice.Heartbeat heartbeat -> {
                parts.resources().set("heartbeat." + heartbeat.ident(), heartbeat.up() ? "up" : "down");
                step(
                        heartbeat.up()
                                ? new Event.HeartbeatUp(heartbeat.ident())
                                : new Event.HeartbeatDown(heartbeat.ident()));
            }
            case Notice.Reported reported -> {
                if (reported.newLife()) {
                    log(LogLevel.I, "The daemon of " + plan.settings().peerNode() + " was restarted");
                }
                step(new Event.PeerReported(reported.payload().report()));
            }
            case Notice.Silent silent -> step(new Event.PeerSilent());
            case Notice.LinkSilent silent -> data.dropPeer("nothing arrived on the replication link for its timeout");
            case Notice.Remark remark -> log(LogLevel.E, remark.text());
        }
    }

    private void keepHouse() {
        housekeepingMillis = HOUSEKEEPING_MILLIS;
        for (ModulePlan.Heartbeat heartbeat : plan.heartbeats()) {
            boolean up = parts.localAddressUp().test(heartbeat);
            String name = "heartbeatlocaladdr." + heartbeat.ident();
            boolean known = parts.resources().get(name).isPresent();
            if (parts.resources().set(name, up ? "up" : "down") && (known || !up)) {
                log(up ? LogLevel.E : LogLevel.C, "Resource " + name + " set to " + (up ? "up" : "down") + " by heart");
            }
        }
        openHeartbeats();
        means.show().metrics(Map.of("peer.refused_packets", Long.toString(watch.refused())));
        means.errands().measure(() -> means.show().metrics(data.resources()));
    }

    private Optional<String> openHeartbeats() {
        boolean wasOpen = watch.isOpen();
        try {
            watch.open();
            if (!wasOpen && !state.mute()) {
                watch.send(payload());
            }
            return Optional.empty();
        } catch (StartRefused refusal) {
            return Optional.of(refusal.getMessage());
        }
    }

    /** What goes out when a pulse is due; nothing from a node that must be silent. */
    private Optional<Supplier<Payload>> pulse() {
        return state.mute() ? Optional.empty() : Optional.of(this::payload);
    }

    private Payload payload() {
        return new Payload(state.report(), Map.of());
    }

    /** One event: the automaton decides, its actions are carried out in their order. */
    void step(Event event) {
        if (failure.isPresent()) {
            return;
        }
        if (event instanceof Event.HookDone done) {
            hookDesk.ended(done.token()).ifPresent(hook -> means.show().hookEnded(hook, done));
        }
        Step step = automaton.step(state, event);
        MirrorState before = state;
        state = step.state();
        if (state.mute() && !before.mute()) {
            data.fallSilent();
        }
        record(event, step);
        step.actions().forEach(this::carryOut);
        persist(before);
        means.show().noticed(event);
        means.show().show(state, means.history().lastRow());
    }

    private void record(Event event, Step step) {
        boolean routine = event instanceof Event.Tick || event instanceof Event.PeerReported;
        if (step.rows().isEmpty() || (routine && step.actions().isEmpty())) {
            return;
        }
        String what = Narrative.of(event);
        means.history()
                .add(new History.Decision(
                        parts.clock().instant(), what, step.rows(), state.state(), state.readiness()));
        parts.log()
                .write(
                        LogLevel.I,
                        HEART,
                        step.rows().getLast(),
                        "Rows " + step.rows() + " for " + what + " in " + state.phase());
    }

    private void carryOut(Action action) {
        switch (action) {
            case Action.RunHook run -> hookDesk.run(run);
            case Action.AbandonHook abandon -> hookDesk.abandon(abandon.token());
            case Action.CheckPaths check -> means.errands().run(check.token(), data::check);
            case Action.SetData(long token, DataRole.Abandoned role) ->
                means.errands().aside(token, () -> data.setRole(role));
            case Action.SetData set -> means.errands().run(set.token(), () -> data.setRole(set.role()));
            case Action.PersistOutdated outdated ->
                data.outdated(reason -> means.deliver().accept(() -> step(ended(outdated.token(), reason))));
            case Action.DropPeer drop -> data.dropPeer(drop.reason());
            case Action.SendReport send -> {
                if (!state.mute()) {
                    watch.send(new Payload(send.report(), Map.of()));
                }
            }
            case Action.Log line -> parts.log().write(line.level(), line.origin(), line.text());
            case Action.Answer answer -> {
                CompletableFuture<Answer> question = questions.remove(answer.command());
                if (question != null) {
                    question.complete(new Answer(answer.accepted(), answer.text()));
                }
            }
        }
    }

    private static Event ended(long token, Optional<String> reason) {
        return reason.<Event>map(text -> new Event.ActionFailed(token, text))
                .orElseGet(() -> new Event.ActionDone(token));
    }

    private void persist(MirrorState before) {
        LoopCounter loop = state.loop();
        if (loop.count() != before.loop().count()
                || loop.exceeded() != before.loop().exceeded()) {
            means.errands().write(() -> parts.flags().rememberLoop(loop, plan.pulse()));
        }
        boolean running = !state.stopped();
        if (running == before.stopped() && !ending) {
            means.errands().write(() -> parts.flags().rememberRunning(running));
        }
    }

    /** A command. */
    void ask(Verb verb, Caller caller, CompletableFuture<Answer> question) {
        if (failure.isPresent()) {
            askFailed(verb, question);
            return;
        }
        if (verb.starts()) {
            bootMillis = -1;
            Optional<String> refusal = openHeartbeats().or(() -> otherPrimary(verb));
            if (refusal.isPresent()) {
                log(LogLevel.C, "Action " + verb.word() + " refused: " + refusal.get());
                question.complete(new Answer(false, refusal.get()));
                return;
            }
        }
        long number = nextCommand++;
        questions.put(number, question);
        step(new Event.Command(number, verb, caller));
    }

    /** A defect was thrown on the mailbox: the module is taken out of its role and waits to be reset. */
    void fail(Throwable defect) {
        if (failure.isPresent()) {
            log(LogLevel.C, "Again: " + defect);
            return;
        }
        String where = defect.getStackTrace().length == 0 ? "" : " at " + defect.getStackTrace()[0];
        String reason = "The module failed by a defect: " + defect + where;
        failure = Optional.of(reason);
        failureSettled = false;
        log(
                LogLevel.C,
                reason + ". It is taken out of its role: directories read-only, hooks stopped by force."
                        + " Other modules go on. When its cause is found: lockstep forcestop, then start.");
        questions.values().forEach(question -> question.complete(new Answer(false, reason)));
        questions.clear();
        hookDesk.abandonAll();
        means.show().failed(reason);
        means.errands()
                .run("leave its role", () -> data.setRole(new DataRole.Waiting()), () -> stopByForce(FORCED_STOPS));
    }

    /** One after the other, as a forcestop does, each with its time limit: a hook counts on those before it having ended. */
    private void stopByForce(List<String> hooks) {
        if (hooks.isEmpty() || parts.hooks().isEmpty()) {
            means.deliver().accept(() -> {
                watch.close();
                failureSettled = true;
            });
            return;
        }
        String hook = hooks.getFirst();
        parts.hooks().get().start(new HookCall(hook, List.of("force", "WAIT", "STOP", "stop")), outcome -> {
            if (outcome instanceof HookOutcome.Failed || outcome instanceof HookOutcome.TimedOut) {
                log(LogLevel.C, "Script " + hook + " did not end well: " + outcome.detail());
            }
            stopByForce(hooks.subList(1, hooks.size()));
        });
    }

    private void askFailed(Verb verb, CompletableFuture<Answer> question) {
        if (verb != Verb.FORCESTOP && verb != Verb.SHUTDOWN) {
            question.complete(new Answer(false, failure.orElseThrow() + ". Run forcestop first, then start."));
            return;
        }
        if (!failureSettled) {
            question.complete(new Answer(false, "The failed module is still being taken out of its role. Try again."));
            return;
        }
        try {
            state = born();
        } catch (IOException disk) {
            question.complete(new Answer(
                    false,
                    "The state of the module cannot be written: "
                            + new StateDisk(plan.applied().state()).explain(disk)));
            return;
        }
        failure = Optional.empty();
        means.errands().run("track the directories", () -> data.setRole(new DataRole.Stopped()), () -> {});
        openHeartbeats();
        means.show().show(state, 0);
        question.complete(new Answer(true, "The failed module is reset."));
    }

    private void log(LogLevel level, String text) {
        parts.log().write(level, HEART, text);
    }
}
