package dev.lockstep.core.mirror;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.core.mirror.MirrorSettings.DefaultPrimary;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Two automata in a simulated world of faults. {@code -Dseeds=N} for long runs, {@code -Dseed=N} to repeat one. */
class MirrorModelTest {
    private static final int SEEDS_STANDARD = 250;
    private static final int QUIET_TICKS = 700;

    /** The disk has its time, then the silence counts, then the primary records that it goes on. */
    private static final int GOES_ON_WITHIN = 6 + 2 * ModelWorld.TIMEOUT + 20;

    private static final MirrorSettings.Timing TIMING = new MirrorSettings.Timing(20, 10, 2, 30, 6);

    private static final List<DefaultPrimary> PREFERENCES = List.of(
            DefaultPrimary.ALONE,
            DefaultPrimary.ALONE,
            DefaultPrimary.ALONE,
            DefaultPrimary.ALONE,
            DefaultPrimary.LASTPRIM,
            DefaultPrimary.NODE);

    private final Set<Phase> seenPhases = EnumSet.noneOf(Phase.class);

    @Test
    void underSingleFaultsNoAcknowledgedWriteIsLostAndThePairHeals() {
        seeds(1, (seed, world) -> faults(world, new Random(seed), false));
    }

    @Test
    void underPartitionsThePairHealsToOnePrimary() {
        seeds(2, (seed, world) -> {
            faults(world, new Random(seed), true);
        });
    }

    @Test
    void aSecondaryThatCannotRecordAnythingDoesNotHoldUpThePrimary() {
        seeds(3, false, (seed, world) -> {
            Random random = new Random(seed);
            ModelNode primary = world.a.state.state() == ModuleState.PRIM ? world.a : world.b;
            ModelNode secondary = world.other(primary);
            if (!world.isPair() || !primary.replicated()) {
                return;
            }
            disk(world, random, secondary);
            world.linkCut = random.nextBoolean();
            primary.engine.cut();
            world.run(GOES_ON_WITHIN);
            assertTrue(primary.canAcknowledge(), () -> primary.name() + " waits: " + primary.state.reason());
            assertFalse(secondary.writable());
            world.linkCut = false;
            if (random.nextBoolean()) {
                // what it promised is forgotten, its disk never knew it
                secondary.crash();
                secondary.boot();
                if (random.nextBoolean()) {
                    primary.crash();
                    secondary.command(Verb.START, new Caller.Boot());
                    world.run(4 * ModelWorld.TIMEOUT);
                    assertFalse(secondary.writable(), "a stale copy was started");
                    primary.boot();
                    primary.command(Verb.START, new Caller.Boot());
                }
            }
            world.run(random.nextInt(60));
            secondary.disk.refuses = false;
            secondary.disk.hangs = false;
        });
    }

    private interface Schedule {
        void run(long seed, ModelWorld world);
    }

    private void seeds(int salt, Schedule schedule) {
        seeds(salt, true, schedule);
    }

    private void seeds(int salt, boolean everywhere, Schedule schedule) {
        Long one = Long.getLong("seed");
        long count = one == null ? Long.getLong("seeds", SEEDS_STANDARD) : 1;
        for (long i = 0; i < count; i++) {
            long seed = one == null ? salt * 1_000_000_000L + i : one;
            if (seed / 1_000_000_000L != salt) {
                return;
            }
            ModelWorld world = world(seed);
            try {
                first(world);
                schedule.run(seed, world);
                heal(world);
            } catch (AssertionError | RuntimeException failure) {
                List<String> story = world.story;
                String tail = String.join("\n", story.subList(Math.max(0, story.size() - 110), story.size()));
                throw new AssertionError("-Dseed=" + seed + ": " + failure + "\n" + tail, failure);
            }
            seenPhases.addAll(world.seenPhases);
        }
        if (one == null && everywhere) {
            assertTrue(seenPhases.containsAll(EnumSet.allOf(Phase.class)), "phases never reached");
        }
    }

    private static ModelWorld world(long seed) {
        Random random = new Random(seed ^ 0x5DEECE66DL);
        boolean replicated = random.nextInt(8) != 0;
        DefaultPrimary preference = PREFERENCES.get(random.nextInt(PREFERENCES.size()));
        Set<Hook> hooks = random.nextInt(4) == 0 ? Set.of() : EnumSet.allOf(Hook.class);
        int handover = random.nextBoolean() ? 2 + random.nextInt(4) : TIMING.handoverTicks();
        MirrorSettings.Timing timing = new MirrorSettings.Timing(
                handover, TIMING.pairTicks(), TIMING.retryTicks(), TIMING.retrySlowTicks(), TIMING.recordTicks());
        return new ModelWorld(
                seed,
                settings("a", "b", replicated, preference, hooks, timing),
                settings("b", "a", replicated, preference, hooks, timing));
    }

