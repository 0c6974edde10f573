package dev.lockstep.node.http;

import java.util.Optional;

/** Ports of a module on this node, and the other's if they are asked of a module at work. */
record PortsView(String module, int id, int heartbeat, int replication, Peer peer) {
    private static final int HEARTBEAT_PORT = 8888;
    private static final int REPLICATION_PORT = 5600;
    private static final int REPLICATION_PORTS_EACH = 4;

    /** The other node, with its ports if it has said them. */
    record Peer(String node, Integer heartbeat, Integer replication) {
        private static Peer of(ControlService.Ports ports) {
            return new Peer(
                    ports.peer(),
                    ports.there().map(ControlService.PortPair::heartbeat).orElse(null),
                    ports.there().map(ControlService.PortPair::replication).orElse(null));
        }
    }

    /** Those an id stands for. */
    static PortsView byId(String module, int id) {
        return new PortsView(
                module, id, HEARTBEAT_PORT + id - 1, REPLICATION_PORT + REPLICATION_PORTS_EACH * (id - 1), null);
    }

    /** Those a module works with; by its id when it does not work. */
    static PortsView of(String module, int id, Optional<ControlService.Ports> atWork) {
        return atWork.map(ports -> new PortsView(
                        module, id, ports.here().heartbeat(), ports.here().replication(), Peer.of(ports)))
                .orElse(byId(module, id));
    }

    /** One port a line. */
    String text() {
        return lines(heartbeat, replication, "") + ofThePeer();
    }

    private String ofThePeer() {
        if (module.isEmpty()) {
            return "";
        }
        if (peer == null) {
            return "the peer's are not known: the module does not work here yet; these go by its id\n";
        }
        return peer.heartbeat() == null
                ? "those on " + peer.node() + " are not known: nothing was heard of it on the node channel\n"
                : lines(peer.heartbeat(), peer.replication(), " on " + peer.node());
    }

    private static String lines(int heartbeat, int replication, String where) {
        return "heartbeat UDP " + heartbeat + where + "\n"
                + (replication == 0 ? "" : "replication TCP " + replication + where + "\n");
    }
}
