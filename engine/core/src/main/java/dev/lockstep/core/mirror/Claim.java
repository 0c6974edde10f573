package dev.lockstep.core.mirror;

/**
 * "Your copy of generation {@code generation} is outdated from now on": what a node asks of its peer before it writes anything
 * the peer will not have. The peer answers with the very same value once it has durably given up being up to date. So no two
 * nodes that hear each other can both believe to hold the latest data.
 *
 * @param node who claims
 * @param incarnation incarnation of the claiming node, so that an answer to an earlier life is not taken for this one
 * @param serial number of the claim within this incarnation
 * @param generation generation of the claiming node when it claimed
 * @param rank priority between two claims that meet: the higher wins, then the lower node name
 */
public record Claim(String node, long incarnation, long serial, long generation, int rank) {
    /** Elected at start, or takes over what the peer handed over. */
    public static final int RANK_TAKEOVER = 1;
    /** Takes back a role that it had offered and that nobody took. */
    public static final int RANK_TAKE_BACK = 0;
    /** An operator asked for {@code prim} on this node. */
    public static final int RANK_OPERATOR = 2;
    /** A running primary that lost its secondary: its application is waiting. */
    public static final int RANK_RUNNING_PRIMARY = 3;

    /** Whether this claim wins against the other when both nodes claim at the same time. */
    public boolean winsOver(Claim other) {
        return rank != other.rank ? rank > other.rank : node.compareTo(other.node) < 0;
    }
}