    static MirrorSettings settings(
            String local, String peer, boolean replicated, DefaultPrimary preference, Set<Hook> hooks) {
        return settings(local, peer, replicated, preference, hooks, TIMING);
    }

    private static MirrorSettings settings(
            String local,
            String peer,
            boolean replicated,
            DefaultPrimary preference,
            Set<Hook> hooks,
            MirrorSettings.Timing timing) {
        return new MirrorSettings(
                local,
                peer,
                replicated,
                true,
                preference,
                preference == DefaultPrimary.NODE ? "a" : "",
                hooks,
                3,
                1_000,
                timing,
                "same");
    }

    /** The first start of a mirror: prim on one node, second on the other. */
    private static void first(ModelWorld world) {
        world.a.command(Verb.PRIM);
        world.run(40);
        world.b.command(Verb.SECOND);
        world.run(60);
    }

    private static void faults(ModelWorld world, Random random, boolean partitions) {
        world.slowNetwork = random.nextInt(3) == 0;
        int faults = 1 + random.nextInt(6);
        for (int i = 0; i < faults; i++) {
            fault(world, random, partitions);
            world.run(random.nextInt(random.nextBoolean() ? 5 : 40));
        }
    }

    private static void fault(ModelWorld world, Random random, boolean partitions) {
        ModelNode node = random.nextBoolean() ? world.a : world.b;
        switch (random.nextInt(partitions ? 19 : 16)) {
            case 0 -> {
                if (node.up) {
                    node.crash();
                }
            }
            case 1 -> restart(node, random);
            case 2 -> {
                if (node.alive()) {
                    node.pause();
                    meanwhile(world, random, 40, partitions);
                    node.resume();
                    world.run(3 * ModelWorld.TIMEOUT);
                }
            }
            case 3 -> {
                world.note("link cut");
                world.linkCut = true;
                meanwhile(world, random, 30, partitions);
                world.linkCut = false;
            }
            case 4 -> {
                world.loss = 0.3;
                world.run(random.nextInt(20));
                world.loss = 0;
            }
            case 5 -> {
                world.failures = 0.05;
                world.run(random.nextInt(15));
                world.failures = 0;
            }
            case 6, 7, 8 -> operator(node, random);
            case 9 -> {
                world.note("link reset");
                node.engine.cut();
            }
            case 10 -> hangingHook(world, random, node);
            case 11 -> {
                world.note("disks slow");
                world.slowDisks = true;
                meanwhile(world, random, 60, partitions);
                world.slowDisks = false;
            }
            case 12 -> both(world, random);
            case 13, 14 -> {
                disk(world, random, node);
                meanwhile(world, random, 120, partitions);
                node.disk.refuses = false;
                node.disk.hangs = false;
                world.note(node.name() + " disk works again");
            }
            case 15 -> {
                List<DiskHealth> kinds = List.of(DiskHealth.values());
                health(node, kinds.get(random.nextInt(kinds.size())));
                meanwhile(world, random, 60, partitions);
                if (random.nextBoolean()) {
                    health(node, DiskHealth.GOOD);
                }
            }
            case 16 -> partition(world, random, true, true);
            default -> partition(world, random, random.nextBoolean(), false);
        }
    }

    /** The disk of the state is full or dead, or hangs. */
    private static void disk(ModelWorld world, Random random, ModelNode node) {
        node.disk.refuses = random.nextBoolean();
        node.disk.hangs = !node.disk.refuses;
        world.note(node.name() + " disk " + (node.disk.refuses ? "refuses" : "hangs"));
        if (random.nextBoolean()) {
            node.engine.cut();
        }
    }

    private static void health(ModelNode node, DiskHealth health) {
        if (node.alive() && node.replicated()) {
            node.step(new Event.DiskChanged(health, "tried"));
        }
    }

    /** Another fault often comes before the first has passed. */
    private static void meanwhile(ModelWorld world, Random random, int ticks, boolean partitions) {
        world.run(random.nextInt(random.nextBoolean() ? 5 : ticks / 2));
        if (random.nextInt(3) != 0) {
            fault(world, random, partitions);
        }
        world.run(random.nextInt(ticks / 2));
    }

