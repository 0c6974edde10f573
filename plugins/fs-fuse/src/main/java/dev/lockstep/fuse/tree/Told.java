package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.TreeEvents;

/**
 * Where sentences about one tree go.
 *
 * @param tree its number
 */
public record Told(TreeEvents events, int tree) {
    /** Something happened. */
    public void notice(String text) {
        events.notice(tree, text);
    }

    /** Something failed, or is not as it should be. */
    public void trouble(String text) {
        events.trouble(tree, text);
    }

    /** Applications do not meet the mount any more. */
    public void lost(String reason) {
        events.interceptionLost(tree, reason);
    }
}
