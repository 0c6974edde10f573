package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.PeerReport.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Walks through the abstract states of one automaton: from each new one, every event that can happen there, the phases taking
 * turns so that none is starved by one with many variants. Two situations are the same abstract state when no guard could tell
 * them apart except by counters.
 */
final class Explorer {
    /** Reports tried per situation, drawn from all combinations with a fixed seed. */
    private static final int REPORTS_PER_STATE = 25;

    private final MirrorAutomaton automaton = new MirrorAutomaton();
    private final Random random = new Random(42);
    final Map<String, MirrorState> states = new LinkedHashMap<>();
    final Set<Integer> fired = new TreeSet<>();
    final Map<Phase, Set<Phase>> moves = new EnumMap<>(Phase.class);
    final Map<Phase, Set<String>> tried = new EnumMap<>(Phase.class);
    private final Map<Phase, Deque<MirrorState>> toVisit = new EnumMap<>(Phase.class);
    private long sequence = 1;
    private long generation = 1_000;

    void explore(List<MirrorState> beginnings, int expansions) {
        beginnings.forEach(this::add);
        int expanded = 0;
        while (expanded < expansions) {
            boolean any = false;
            for (Phase phase : Phase.values()) {
                MirrorState s = toVisit.getOrDefault(phase, new ArrayDeque<>()).poll();
                if (s != null) {
                    any = true;
                    expanded++;
                    events(s).forEach(e -> visit(s, e));
                }
            }
            if (!any) {
                return;
            }
        }
    }

    private void visit(MirrorState s, Event e) {
        Step step;
        try {
            step = automaton.step(s, e);
        } catch (IllegalStateException refused) {
            throw new AssertionError(key(s) + "\n" + e, refused);
        }
        fired.addAll(step.rows());
        moves.computeIfAbsent(s.phase(), _ -> EnumSet.noneOf(Phase.class))
                .add(step.state().phase());
        String name =
                e instanceof Event.Command c ? c.verb().name() : e.getClass().getSimpleName();
        tried.computeIfAbsent(s.phase(), _ -> new TreeSet<>()).add(name);
        add(step.state());
    }

    private void add(MirrorState s) {
        if (states.putIfAbsent(key(s), s) == null) {
            toVisit.computeIfAbsent(s.phase(), _ -> new ArrayDeque<>()).add(s);
        }
    }

    private static String key(MirrorState s) {
        ReplicaIdentity i = s.identity();
        MirrorState.Progress p = s.progress();
        String peer =
                s.peer().verdict() + s.peer().heard().map(r -> keyOf(s, r)).orElse("");
        return String.join(
                " ",
                s.phase() + "/" + s.state() + "/" + s.readiness() + "/" + s.data() + "/" + s.pair(),
                flags(
                        s.claim().isPresent(),
                        s.accepting().isPresent(),
                        s.accepted().isPresent(),
                        s.handover().isPresent(),
                        s.failover(),
                        i.usable(),
                        i.inconsistent(),
                        i.inPair(),
                        i.lastPrimary(),
                        p.planToken() != 0,
                        p.dataToken() != 0,
                        p.closeToken() != 0,
                        s.order().startAgain(),
                        s.swap().number() != 0,
                        s.verdict().isPresent(),
                        p.deadline() != 0,
                        p.failures() >= MirrorState.REINTEGRATION_FAILURES_MAX,
                        p.failures() > 0,
                        p.retryAt() > p.tick(),
                        p.outdatedToken() != 0,
                        s.recording().mute(),
                        s.recording().markFailures() > 0,
                        s.recording().aloneRetryAt() > p.tick()),
                s.wasPrimary().name() + s.disk(),
                s.queued().map(c -> c.verb().name()).orElse("-"),
                s.order().verb().wantsPrimary() + "" + s.order().verb().wantsSecondary(),
                s.plan().isEmpty() ? "-" : s.plan().getFirst().getClass().getSimpleName(),
                peer);
    }

    private static String keyOf(MirrorState s, PeerReport r) {
        return r.state() + "" + r.readiness() + s.identity().relationTo(r.identity())
                + flags(
                        r.identity().usable(),
                        r.claim().isPresent(),
                        r.accepted().isPresent() && r.accepted().equals(s.claim()),
                        r.handover().isPresent(),
                        r.swapRequest() != 0,
                        r.linked())
                + r.wasPrimary()
                + (r.disk() == DiskHealth.GOOD);
    }

    private static String flags(boolean... values) {
        StringBuilder text = new StringBuilder();
        for (boolean value : values) {
            text.append(value ? '1' : '0');
        }
        return text.toString();
    }

