package dev.lockstep.core.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorSettings.DefaultPrimary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rows as a whole: nothing missing, nothing idle, nothing without a way out. */
class RowTableTest {
    private static final Path DOCUMENT = Path.of("../../docs/states.md");
    private static final String BEGIN = "<!-- rows begin -->\n";
    private static final int EXPANSIONS = 600;
    private static final int SAMPLES_MAX = 1_000;
    private static final List<Explorer> EXPLORERS = new ArrayList<>();

    @BeforeAll
    static void explore() {
        Explorer replicated = new Explorer();
        MirrorSettings settings = Bench.settings(DefaultPrimary.LASTPRIM);
        replicated.explore(
                List.of(
                        refusedToMark().ticks(1).state,
                        new Bench(ReplicaIdentity.blank(), settings).state,
                        new Bench(Bench.data(true, true), settings).state,
                        new Bench(Bench.pairOf(Bench.data(true, false), false), settings).state,
                        Bench.alone().state,
                        Bench.prim().state,
                        Bench.second().state,
                        blocked().state,
                        joining().state,
                        failingToJoin().state,
                        joining()
                                .on(new Event.ReintegrationFailed("no route to host"))
                                .ticks(1)
                                .state,
                        handingOverToStop().state,
                        goingAloneWhileStopping().state,
                        RecordTransitionsTest.takeoverRefused().state,
                        Bench.prim().command(Verb.SWAP).state),
                EXPANSIONS);
        EXPLORERS.add(replicated);
        MirrorSettings bare =
                MirrorModelTest.settings("a", "b", false, DefaultPrimary.NODE, EnumSet.noneOf(Hook.class));
        Explorer withoutData = new Explorer();
        withoutData.explore(List.of(new Bench(ReplicaIdentity.withoutData(), bare).state), EXPANSIONS / 5);
        EXPLORERS.add(withoutData);
    }

    private static Bench blocked() {
        return new Bench(ReplicaIdentity.blank()).command(Verb.START).silent();
    }

    private static Bench joining() {
        Bench b = new Bench(Bench.data(false, false));
        return b.peer(ModuleState.ALONE, Readiness.READY, Bench.data(true, true))
                .command(Verb.START);
    }

    private static Bench failingToJoin() {
        Bench b = joining();
        for (int i = 1; i < MirrorState.REINTEGRATION_FAILURES_MAX; i++) {
            b.on(new Event.ReintegrationFailed("no route to host")).ticks(40);
        }
        return b;
    }

    private static Bench handingOverToStop() {
        Bench b = Bench.prim();
        b.hold = true;
        return b.command(Verb.STOP).release().release().release();
    }

    private static Bench refusedToMark() {
        Bench b = RecordTransitionsTest.claimed();
        return b.on(new Event.ActionFailed(b.state.progress().outdatedToken(), "no"));
    }

    private static Bench goingAloneWhileStopping() {
        Bench b = Bench.prim();
        b.hold = true;
        return b.command(Verb.STOP).on(new Event.PeerLost("cut", true)).silent();
    }

    /** A part of the situations reached, evenly spread, so that the test stays short. */
    private static List<MirrorState> sample(Explorer explorer) {
        List<MirrorState> all = List.copyOf(explorer.states.values());
        int stride = Math.max(1, all.size() / SAMPLES_MAX);
        return Stream.iterate(0, i -> i < all.size(), i -> i + stride)
                .map(all::get)
                .toList();
    }

    @Test
    void rowNumbersAreUniqueAndOrderedWithinTheirSection() {
        Set<Integer> seen = new HashSet<>();
        for (List<Row> section : List.of(
                EventRows.rows(),
                CommandRows.rows(),
                ClaimRows.rows(),
                RecordRows.rows(),
                SplitRows.rows(),
                StopRows.rows(),
                WaitRows.rows(),
                SecondRows.rows(),
                PrimaryRows.rows())) {
            int last = 0;
            for (Row row : section) {
                assertTrue(seen.add(row.number()), "row " + row.number() + " exists twice");
                assertTrue(row.number() > last, "row " + row.number() + " is out of order");
                assertTrue(row.why().length() > 10, "row " + row.number() + " does not say why");
                last = row.number();
            }
        }
    }

    @Test
    void theTableInTheDocumentIsTheOneInTheCode() throws IOException {
        String text = Files.readString(DOCUMENT);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf("<!-- rows end -->");
        String expected = text.substring(0, begin) + documented() + text.substring(end);
        if (Boolean.getBoolean("rewrite")) {
            Files.writeString(DOCUMENT, expected);
        }
        assertEquals(expected, Files.readString(DOCUMENT), "run the test with -Drewrite and read the difference");
    }

    private static String documented() {
        StringBuilder table = new StringBuilder("| Row | When | In phase | Reference | Why |\n|---|---|---|---|---|\n");
        Stream.concat(RowTable.EVENTS.stream(), RowTable.SITUATIONS.stream()).forEach(row -> {
            String when = row.event()
                    .map(e -> e.getSimpleName() + (row.guard().isPresent() ? ", if" : ""))
                    .orElse("situation");
            table.append("| %d | %s | %s | %s | %s |\n"
                    .formatted(row.number(), when, phases(row), row.reference(), row.why()));
        });
        return table.toString();
    }

