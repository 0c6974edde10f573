package dev.lockstep.node.module;

import dev.lockstep.core.config.BootMode;
import dev.lockstep.core.mirror.LoopCounter;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.state.DurableValues;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * What the daemon remembers about a module besides its data: whether it was running, the switches, the counter of automatic
 * actions, and the number of its lives. Every change is on disk when the method returns. Thread-safe; may wait for the disk.
 */
public final class ModuleFlags {
    private static final String RUNNING = "running";
    private static final String BOOT = "boot";
    private static final String FAILOVER = "failover";
    private static final String FAILOVER_OF = "failover.of";
    private static final String INCARNATION = "incarnation";
    private static final String LOOP_COUNT = "loop.count";
    private static final String LOOP_EXCEEDED = "loop.exceeded";
    private static final String LOOP_ENDS = "loop.ends";

    private final DurableValues values;
    private final Clock clock;

    /** Over a file. */
    public ModuleFlags(DurableValues values, Clock clock) {
        this.values = values;
        this.clock = clock;
    }

    /**
     * Begins a new life and gives its number: greater than that of every earlier one, also when the file was lost, as long as the
     * clock does not go back by more than all of them together.
     */
    public long nextIncarnation() throws IOException {
        long next = Math.max(values.number(INCARNATION, 0) + 1, clock.millis());
        values.put(Map.of(INCARNATION, Long.toString(next)));
        return next;
    }

    /** Whether the module was running, or about to, when this was last told. */
    public boolean running() {
        return values.flag(RUNNING, false);
    }

    /** Remembers whether the module runs. */
    public void rememberRunning(boolean running) throws IOException {
        values.put(Map.of(RUNNING, Boolean.toString(running)));
    }

    /** Whether the module starts with the node. */
    public boolean startsAtBoot(BootMode mode) {
        return switch (mode) {
            case ON -> true;
            case OFF -> false;
            case AUTO -> running();
            case IGNORE -> bootSwitch();
        };
    }

    /** What is shown of it: what the configuration says, or the switch if that decides. */
    public String shownBoot(BootMode mode) {
        return mode == BootMode.IGNORE
                ? bootSwitch() ? "on" : "off"
                : mode.name().toLowerCase(Locale.ROOT);
    }

    private boolean bootSwitch() {
        return values.flag(BOOT, false);
    }

    /**
     * Sets the switch of the command {@code boot}.
     *
     * @throws Refusal (STATE) if the configuration decides and the switch would do nothing
     */
    public void switchBoot(boolean on, BootMode mode) throws Refusal, IOException {
        if (mode != BootMode.IGNORE) {
            throw new Refusal(
                    Refusal.Kind.STATE,
                    "The configuration decides whether the module starts with the node: boot=\"" + shownBoot(mode)
                            + "\".",
                    "",
                    "Write boot=\"ignore\" in its userconfig.xml and apply it to use this command instead.");
        }
        values.put(Map.of(BOOT, Boolean.toString(on)));
    }

    /**
     * The failover switch; {@code configured} until it is used.
     *
     * @param applied date of the configuration in force; a switch set under an earlier one does not count any more
     */
    public boolean failover(boolean configured, Instant applied) {
        return values.number(FAILOVER_OF, 0) == applied.toEpochMilli() ? values.flag(FAILOVER, configured) : configured;
    }

    /**
     * Sets the failover switch.
     *
     * @param applied date of the configuration in force
     */
    public void switchFailover(boolean on, Instant applied) throws IOException {
        values.put(Map.of(FAILOVER, Boolean.toString(on), FAILOVER_OF, Long.toString(applied.toEpochMilli())));
    }

    /** The counter of automatic actions as it is now, for ticks of {@code pulse}. */
    public LoopCounter loop(Duration pulse) {
        long left = Math.max(0, values.number(LOOP_ENDS, 0) - clock.millis()) / pulse.toMillis();
        int count = left == 0 ? 0 : (int) values.number(LOOP_COUNT, 0);
        return new LoopCounter(count, count == 0 ? 0 : left, values.flag(LOOP_EXCEEDED, false));
    }

    /** Remembers the counter. */
    public void rememberLoop(LoopCounter loop, Duration pulse) throws IOException {
        values.put(Map.of(
                LOOP_COUNT,
                Integer.toString(loop.count()),
                LOOP_EXCEEDED,
                Boolean.toString(loop.exceeded()),
                LOOP_ENDS,
                Long.toString(clock.millis() + loop.ticksLeft() * pulse.toMillis())));
    }
}