    /** Both hosts lose power, or the operator does the same on both nodes, hardly one after the other. */
    private static void both(ModelWorld world, Random random) {
        switch (random.nextInt(4)) {
            case 0 ->
                onBoth(world, random, n -> {
                    n.crash();
                    n.boot();
                    n.command(Verb.START, new Caller.Boot());
                });
            case 1 -> onBoth(world, random, n -> n.command(Verb.STOP));
            case 2 -> {
                onBoth(world, random, n -> n.command(Verb.STOP));
                world.run(60);
                onBoth(world, random, n -> n.command(random.nextBoolean() ? Verb.START : Verb.PRIM));
            }
            default -> onBoth(world, random, n -> operator(n, random));
        }
    }

    private static void onBoth(ModelWorld world, Random random, Consumer<ModelNode> deed) {
        List<ModelNode> nodes = random.nextBoolean() ? List.of(world.a, world.b) : List.of(world.b, world.a);
        for (ModelNode n : nodes) {
            deed.accept(n);
            world.run(random.nextInt(4));
        }
    }

    /** A hook that never ends, until the operator stops the module by force. */
    private static void hangingHook(ModelWorld world, Random random, ModelNode node) {
        node.hang = 0.5;
        operator(node, random);
        world.run(random.nextInt(40));
        node.hang = 0;
        node.command(Verb.FORCESTOP);
        world.run(10);
    }

    private static void partition(ModelWorld world, Random random, boolean aToB, boolean both) {
        world.cut(aToB, both || !aToB);
        meanwhile(world, random, 60, true);
        world.cut(false, false);
    }

    private static void restart(ModelNode node, Random random) {
        if (!node.up) {
            node.boot();
            if (random.nextBoolean()) {
                node.command(Verb.START, new Caller.Boot());
            }
        }
    }

    private static void operator(ModelNode node, Random random) {
        Verb[] verbs = Verb.values();
        Verb verb = verbs[random.nextInt(verbs.length)];
        if (verb.wantsPrimary() && random.nextInt(3) != 0) {
            verb = Verb.START;
        }
        if (random.nextInt(10) == 0) {
            boolean on = random.nextBoolean();
            if (node.alive()) {
                node.step(new Event.FailoverSwitched(on, new Caller.Operator("root")));
            }
            return;
        }
        if (random.nextInt(30) == 0 && node.alive()) {
            node.step(new Event.LocalReplicationFailed("simulated"));
            return;
        }
        node.command(verb, random.nextInt(3) == 0 ? new Caller.Component("checker") : new Caller.Operator("root"));
    }

    /** Everything works again, the operator starts what is stopped: the pair must come back. */
    private static void heal(ModelWorld world) {
        world.cut(false, false);
        world.note("healed");
        List<ModelNode> nodes = List.of(world.a, world.b);
        for (ModelNode n : nodes) {
            if (!n.up) {
                n.boot();
            }
            if (n.paused) {
                n.resume();
            }
            n.step(new Event.FailoverSwitched(true, new Caller.Operator("root")));
            health(n, DiskHealth.GOOD);
        }
        if (settled(world)) {
            return;
        }
        if (!world.mayHaveSplit) {
            fail("an operator is needed without reason: " + world.a.state.reason() + " / " + world.b.state.reason());
        }
        ModelNode good = better(world);
        world.note("operator chooses " + good.name());
        for (ModelNode n : nodes) {
            if (n.state.phase() == Phase.BLOCKED || n.state.phase() == Phase.WAITING) {
                n.command(Verb.STOP);
            }
        }
        world.run(60);
        good.command(good.state.identity().inconsistent() ? Verb.PRIMFORCE : Verb.PRIM);
        if (!settled(world)) {
            fail("stuck: " + world.a.state.phase() + " " + world.a.state.reason() + " / " + world.b.state.phase() + " "
                    + world.b.state.reason());
        }
    }

    private static ModelNode better(ModelWorld world) {
        boolean aBlockedWithData = world.a.state.identity().usable();
        return aBlockedWithData || !world.b.state.identity().usable() ? world.a : world.b;
    }

    /** Runs until the pair is stable; false if the nodes wait for an operator, in a state that is documented. */
    private static boolean settled(ModelWorld world) {
        for (int i = 0; i < QUIET_TICKS; i++) {
            world.tick();
            for (ModelNode n : List.of(world.a, world.b)) {
                if (n.state.stopped()) {
                    n.command(Verb.START);
                }
            }
            if (world.isPair()) {
                world.run(5);
                if (world.isPair()) {
                    return true;
                }
            }
        }
        if (!world.a.waitsForOperator() || !world.b.waitsForOperator()) {
            fail("neither a pair nor waiting for an operator: " + world.a.state.phase() + "/" + world.b.state.phase());
        }
        return false;
    }
}
