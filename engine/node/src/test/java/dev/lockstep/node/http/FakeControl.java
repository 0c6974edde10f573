package dev.lockstep.node.http;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.Caller;
import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.log.ModuleLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A daemon with one module, {@code ledger}, that shows what the test sets. */
final class FakeControl implements ControlService {
    private final ModuleLog log;
    private final List<String> calls = new ArrayList<>();
    private ModuleStatus status = status(ModuleState.PRIM, Readiness.READY, 1);

    FakeControl(ModuleLog log) {
        this.log = log;
    }

    static ModuleStatus status(ModuleState state, Readiness readiness, long revision) {
        return status(state, readiness, List.of(), revision);
    }

    private static ModuleStatus status(
            ModuleState state, Readiness readiness, List<String> failedHooks, long revision) {
        return new ModuleStatus(
                "ledger",
                1,
                "mirror",
                state,
                readiness,
                "uptodate",
                "",
                214,
                "beta",
                "SECOND",
                "Ready",
                List.of(),
                failedHooks,
                revision);
    }

    synchronized void showFailed(ModuleState state, Readiness readiness, String hook) {
        status = status(state, readiness, List.of(hook), status.revision() + 1);
        notifyAll();
    }

    synchronized void show(ModuleState state, Readiness readiness) {
        status = status(state, readiness, status.revision() + 1);
        notifyAll();
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    private synchronized void called(String call) {
        calls.add(call);
    }

    @Override
    public String nodeName() {
        return "alpha";
    }

    @Override
    public synchronized List<ModuleStatus> modules() {
        return List.of(status);
    }

    @Override
    public synchronized ModuleStatus module(String module) throws Refusal {
        if (!module.equals("ledger")) {
            throw new Refusal(Refusal.Kind.UNKNOWN, "There is no module " + module + ".", "why", "what to do");
        }
        return status;
    }

    @Override
    public synchronized ModuleStatus awaitChange(String module, long revision, Duration limit)
            throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (status.revision() == revision) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        return status;
    }

    @Override
    public String command(String module, Verb verb, Caller caller) throws Refusal {
        module(module);
        called(verb + " " + caller);
        if (verb == Verb.SWAP) {
            throw new Refusal(Refusal.Kind.STATE, "swap is refused", "The peer is not ready.", "");
        }
        if (verb == Verb.FORCESTOP) {
            throw new IllegalStateException("a defect");
        }
        return "";
    }

    @Override
    public synchronized boolean countAction(String module, Caller caller) throws Refusal {
        module(module);
        called("count " + caller);
        return calls.size() < 2;
    }

    @Override
    public boolean loopExceeded(String module) {
        return true;
    }

    @Override
    public void setSwitch(String module, String name, boolean on, Caller caller) {
        called(name + " " + on + " " + caller);
    }

    @Override
    public List<Resource> resources(String module) {
        return List.of(
                new Resource("rfs.uptodate", "up", Instant.EPOCH),
                new Resource("state.local", "PRIM Ready", Instant.EPOCH));
    }

    @Override
    public void setResource(String module, String name, String value, String who, Logged logged) {
        called(name + "=" + value + " " + who + " " + logged);
    }

    @Override
    public ModuleLog log(String module) {
        return log;
    }

    @Override
    public String displayHook(String module, String hook) {
        return hook + " of " + module + "\n";
    }

    @Override
    public <T> T whileStopped(String module, Change<T> change) throws Refusal, IOException {
        called("stopped " + module);
        return change.apply();
    }

    @Override
    public <T> T changeCluster(Change<T> change) throws Refusal, IOException {
        called("cluster");
        return change.apply();
    }

    @Override
    public Optional<Ports> ports(String module) {
        return Optional.empty();
    }

    @Override
    public Map<String, String> level() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Host", "h");
        facts.put("Version", "v");
        return facts;
    }
}
