package dev.lockstep.core.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of scripts per transition, as the configuration reference tabulates it; {@code !} marks a forced call. */
class HookOrderTest {
    record Case(String transition, Supplier<Bench> run, String scripts) {
        @Override
        public String toString() {
            return transition;
        }
    }

    static Stream<Case> transitions() {
        return Stream.of(
                new Case(
                        "STOP to WAIT",
                        () -> new Bench(Bench.data(true, true)).command(Verb.START),
                        "transition prestart"),
                new Case(
                        "WAIT to ALONE",
                        () -> new Bench(Bench.data(true, true))
                                .command(Verb.START)
                                .forget()
                                .silent(),
                        "transition start_both start_prim start_sec"),
                new Case("WAIT to PRIM", HookOrderTest::electedPrim, "transition start_both start_prim"),
                new Case("WAIT to SECOND", HookOrderTest::joinedSecond, "transition start_both start_second start_sec"),
                new Case("ALONE to PRIM", () -> Bench.alone().joined(), "stop_sec transition"),
                new Case(
                        "PRIM to ALONE",
                        () -> Bench.prim().on(new Event.PeerLost("cut", true)).silent(),
                        "transition start_sec"),
                new Case("SECOND to ALONE", () -> Bench.second().silent(), "stop_second transition start_prim"),
                new Case(
                        "ALONE to SECOND",
                        HookOrderTest::aloneToSecond,
                        "stop_prim stop_prim! transition start_second"),
                new Case("SECOND to PRIM", HookOrderTest::swappedIn, "stop_sec stop_second transition start_prim"),
                new Case(
                        "PRIM to SECOND",
                        HookOrderTest::primToSecond,
                        "stop_prim stop_prim! transition start_second start_sec"),
                new Case(
                        "restart in ALONE",
                        () -> Bench.alone().command(Verb.RESTART),
                        "stop_sec stop_prim stop_both stop_sec! stop_prim! stop_both! start_both start_prim start_sec"),
                new Case(
                        "restart in PRIM",
                        () -> Bench.prim().command(Verb.RESTART),
                        "stop_prim stop_both stop_prim! stop_both! start_both start_prim"),
                new Case(
                        "restart in SECOND",
                        () -> Bench.second().command(Verb.RESTART),
                        "stop_sec stop_second stop_both stop_sec! stop_second! stop_both!"
                                + " start_both start_second start_sec"),
                new Case(
                        "ALONE to STOP",
                        () -> Bench.alone().command(Verb.STOP),
                        "stop_sec stop_prim stop_both transition" + END),
                new Case("PRIM to STOP", () -> Bench.prim().command(Verb.STOP), "stop_prim stop_both transition" + END),
                new Case(
                        "SECOND to STOP",
                        () -> Bench.second().command(Verb.STOP),
                        "stop_sec stop_second stop_both transition" + END));
    }

    private static final String END = " stop_sec! stop_prim! stop_second! stop_both! poststop transition";

    @ParameterizedTest
    @MethodSource("transitions")
    void scriptsRunInTheOrderOfTheReference(Case transition) {
        List<String> called = transition.run().get().hooks.stream()
                .map(h -> h.substring(0, h.indexOf(' ')) + (h.contains(" force ") ? "!" : ""))
                .toList();
        assertEquals(transition.scripts(), String.join(" ", called));
    }

    private static Bench electedPrim() {
        Bench b = new Bench(Bench.pairOf(Bench.data(true, true), true))
                .command(Verb.START)
                .forget();
        return b.peer(ModuleState.WAIT, Readiness.TRANSIENT, Bench.EQUAL).peerAccepts();
    }

    private static Bench joinedSecond() {
        ReplicaIdentity primary = Bench.data(true, true);
        Bench b = new Bench(Bench.data(false, false)).command(Verb.START).forget();
        return b.peer(ModuleState.ALONE, Readiness.READY, primary).synchronizedWith(primary);
    }

    private static Bench swappedIn() {
        Bench b = Bench.second();
        return b.peer(p -> Peers.offers(p, b.state.identity().generation())).peerAccepts();
    }

    private static Bench primToSecond() {
        return taken(Bench.prim().command(Verb.SWAP));
    }

    private static Bench aloneToSecond() {
        Bench b = Bench.alone();
        b.peer(p -> Peers.asksForSwap(p, 99));
        return taken(b.joined());
    }

    private static Bench taken(Bench b) {
        ReplicaIdentity promoted =
                new ReplicaIdentity(77, 1, List.of(b.state.identity().generation()), true, false, false, false, true);
        return b.peer(ModuleState.PRIM, Readiness.TRANSIENT, promoted).synchronizedWith(promoted);
    }
}
