package dev.lockstep.node.module;

import dev.lockstep.core.mirror.Action;
import dev.lockstep.core.mirror.Caller;
import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.core.mirror.LoopCounter;
import dev.lockstep.core.mirror.MirrorAutomaton;
import dev.lockstep.core.mirror.MirrorState;
import dev.lockstep.core.mirror.Step;
import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.data.DataEvents;
import dev.lockstep.node.data.DataFailure;
import dev.lockstep.node.data.ModuleData;
import dev.lockstep.node.heartbeat.PeerWatch;
import dev.lockstep.node.heartbeat.PeerWatch.Notice;
import dev.lockstep.node.heartbeat.ReportCodec.Payload;
import dev.lockstep.node.hooks.HookCall;
import dev.lockstep.node.hooks.HookRunner;
import dev.lockstep.node.http.ModuleStatus;
import dev.lockstep.node.log.ModuleLog;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/**
 * One mirror module at work: its mailbox, its automaton and what carries the actions out. Everything that happens is a message
 * of the mailbox; the automaton decides; actions that may wait go to workers of the module and come back as messages.
 *
 * <p>A defect that throws on the mailbox brings the module into a <em>failed</em> state: its data is read-only, its hooks are
 * stopped by force, it is silent for its peer and shows STOP NotReady with the reason, until {@code forcestop} resets it.
 * Other modules do not notice.
 */
public final class ModuleRuntime implements Mailbox.Owner, DataEvents {
    private static final String HEART = "heart";

    /** Time between two attempts to open heartbeats that could not be opened, and between two looks at local addresses. */
    private static final long HOUSEKEEPING_MILLIS = 5_000;

    private final Parts parts;
    private final ModulePlan plan;
    private final ModuleLog log;
    private final MirrorAutomaton automaton = new MirrorAutomaton();
    private final Mailbox mailbox;
    private final Worker worker;
    private final Worker clerk;
    private final HookDesk hookDesk;
    private final ModuleShow show;
    private final History history = new History();
    private final Map<Long, CompletableFuture<Answer>> questions = new HashMap<>();
    private ModuleData data;
    private PeerWatch watch;
    private MirrorState state;
    private long nextCommand = 1;
    private long tickMillis;
    private long housekeepingMillis;
    private long bootMillis = -1;
    private boolean ending;
    private Optional<String> failure = Optional.empty();
    private boolean failureSettled;

    /**
     * What a module is made of.
     *
     * @param hooks empty when the configuration has no {@code <user>}
     * @param localAddressUp tells of a heartbeat whether its local address is configured
     */
    public record Parts(
            ModulePlan plan,
            Optional<HookRunner> hooks,
            ModuleLog log,
            ModuleFlags flags,
            ResourceBoard resources,
            Predicate<ModulePlan.Heartbeat> localAddressUp,
            Clock clock) {}

    /** The answer to a command. */
    public record Answer(boolean accepted, String text) {}

    /** A module that is not started yet: {@link #begin} brings it to life. */
    public ModuleRuntime(Parts parts) {
        this.parts = parts;
        this.plan = parts.plan();
        this.log = parts.log();
        this.mailbox = new Mailbox(plan.name() + " mailbox", this);
        this.worker = new Worker(plan.name() + " worker");
        this.clerk = new Worker(plan.name() + " clerk");
        this.hookDesk = new HookDesk(parts.hooks(), this::event);
        this.show = new ModuleShow(plan, parts.resources());
    }

    /**
     * Begins the module's life: STOP, heartbeats as soon as they can be opened, directories covered and tracked.
     *
     * @throws IOException if the life cannot be counted on disk
     */
    public void begin(ModuleData moduleData, PeerWatch peerWatch) throws IOException {
        data = moduleData;
        watch = peerWatch;
        state = born();
        show.show(state, history.lastRow(), false);
        mailbox.start();
        mailbox.deliver(this::keepHouse);
        later("cover the directories", moduleData::open);
    }

