package dev.lockstep.node.module;

import dev.lockstep.core.config.BootMode;
import dev.lockstep.core.mirror.LoopCounter;
import dev.lockstep.node.state.DurableValues;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * What the daemon remembers about a module besides its data: whether it was running, the switches, the counter of automatic
 * actions, and the number of its lives. Every change is on disk when the method returns. Thread-safe; may wait for the disk.
 */
public final class ModuleFlags {
    private static final String RUNNING = "running";
    private static final String BOOT = "boot";
    private static final String FAILOVER = "failover";
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

    /** The switch of the command {@code boot}. */
    public boolean bootSwitch() {
        return values.flag(BOOT, false);
    }

    /** Sets the switch of the command {@code boot}. */
    public void switchBoot(boolean on) throws IOException {
        values.put(Map.of(BOOT, Boolean.toString(on)));
    }

    /** The failover switch; {@code configured} until it is used. */
    public boolean failover(boolean configured) {
        return values.flag(FAILOVER, configured);
    }

    /** Sets the failover switch. */
    public void switchFailover(boolean on) throws IOException {
        values.put(Map.of(FAILOVER, Boolean.toString(on)));
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
