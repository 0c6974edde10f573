package dev.lockstep.node.peers;

import dev.lockstep.node.peers.Announcement.Module;
import java.util.Optional;

/**
 * How a module here fits what its peer's node says. Pure.
 *
 * @param shown a few words for a resource
 * @param sentence for the log, with what to do; empty when there is nothing to say
 */
record Comparison(String shown, String sentence) {
    static final Comparison SILENT = new Comparison("unknown", "");

    /** The fit of a module.
     * @param cluster signature of the cluster configuration here */
    static Comparison of(
            Module here, String node, String cluster, Optional<Announcement> there, Optional<String> foreign) {
        if (there.isEmpty()) {
            return foreign.map(reason -> new Comparison(
                            "another key or cluster",
                            "What comes from the address of " + here.peer() + " cannot be believed: " + reason
                                    + ". It has another cluster key, other node names, or another release. Compare"
                                    + " 'lockstep cluster confinfo' on both nodes; cluster.zip of one of them, applied"
                                    + " on the other with 'lockstep cluster config', makes key and names equal."))
                    .orElse(SILENT);
        }
        Announcement said = there.get();
        Optional<Module> module = said.module(here.name());
        if (module.isEmpty()) {
            return new Comparison(
                    "not configured there",
                    here.peer() + " has no configured module " + here.name()
                            + ". There: lockstep module install -m " + here.name() + ", then lockstep config -m "
                            + here.name() + ".");
        }
        Module other = module.get();
        if (!other.usable()) {
            return new Comparison(
                    "unusable there",
                    "The module cannot work on " + here.peer() + ": there, 'lockstep state -m " + here.name()
                            + "' says why.");
        }
        if (!other.peer().equals(node)) {
            return new Comparison(
                    "another peer there",
                    "On " + here.peer() + " the peer of this module is " + other.peer() + " and not " + node
                            + ": its heartbeats use other networks there. Compare userconfig.xml and cluster.xml of the"
                            + " nodes.");
        }
        if (!said.cluster().equals(cluster)) {
            return new Comparison(
                    "another cluster.xml there",
                    here.peer() + " works with another cluster.xml (signature " + said.cluster() + ", here " + cluster
                            + "). Apply cluster.zip of one node on the other.");
        }
        if (other.id() != here.id()) {
            return new Comparison(
                    "id " + other.id() + " there, " + here.id() + " here",
                    here.peer() + " has this module with id " + other.id() + ", here it is " + here.id()
                            + ": each node uses the ports of the other (heartbeat UDP " + other.heartbeatPort()
                            + " there, " + here.heartbeatPort() + " here; replication TCP " + other.replicationPort()
                            + " there, " + here.replicationPort() + " here), and firewalls must let all of them"
                            + " through. For equal ids: lockstep deconfig, module install -m " + here.name()
                            + " -M ID, config on one of the nodes.");
        }
        return new Comparison("ok", "");
    }
}