    private MirrorState born() throws IOException {
        return automaton.begin(
                plan.settings(),
                parts.flags().nextIncarnation(),
                data.identity(),
                parts.flags().failover(plan.settings().failover()),
                parts.flags().loop(plan.pulse()));
    }

    // ---- messages, on the mailbox thread ----------------------------------------------------------------------

    @Override
    public void handle(Runnable message) {
        try {
            message.run();
        } catch (RuntimeException | LinkageError | StackOverflowError defect) {
            fail(defect);
        }
    }

    @Override
    public void passed(long millis) {
        if (failure.isPresent()) {
            return;
        }
        watch.lived(millis, data.heardWithin(millis), this::payload).forEach(this::noticed);
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
                    log(LogLevel.I, HEART, "The daemon of " + plan.settings().peerNode() + " was restarted");
                }
                step(new Event.PeerReported(reported.payload().report()));
            }
            case Notice.Silent silent -> step(new Event.PeerSilent());
            case Notice.Remark remark -> log(LogLevel.E, HEART, remark.text());
        }
    }

    private void keepHouse() {
        housekeepingMillis = HOUSEKEEPING_MILLIS;
        for (ModulePlan.Heartbeat heartbeat : plan.heartbeats()) {
            boolean up = parts.localAddressUp().test(heartbeat);
            String name = "heartbeatlocaladdr." + heartbeat.ident();
            if (parts.resources().set(name, up ? "up" : "down") && !up) {
                log(LogLevel.E, HEART, "Resource " + name + " set to down by heart");
            }
        }
        openHeartbeats();
        show.metrics(data.resources());
    }

    private Optional<String> openHeartbeats() {
        boolean wasOpen = watch.isOpen();
        try {
            watch.open();
            if (!wasOpen) {
                watch.send(payload());
            }
            return Optional.empty();
        } catch (StartRefused refusal) {
            return Optional.of(refusal.getMessage());
        }
    }

    private Payload payload() {
        return new Payload(state.report(), Map.of());
    }

    private void step(Event event) {
        if (failure.isPresent()) {
            return;
        }
        if (event instanceof Event.HookDone done) {
            hookDesk.ended(done.token());
        }
        Step step = automaton.step(state, event);
        MirrorState before = state;
        state = step.state();
        record(event, step);
        step.actions().forEach(this::carryOut);
        persist(before);
        show.noticed(event);
        show.show(state, step.rows().isEmpty() ? history.lastRow() : step.rows().getLast(), false);
    }

    private void record(Event event, Step step) {
        boolean routine = event instanceof Event.Tick || event instanceof Event.PeerReported;
        if (step.rows().isEmpty() || (routine && step.actions().isEmpty())) {
            return;
        }
        String what = Narrative.of(event);
        history.add(new History.Decision(parts.clock().instant(), what, step.rows(), state.state(), state.readiness()));
        log.write(
                LogLevel.I,
                HEART,
                step.rows().getLast(),
                "Rows " + step.rows() + " for " + what + " in " + state.phase());
    }

    private void carryOut(Action action) {
        switch (action) {
            case Action.RunHook run -> hookDesk.run(run);
            case Action.AbandonHook abandon -> hookDesk.abandon(abandon.token());
            case Action.CheckPaths check -> awaited(check.token(), data::check);
            case Action.SetData set -> awaited(set.token(), () -> data.setRole(set.role()));
            case Action.PersistOutdated outdated ->
                data.outdated(reason -> event(reason.<Event>map(text -> new Event.ActionFailed(outdated.token(), text))
                        .orElseGet(() -> new Event.ActionDone(outdated.token()))));
            case Action.DropPeer drop -> data.dropPeer(drop.reason());
            case Action.SendReport send -> watch.send(new Payload(send.report(), Map.of()));
            case Action.Log line -> log(line.level(), line.origin(), line.text());
            case Action.Answer answer -> {
                CompletableFuture<Answer> question = questions.remove(answer.command());
                if (question != null) {
                    question.complete(new Answer(answer.accepted(), answer.text()));
                }
            }
        }
    }

    /** Something that may wait and can fail. */
    @FunctionalInterface
    private interface Waiting {
        void run() throws DataFailure;
    }

    private void awaited(long token, Waiting waiting) {
        worker.submit(() -> {
            Event outcome;
            try {
                waiting.run();
                outcome = new Event.ActionDone(token);
            } catch (DataFailure reason) {
                outcome = new Event.ActionFailed(token, reason.getMessage());
            } catch (RuntimeException | LinkageError defect) {
                outcome = new Event.ActionFailed(token, "a defect: " + defect);
            }
            event(outcome);
        });
    }

    private void later(String what, Waiting waiting) {
        worker.submit(() -> {
            try {
                waiting.run();
            } catch (DataFailure reason) {
                log(LogLevel.C, "rfsplug", reason.getMessage());
            } catch (RuntimeException | LinkageError defect) {
                log(LogLevel.C, "rfsplug", "Could not " + what + ": " + defect);
            }
        });
    }

    private void persist(MirrorState before) {
        LoopCounter loop = state.loop();
        boolean loopChanged = loop.count() != before.loop().count()
                || loop.exceeded() != before.loop().exceeded();
        boolean runningChanged = state.stopped() != before.stopped() && !ending;
        if (loopChanged || runningChanged) {
            boolean running = !state.stopped();
            clerk.submit(() -> {
                try {
                    if (loopChanged) {
                        parts.flags().rememberLoop(loop, plan.pulse());
                    }
                    if (runningChanged) {
                        parts.flags().rememberRunning(running);
                    }
                } catch (IOException disk) {
                    log(LogLevel.C, HEART, "The state of the module cannot be written: " + disk.getMessage());
                }
            });
        }
    }

    private void ask(Verb verb, Caller caller, CompletableFuture<Answer> question) {
        if (failure.isPresent()) {
            askFailed(verb, question);
            return;
        }
        if (verb.starts()) {
            Optional<String> refusal = openHeartbeats();
            if (refusal.isPresent()) {
                log(LogLevel.C, HEART, "Action " + verb.word() + " refused: " + refusal.get());
                question.complete(new Answer(false, refusal.get()));
                return;
            }
        }
        long number = nextCommand++;
        questions.put(number, question);
        step(new Event.Command(number, verb, caller));
    }

    // ---- the failed state ---------------------------------------------------------------------------------------

    private void fail(Throwable defect) {
        if (failure.isPresent()) {
            log(LogLevel.C, HEART, "Again: " + defect);
            return;
        }
        String where = defect.getStackTrace().length == 0 ? "" : " at " + defect.getStackTrace()[0];
        failure = Optional.of("The module failed by a defect: " + defect + where);
        failureSettled = false;
        log(
                LogLevel.C,
                HEART,
                failure.get() + ". It is taken out of its role: directories read-only, hooks stopped by force."
                        + " Other modules go on. When its cause is found: lockstep forcestop, then start.");
        questions.values().forEach(question -> question.complete(new Answer(false, failure.get())));
        questions.clear();
        hookDesk.abandonAll();
        show.failed(state, failure.get());
        worker.submit(() -> {
            try {
                data.setRole(new dev.lockstep.core.mirror.DataRole.Waiting());
            } catch (DataFailure | RuntimeException reason) {
                log(LogLevel.C, HEART, "The directories could not be made read-only: " + reason.getMessage());
            }
            parts.hooks()
                    .ifPresent(hooks -> List.of("stop_sec", "stop_prim", "stop_second", "stop_both")
                            .forEach(hook -> hooks.start(
                                    new HookCall(hook, List.of("force", "WAIT", "STOP", "stop")), outcome -> {})));
            mailbox.deliver(() -> {
                watch.close();
                failureSettled = true;
            });
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
            question.complete(new Answer(false, "The state of the module cannot be written: " + disk.getMessage()));
            return;
        }
        failure = Optional.empty();
        later("track the directories", () -> data.setRole(new dev.lockstep.core.mirror.DataRole.Stopped()));
        openHeartbeats();
        show.show(state, 0, false);
        question.complete(new Answer(true, "The failed module is reset."));
    }

    // ---- any thread -----------------------------------------------------------------------------------------------

    /** Asks for something. The answer comes when it is accepted or refused. */
    public CompletableFuture<Answer> command(Verb verb, Caller caller) {
        CompletableFuture<Answer> question = new CompletableFuture<>();
        if (!mailbox.post(() -> ask(verb, caller, question))) {
            question.complete(
                    new Answer(false, "The module does not take orders any more: its mailbox is full or closed."));
        }
        return question;
    }

    /** Starts the module as at boot, after its delay. */
    public void boot() {
        mailbox.deliver(() -> bootMillis = plan.bootDelay().toMillis());
    }

    /** Sets the failover switch, on disk before it counts. May wait for the disk. */
    public void failover(boolean on, Caller caller) throws IOException {
        parts.flags().switchFailover(on);
        event(new Event.FailoverSwitched(on, caller));
    }

    @Override
    public void event(Event event) {
        mailbox.deliver(() -> step(event));
    }

    /** A payload arrived on a heartbeat. */
    public void received(String ident, byte[] payload) {
        mailbox.post(() -> {
            if (failure.isEmpty()) {
                watch.received(ident, payload).forEach(this::noticed);
            }
        });
    }

    /** Time passed. */
    public void ticked(long millis) {
        mailbox.tick(millis);
    }

    @Override
    public void log(LogLevel level, String origin, String text) {
        log.write(level, origin, text);
    }

    /** The plan the module works with. */
    public ModulePlan plan() {
        return plan;
    }

    /** The module's log. */
    public ModuleLog moduleLog() {
        return log;
    }

    /** The hooks of the module. */
    public Optional<HookRunner> hooks() {
        return parts.hooks();
    }

    /** The flags of the module. */
    public ModuleFlags flags() {
        return parts.flags();
    }

    /** The resources of the module. */
    public ResourceBoard resources() {
        return parts.resources();
    }

    /** The last decisions. */
    public History history() {
        return history;
    }

    /** What the module shows. */
    public ModuleStatus status() {
        return show.board().now();
    }

    /** Waits for another revision of what it shows. */
    public ModuleStatus awaitChange(long revision, Duration limit) throws InterruptedException {
        return show.board().await(revision, limit);
    }

    /** Whether automatic actions are exhausted. */
    public boolean loopExceeded() {
        return Boolean.parseBoolean(parts.resources().value("heart.maxloop", "false"));
    }

    /** Whether the module is stopped with nothing left to do. */
    public boolean idle() {
        return show.board().idle();
    }

    /**
     * Stops the module because the daemon ends, and remembers that it was running.
     *
     * @return whether it stopped within {@code limit}
     */
    public boolean shutdown(Duration limit) throws InterruptedException {
        mailbox.deliver(() -> ending = true);
        CompletableFuture<Answer> answer = command(Verb.SHUTDOWN, new Caller.Operator("SYSTEM"));
        return answer.handle((a, f) -> true).join() && show.board().awaitIdle(limit);
    }

    /**
     * Ends the module's runtime, whatever it does; the directories are guarded or given back. Waits at most {@code limit} for what
     * is on the way.
     *
     * @return whether everything ended within the limit
     */
    public boolean close(Predicate<String> giveBack, Duration limit) throws InterruptedException {
        boolean accepted = true;
        try {
            worker.submit(() -> data.close(giveBack));
        } catch (RejectedExecutionException busy) {
            accepted = false;
        }
        boolean ended = worker.join(limit);
        mailbox.close();
        ended &= mailbox.join(limit);
        ended &= clerk.join(limit);
        watch.close();
        parts.hooks().ifPresent(HookRunner::close);
        show.board().close();
        return ended && accepted;
    }
}