    private List<Event> events(MirrorState s) {
        List<Event> all = new ArrayList<>();
        all.add(new Event.Tick());
        for (Verb verb : Verb.values()) {
            all.add(new Event.Command(1, verb, new Caller.Operator("root")));
        }
        all.add(new Event.Command(2, Verb.STOPSTART, new Caller.Component("checker")));
        all.add(new Event.FailoverSwitched(!s.failover(), new Caller.Operator("root")));
        all.add(new Event.HeartbeatUp("default"));
        all.add(new Event.HeartbeatDown("default"));
        all.add(new Event.PeerSilent());
        MirrorState.Progress p = s.progress();
        for (long token : new long[] {p.planToken(), p.dataToken(), p.closeToken(), p.outdatedToken(), 999_999}) {
            if (token != 0) {
                all.add(new Event.HookDone(token, HookResult.OK, ""));
                all.add(new Event.ActionDone(token));
                all.add(new Event.ActionFailed(token, "no"));
                all.add(new Event.ActionFailed(token, "no", true));
            }
        }
        for (ReplicaIdentity identity : identities(s.identity())) {
            all.add(new Event.IdentityChanged(identity));
        }
        all.add(new Event.ReintegrationStarted("full copy"));
        all.add(new Event.ReintegrationEnded("full copy"));
        all.add(new Event.ReintegrationFailed("no"));
        all.add(new Event.PeerLost("no", true));
        all.add(new Event.PeerLost("no", false));
        all.add(new Event.LocalReplicationFailed("no"));
        for (DiskHealth health : DiskHealth.values()) {
            all.add(new Event.DiskChanged(health, "tried"));
        }
        for (int n = 0; n < REPORTS_PER_STATE; n++) {
            all.add(new Event.PeerReported(report(s)));
        }
        return all;
    }

    private List<ReplicaIdentity> identities(ReplicaIdentity i) {
        List<Long> older = i.historyWhenGoneOn();
        return List.of(
                new ReplicaIdentity(generation++, i.generation(), older, true, false, false, false, true),
                new ReplicaIdentity(i.generation(), 0, i.history(), true, false, false, true, false),
                Bench.outdated(i),
                new ReplicaIdentity(i.generation(), 0, i.history(), false, true, false, i.inPair(), false));
    }

    private PeerReport report(MirrorState s) {
        ReplicaIdentity own = s.identity();
        List<ReplicaIdentity> copies = new ArrayList<>(identities(own));
        copies.add(ReplicaIdentity.blank());
        copies.add(new ReplicaIdentity(777, 0, List.of(776L), true, false, false, false, true));
        if (!own.history().isEmpty()) {
            copies.add(new ReplicaIdentity(own.history().getFirst(), 0, List.of(), true, false, false, true, false));
        }
        List<ModuleState> shown =
                List.of(ModuleState.STOP, ModuleState.WAIT, ModuleState.ALONE, ModuleState.PRIM, ModuleState.SECOND);
        Readiness[] readiness = Readiness.values();
        FormerRole[] former = FormerRole.values();
        Claim claim = new Claim("b", 1, 5, own.generation(), random.nextInt(4));
        PeerReport base = Peers.report(ModuleState.STOP, Readiness.NOT_READY, own);
        PeerReport full = Peers.full(
                base,
                shown.get(random.nextInt(shown.size())),
                readiness[random.nextInt(readiness.length)],
                copies.get(random.nextInt(copies.size())),
                random.nextInt(4) == 0 ? Optional.of(claim) : Optional.empty(),
                random.nextBoolean() ? s.claim() : Optional.empty(),
                random.nextInt(3) == 0 ? Optional.of(own.generation()) : Optional.empty(),
                random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0,
                random.nextBoolean(),
                former[random.nextInt(former.length)]);
        Optional<Verdict> verdict = random.nextInt(6) == 0
                ? Optional.of(new Verdict(s.settings().localNode(), own.generation()))
                : Optional.empty();
        PeerReport aged = Peers.aged(full, random.nextInt(2) * 1_000L, verdict);
        return numbered(aged, random.nextInt(20) == 0 ? 0 : sequence++);
    }

    private PeerReport numbered(PeerReport p, long sequence) {
        DiskHealth[] healths = DiskHealth.values();
        return new PeerReport(
                p.node(),
                p.incarnation(),
                sequence,
                p.state(),
                p.readiness(),
                p.identity(),
                p.failover(),
                p.claim(),
                p.accepted(),
                p.handover(),
                p.swapRequest(),
                p.swapOrigin(),
                p.swapWithoutSync(),
                p.linked(),
                p.wasPrimary(),
                p.ticksInRole(),
                p.verdict(),
                healths[random.nextInt(4) == 0 ? random.nextInt(healths.length) : 0],
                p.signature());
    }
}
