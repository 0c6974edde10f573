package dev.lockstep.core.mirror;

/** The sentences operators read. Those of the log keep the shapes that scripts and habits depend on. */
final class Texts {
    static final String HEART = "heart";
    static final String COMMANDS = "lockstep";
    static final String DATA = "rfsplug";
    static final String RULE_NOT_UP_TO_DATE = "rfs_notuptodate_server";
    static final String RULE_REINTEGRATION_FAILED = "rfs_reintegre_failed";

    static final String RULE_NOT_RECORDED = "rfs_notrecorded";

    static final String NOT_MARKED =
            "The disk of this node does not record that its copy is outdated: this node is silent for the other one, so that it"
                    + " goes on alone, and does not take over. It is tried again; check the disk of the module's state";
    static final String MARKED = "It is recorded that the copy of this node is outdated";
    static final String HEARD_AGAIN = "The other node does not wait for this one any more: this node is heard again";
    static final String WAIT_FOR_RECORD =
            "Writes wait until this node has recorded on its disk that it goes on without the other one";
    static final String ADVICE_MAY_BE_OLD =
            "Data may not be up to date on this node; waiting for the other node to start as primary";
    static final String ADVICE_PRIM =
            "If you are sure that this node has the good data, stop the module here and start it with prim";
    static final String STALE =
            "The other node went on after this one: the data here are older and will not be started."
                    + " Start the module on the other node";
    static final String CRASHED_IN_PAIR =
            "This node was in a pair with the other one and cannot know which of the two went"
                    + " on: waiting for the other node. If it cannot come back, stop the module here and start it with prim";
    static final String PEER_WAS_PRIMARY =
            "The other node was primary last and holds the same data: start the module there,"
                    + " or stop it here and start it with prim";
    static final String BOTH_CHANGED =
            "Both nodes changed their data independently, none is started by itself. Choose which"
                    + " changes to keep: stop the module on that node and start it with prim; the changes of the other are lost";
    static final String UNDECIDED =
            "The two nodes have lived apart for so long that their records do not tell which of them went on after the"
                    + " other, none is started by itself. Choose which data to keep: stop the module on that node and start"
                    + " it with prim";
    static final String INCONSISTENT = "Data may be inconsistent: this node was stopped during a reintegration."
            + " The requested prim start is aborted. Start the other node, or use primforce if it is lost";
    static final String PRIM_ABORTED =
            "The requested prim start is aborted: the other node is already primary." + " Use start or second here";
    static final String SECOND_ABORTED =
            "The requested second start is aborted: the other node is not primary." + " Start it as primary first";
    static final String FAILOVER_OFF = "failover-off configured: this node does not take over."
            + " Start the other node again, or stop the module here and start it with prim";
    static final String STAYING = "Split brain recovery: staying alone";
    static final String EXITING = "Split brain recovery: exiting alone";
    static final String DISCARDED =
            "The changes made on this node since it lost the other one will be replaced by what the other node has";
    static final String TAKEN_OVER =
            "The other node took over while this one was unreachable: leaving the primary role;"
                    + " whatever was waiting for the other node was not acknowledged and is discarded";
    static final String NOSYNC =
            "nosync makes no difference: every swap copies only what is written until the former primary has joined"
                    + " as secondary, and compares nothing else";

    static final String WITHOUT_ROLE =
            "state shows what it waits for; ask again when it is Ready, if it is still wanted";
    static final String START_THE_OTHER =
            "start the module on the other node unless it runs, wait there for SECOND (waitstate SECOND), then ask again";
    static final String WAIT_FOR_BOTH =
            "wait until both nodes are Ready (state shows them), then ask again if it is still wanted";

    private Texts() {}

    static String waitForPeer(String peer) {
        return "Writes wait until " + peer
                + " has recorded that its copy is outdated, or has been silent for the timeout";
    }

    static String diskBad(Event.DiskChanged e, boolean stays) {
        String what = "The disk of this node " + e.health().phrase() + " (" + e.what() + "). ";
        if (stays) {
            return what + "This node stays primary, for there is no secondary that could do better: bring one up."
                    + " The role is given to it as soon as it is SECOND Ready";
        }
        return what + "Check the disk";
    }

    static String givesUp(Turn t) {
        return "This node gives up its role: its disk " + t.disk.phrase() + " and " + t.settings.peerNode()
                + " has a good copy. Repair the disk, restart the daemon, then start the module here:"
                + " it is brought up to date from " + t.settings.peerNode();
    }

    static String handsOver(Turn t) {
        return "This node hands its role over to " + t.settings.peerNode() + ": its disk " + t.disk.phrase()
                + ". It is then compared with " + t.settings.peerNode() + " by itself. Check the disk";
    }

    static String peerDiskBad(PeerReport r, boolean gives) {
        String what = r.node() + " says that its disk " + r.disk().phrase();
        return gives
                ? what + ": it gives up its role, and this node takes over. Repair the disk of " + r.node()
                        + ", restart its daemon, then start the module there"
                : what + ": check it";
    }

    static String primaryGone(String peer) {
        return "The primary " + peer
                + " was lost or stopped before the reintegration ended; the data of this node are"
                + " not up to date";
    }
}
