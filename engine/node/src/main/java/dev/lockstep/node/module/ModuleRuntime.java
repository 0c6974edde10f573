package dev.lockstep.node.module;

import dev.lockstep.core.mirror.Caller;
import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.data.DataEvents;
import dev.lockstep.node.data.ModuleData;
import dev.lockstep.node.heartbeat.PeerWatch;
import dev.lockstep.node.hooks.HookRunner;
import dev.lockstep.node.http.ControlService;
import dev.lockstep.node.http.ModuleStatus;
import dev.lockstep.node.log.ModuleLog;
import dev.lockstep.node.state.StateDisk;
import dev.lockstep.node.threads.SharedThreads;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * One mirror module at work: its mailbox, its automaton and what carries the actions out. Everything that happens is a message
 * of the mailbox; the automaton decides; actions that may wait go to workers of the module and come back as messages.
 * Thread-safe.
 *
 * <p>A defect that throws on the mailbox brings the module into a <em>failed</em> state: its data is read-only, its hooks are
 * stopped by force, it is silent for its peer and shows STOP NotReady with the reason, until {@code forcestop} resets it.
 * Other modules do not notice.
 */
public final class ModuleRuntime implements DataEvents {
    private final Parts parts;
    private final Mailbox mailbox;
    private final Errands errands;
    private final ModuleShow show;
    private final History history = new History();
    private ModuleData data;
    private PeerWatch watch;
    private Conductor conductor;
    private volatile Optional<ControlService.PortPair> peerPorts = Optional.empty();

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
            SharedThreads threads,
            Clock clock) {}

    /** The answer to a command. */
    public record Answer(boolean accepted, String text) {}

    /** A module that is not alive yet: {@link #begin} brings it to life. */
    public ModuleRuntime(Parts parts) {
        this.parts = parts;
        this.mailbox = new Mailbox(parts.threads().carriers(), new Owner());
        this.errands = new Errands(
                parts.plan().name(),
                parts.threads().hands(),
                new StateDisk(parts.plan().applied().state()),
                this);
        this.show = new ModuleShow(parts.plan(), parts.resources());
    }

    private final class Owner implements Mailbox.Owner {
        @Override
        public void handle(Runnable message) {
            try {
                message.run();
            } catch (RuntimeException | LinkageError | StackOverflowError defect) {
                conductor.fail(defect);
            }
        }

        @Override
        public void passed(long millis) {
            conductor.passed(millis);
        }
    }

    /**
     * Begins the module's life: STOP, heartbeats as soon as they can be opened, directories covered and tracked. Called once.
     *
     * @throws IOException if the life cannot be counted on disk
     */
    public void begin(ModuleData moduleData, PeerWatch peerWatch) throws IOException {
        data = moduleData;
        watch = peerWatch;
        conductor = new Conductor(parts, data, watch, new Conductor.Means(errands, show, history, mailbox::deliver));
        mailbox.start();
        mailbox.deliver(conductor::wakeUp);
    }

    /** Asks for something. The answer comes when it is accepted or refused. */
    public CompletableFuture<Answer> command(Verb verb, Caller caller) {
        CompletableFuture<Answer> question = new CompletableFuture<>();
        if (!mailbox.post(() -> conductor.ask(verb, caller, question))) {
            question.complete(
                    new Answer(false, "The module does not take orders any more: its mailbox is full or closed."));
        }
        return question;
    }

    /** Starts the module as at boot, after its delay. */
    public void boot() {
        mailbox.deliver(() -> conductor.boot());
    }

    /** Sets the failover switch, on disk before it counts, until the module is configured again. May wait for the disk. */
    public void failover(boolean on, Caller caller) throws IOException {
        parts.flags().switchFailover(on, parts.plan().applied().applied());
        event(new Event.FailoverSwitched(on, caller));
    }

    /**
     * Sets the boot switch, on disk before it counts. May wait for the disk.
     *
     * @throws Refusal (STATE) if the configuration leaves nothing to switch
     */
    public void switchBoot(boolean on) throws Refusal, IOException {
        parts.flags().switchBoot(on, parts.plan().boot());
        parts.resources()
                .set("usersetting.boot", parts.flags().shownBoot(parts.plan().boot()));
    }

    @Override
    public void event(Event event) {
        mailbox.deliver(() -> conductor.step(event));
    }

    @Override
    public void log(LogLevel level, String origin, String text) {
        parts.log().write(level, origin, text);
    }

    /** A payload arrived on a heartbeat. */
    public void received(String ident, byte[] payload) {
        mailbox.post(() -> conductor.received(ident, payload));
    }

    /** The node of the peer says at which ports the module is there. Does not wait. */
    public void peerAt(int heartbeatPort, int replicationPort) {
        peerPorts = Optional.of(new ControlService.PortPair(heartbeatPort, replicationPort));
        mailbox.post(() -> conductor.peerAt(heartbeatPort, replicationPort));
    }

    /** The node of the peer says whether the module is primary there. Does not wait. */
    public void peerPrimary(boolean primary) {
        mailbox.post(() -> conductor.peerPrimary(primary));
    }

    /** Something about the peer that an operator should know. Does not wait. */
    public void remark(String sentence) {
        mailbox.post(() -> conductor.remark(sentence));
    }

    /** Time passed. Does not wait. */
    public void ticked(long millis) {
        data.ticked(millis);
        mailbox.tick(millis);
    }

    /** The plan the module works with. */
    public ModulePlan plan() {
        return parts.plan();
    }

    /** The ports it works with; those of the peer once its node has said them. */
    public ControlService.Ports ports() {
        ModulePlan plan = parts.plan();
        return new ControlService.Ports(
                new ControlService.PortPair(plan.heartbeatPort(), plan.replicationPort()),
                plan.settings().peerNode(),
                peerPorts);
    }

    /** The module's log. */
    public ModuleLog moduleLog() {
        return parts.log();
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
        mailbox.deliver(() -> conductor.ending());
        Answer answer = command(Verb.SHUTDOWN, new Caller.Operator("SYSTEM")).join();
        return show.board().awaitIdle(answer.accepted() ? limit : Duration.ZERO);
    }

    /**
     * Ends the module's runtime, whatever it does; the directories are guarded or given back. Waits at most {@code limit} for
     * each part of it.
     *
     * @return whether everything ended within the limits
     */
    public boolean close(Predicate<String> giveBack, Duration limit) throws InterruptedException {
        mailbox.close();
        boolean ended = mailbox.join(limit);
        errands.run("guard the directories", () -> data.close(giveBack), () -> {});
        ended &= errands.end(limit);
        watch.close();
        parts.hooks().ifPresent(HookRunner::close);
        show.board().close();
        return ended;
    }
}