    private static String phases(Row row) {
        Set<Phase> in = EnumSet.copyOf(row.phases());
        Set<Phase> others = EnumSet.complementOf(EnumSet.copyOf(in));
        if (others.isEmpty()) {
            return "any";
        }
        return others.size() < in.size() ? "all but " + names(others) : names(in);
    }

    private static String names(Set<Phase> phases) {
        return phases.stream().map(Phase::name).collect(Collectors.joining(", "));
    }

    @Test
    void everyEventHasAnUnconditionalRowInEveryPhase() {
        for (Class<?> event : Event.class.getPermittedSubclasses()) {
            if (event == Event.Command.class) {
                continue;
            }
            for (Phase phase : Phase.values()) {
                assertTrue(
                        RowTable.EVENTS.stream()
                                .anyMatch(r -> r.event().orElseThrow() == event
                                        && r.phases().contains(phase)
                                        && r.guard().isEmpty()),
                        "no unconditional row for " + event.getSimpleName() + " in " + phase);
            }
        }
    }

    @Test
    void everyCommandIsAnsweredExactlyOnceInEveryReachedSituation() {
        MirrorAutomaton automaton = new MirrorAutomaton();
        for (Explorer explorer : EXPLORERS) {
            for (MirrorState s : sample(explorer)) {
                for (Verb verb : Verb.values()) {
                    Step step = automaton.step(s, new Event.Command(77, verb, new Caller.Operator("root")));
                    List<Action.Answer> answers = step.actions().stream()
                            .filter(Action.Answer.class::isInstance)
                            .map(Action.Answer.class::cast)
                            .toList();
                    assertEquals(1, answers.size(), verb + " in " + s.phase());
                    assertTrue(answers.getFirst().accepted()
                            || !answers.getFirst().text().isEmpty());
                }
            }
        }
    }

    @Test
    void everyEventWasTriedInEveryPhase() {
        for (Phase phase : Phase.values()) {
            Set<String> tried = new TreeSet<>();
            EXPLORERS.forEach(e -> tried.addAll(e.tried.getOrDefault(phase, Set.of())));
            Set<String> missing = new TreeSet<>();
            Stream.of(Event.class.getPermittedSubclasses())
                    .map(Class::getSimpleName)
                    .filter(n -> !n.equals("Command"))
                    .forEach(missing::add);
            Stream.of(Verb.values()).map(Verb::name).forEach(missing::add);
            missing.removeAll(tried);
            assertEquals(Set.of(), missing, "never tried in " + phase);
        }
    }

    @Test
    void everyRowIsReached() {
        Set<Integer> idle = new TreeSet<>();
        Stream.concat(RowTable.EVENTS.stream(), RowTable.SITUATIONS.stream()).forEach(r -> idle.add(r.number()));
        EXPLORERS.forEach(e -> idle.removeAll(e.fired));
        assertEquals(Set.of(), idle);
    }

    @Test
    void everyPhaseHasAnExit() {
        for (Phase phase : Phase.values()) {
            Set<Phase> next = EnumSet.noneOf(Phase.class);
            EXPLORERS.forEach(e -> next.addAll(e.moves.getOrDefault(phase, Set.of())));
            next.remove(phase);
            assertTrue(!next.isEmpty(), "no way out of " + phase);
        }
    }

    @Test
    void fromEveryReachedSituationTheModuleCanBeStoppedByForce() {
        for (Explorer explorer : EXPLORERS) {
            for (MirrorState s : sample(explorer)) {
                assertEquals(ModuleState.STOP, driven(s, Verb.FORCESTOP).state(), () -> "from " + s.phase());
            }
        }
    }

    @Test
    void fromEveryReachedSituationTheModuleCanBeStoppedOnceThePeerIsSilent() {
        for (Explorer explorer : EXPLORERS) {
            for (MirrorState s : sample(explorer)) {
                MirrorState end = driven(s, Verb.STOP);
                assertTrue(
                        end.state() == ModuleState.STOP,
                        () -> "from " + s.phase() + " " + s.pair() + " plan " + s.plan() + " ends in " + end.phase()
                                + " " + end.plan());
            }
        }
    }

    /** Gives the command, answers whatever is awaited, and lets the peer fall silent. */
    private static MirrorState driven(MirrorState start, Verb verb) {
        MirrorAutomaton automaton = new MirrorAutomaton();
        MirrorState s = automaton
                .step(start, new Event.Command(1, verb, new Caller.Operator("root")))
                .state();
        s = automaton.step(s, new Event.PeerSilent()).state();
        for (int i = 0; i < 100 && !s.stopped(); i++) {
            MirrorState.Progress p = s.progress();
            long token = LongStream.of(p.planToken(), p.dataToken(), p.closeToken(), p.outdatedToken())
                    .max()
                    .orElseThrow();
            Event next = token == 0 ? new Event.Tick() : new Event.ActionDone(token);
            if (token != 0 && s.current().orElse(null) instanceof PlanStep.Call && token == p.planToken()) {
                next = new Event.HookDone(token, HookResult.OK, "");
            }
            s = automaton.step(s, next).state();
        }
        return s;
    }
}
