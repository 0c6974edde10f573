package dev.lockstep.node.module;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.Hook;
import dev.lockstep.core.mirror.HookResult;
import dev.lockstep.core.mirror.MirrorState;
import dev.lockstep.core.mirror.PeerReport;
import dev.lockstep.node.http.ModuleStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts what the automaton knows into the words operators see: the status and the resources of the module. */
final class ModuleShow {
    private static final String UNKNOWN_READINESS = "Unknown";

    private final ModulePlan plan;
    private final ResourceBoard resources;
    private final StatusBoard board;
    private final FailedHooks failedHooks = new FailedHooks();
    private boolean degraded;

    ModuleShow(ModulePlan plan, ResourceBoard resources) {
        this.plan = plan;
        this.resources = resources;
        this.board = new StatusBoard(
                status(ModuleState.STOP, Readiness.NOT_READY, "", "", 0, ModuleStatus.UNKNOWN, UNKNOWN_READINESS));
        plan.heartbeats().forEach(heartbeat -> resources.set("heartbeat." + heartbeat.ident(), "init"));
        resources.set("rfs.reintegre_failed", "false");
        resources.set("rfs.degraded", "down");
    }

    StatusBoard board() {
        return board;
    }

    /** Takes note of events that have a resource of their own. */
    void noticed(Event event) {
        switch (event) {
            case Event.ReintegrationFailed failed -> resources.set("rfs.reintegre_failed", "true");
            case Event.ReintegrationEnded ended -> resources.set("rfs.reintegre_failed", "false");
            case Event.LocalReplicationFailed failed -> degraded = true;
            default -> {}
        }
    }

    /** A hook ended. Its last outcome is a resource: {@code ok}, {@code failed} or {@code timeout}. */
    void hookEnded(Hook hook, Event.HookDone done) {
        resources.set(
                "hook." + hook.file(),
                switch (done.result()) {
                    case OK -> "ok";
                    case FAILED -> "failed";
                    case TIMED_OUT -> "timeout";
                });
        failedHooks.ended(hook, done.result() == HookResult.OK ? "" : done.detail());
    }

    /** Shows a state of the automaton. */
    void show(MirrorState state, int row) {
        boolean out = state.state() == ModuleState.STOP || state.state() == ModuleState.WAIT;
        if (out || state.pair() == MirrorState.Pair.PAIRED) {
            degraded = false;
        }
        assign("rfs.degraded", degraded ? "up" : "down");
        assign("rfs.uptodate", state.identity().usable() ? "up" : "down");
        assign("usersetting.failover", state.failover() ? "on" : "off");
        assign("heart.maxloop", Boolean.toString(state.loop().exceeded()));
        assign("heart.stopstartloop", Integer.toString(state.loop().count()));
        Optional<PeerReport> peer = state.peer().heard();
        String remoteState = peer.map(report -> report.state().name()).orElse(ModuleStatus.UNKNOWN);
        String remoteReadiness = peer.map(report -> report.readiness().label()).orElse(UNKNOWN_READINESS);
        assign("state.local", state.state() + " " + state.readiness().label());
        assign("state.remote", remoteState + " " + remoteReadiness);
        failedHooks.keepOnly(state.activePairs());
        board.show(
                status(
                        state.state(),
                        state.readiness(),
                        detail(state),
                        state.reason().isEmpty() ? failedHooks.sentence(plan.name()) : state.reason(),
                        row,
                        remoteState,
                        remoteReadiness),
                state.stopped());
    }

    /** Shows a module that failed. */
    void failed(String reason) {
        assign("state.local", ModuleState.STOP + " " + Readiness.NOT_READY.label());
        board.show(
                status(
                        ModuleState.STOP,
                        Readiness.NOT_READY,
                        "failed",
                        reason,
                        0,
                        ModuleStatus.UNKNOWN,
                        UNKNOWN_READINESS),
                true);
    }

    /** Figures of the data. */
    void metrics(Map<String, String> figures) {
        figures.forEach(this::assign);
    }

    private void assign(String name, String value) {
        if (!resources.value(name, "").equals(value)) {
            resources.set(name, value);
        }
    }

    private String detail(MirrorState state) {
        if (!state.rule().isEmpty()) {
            return state.rule();
        }
        if (!failedHooks.names().isEmpty()) {
            return String.join(", ", failedHooks.names()) + " failed";
        }
        if (degraded) {
            return "degraded";
        }
        if (plan.data().isEmpty()) {
            return "";
        }
        return state.identity().usable() ? "uptodate" : "not uptodate";
    }

    private ModuleStatus status(
            ModuleState state,
            Readiness readiness,
            String detail,
            String reason,
            int row,
            String remoteState,
            String remoteReadiness) {
        return new ModuleStatus(
                plan.name(),
                plan.applied().id(),
                "mirror",
                state,
                readiness,
                detail,
                reason,
                row,
                plan.settings().peerNode(),
                remoteState,
                remoteReadiness,
                List.of(),
                failedHooks.names(),
                0);
    }
}
