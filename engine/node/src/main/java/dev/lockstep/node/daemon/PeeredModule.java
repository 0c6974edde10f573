package dev.lockstep.node.daemon;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.node.http.ModuleStatus;
import dev.lockstep.node.module.ModuleRuntime;
import dev.lockstep.node.peers.Announcement;
import dev.lockstep.node.peers.PeerPorts;

/** A hosted module as the node channel sees it. What did not change is not told again: every word wakes its mailbox. */
final class PeeredModule implements PeerPorts {
    private static final String FIT = "peer.module";

    private final ModuleHouse.Hosted hosted;
    private int heartbeatPort;
    private int replicationPort;
    private boolean primary;

    PeeredModule(ModuleHouse.Hosted hosted) {
        this.hosted = hosted;
    }

    @Override
    public Announcement.Module announced() {
        String name = hosted.applied().name();
        int id = hosted.applied().id();
        if (hosted.runtime().isEmpty()) {
            return new Announcement.Module(name, id, "", 0, 0, false, false);
        }
        ModuleRuntime runtime = hosted.runtime().get();
        ModuleStatus status = runtime.status();
        return new Announcement.Module(
                name,
                id,
                runtime.plan().settings().peerNode(),
                runtime.plan().heartbeatPort(),
                runtime.plan().replicationPort(),
                true,
                status.state() == ModuleState.ALONE || status.state() == ModuleState.PRIM);
    }

    @Override
    public synchronized void peerAt(int heartbeat, int replication) {
        if (heartbeat != heartbeatPort || replication != replicationPort) {
            heartbeatPort = heartbeat;
            replicationPort = replication;
            hosted.runtime().ifPresent(runtime -> runtime.peerAt(heartbeat, replication));
        }
    }

    @Override
    public synchronized void peerPrimary(boolean isPrimary) {
        if (isPrimary != primary) {
            primary = isPrimary;
            hosted.runtime().ifPresent(runtime -> runtime.peerPrimary(isPrimary));
        }
    }

    @Override
    public void shown(String words) {
        hosted.runtime().map(ModuleRuntime::resources).ifPresent(resources -> {
            if (!resources.value(FIT, "").equals(words)) {
                resources.set(FIT, words);
            }
        });
    }

    @Override
    public void remark(String sentence) {
        hosted.runtime().ifPresent(runtime -> runtime.remark(sentence));
    }
}
