package dev.lockstep.node.module;

import dev.lockstep.core.mirror.Event;

/** Says in a few words what happened, for the verbose log and for the history. */
final class Narrative {
    private Narrative() {}

    static String of(Event event) {
        return switch (event) {
            case Event.Tick tick -> "time";
            case Event.Command command -> "command " + command.verb().word();
            case Event.FailoverSwitched failover -> "failover " + (failover.on() ? "on" : "off");
            case Event.HeartbeatUp up -> "heartbeat " + up.name() + " up";
            case Event.HeartbeatDown down -> "heartbeat " + down.name() + " down";
            case Event.PeerReported reported ->
                "peer " + reported.report().state() + " "
                        + reported.report().readiness().label();
            case Event.PeerSilent silent -> "peer silent";
            case Event.HookDone done -> "hook ended: " + done.result();
            case Event.ActionDone done -> "action " + done.token() + " done";
            case Event.ActionFailed failed -> "action " + failed.token() + " failed: " + failed.reason();
            case Event.IdentityChanged changed ->
                "copy of generation " + Long.toHexString(changed.identity().generation())
                        + (changed.identity().upToDate() ? ", up to date" : ", not up to date");
            case Event.ReintegrationStarted started -> "reintegration started (" + started.mode() + ")";
            case Event.ReintegrationEnded ended -> "reintegration ended (" + ended.mode() + ")";
            case Event.ReintegrationFailed failed -> "reintegration failed: " + failed.reason();
            case Event.PeerLost lost -> "peer lost: " + lost.reason();
            case Event.DiskChanged changed -> "disk " + changed.health().phrase() + ": " + changed.what();
            case Event.LocalReplicationFailed failed -> "replication failed: " + failed.reason();
        };
    }
}
