package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.fuse.sys.Errno;
import java.util.Optional;

/**
 * Whether a mount through which a tree was watched may live on when it is changed through it. It may not where the kernel, or a process
 * that stands in a directory, could reach something else by an id than the peer has by it.
 */
public final class Continuity {
    private static final String OPERATION = "CONTINUITY";

    private final CoveredTree tree;

    /** Of the mount of this tree. */
    public Continuity(CoveredTree tree) {
        this.tree = tree;
    }

    /** What is in the way, a phrase; empty if nothing is. Asked when nothing is applied to the tree any more. */
    public Optional<String> obstacle() {
        if (tree.references().areOutdated()) {
            return Optional.of("objects were lost and made anew while it was mounted");
        }
        try {
            return isLimboEmpty() ? Optional.empty() : Optional.of("a reintegration into this directory was cut off");
        } catch (FileSystemFailure failure) {
            return Optional.of(failure.getMessage());
        }
    }

    private boolean isLimboEmpty() throws FileSystemFailure {
        int limbo = new Limbo(tree).openIfPresent();
        if (limbo == -Errno.ENOENT) {
            return true;
        }
        Failures.check(OPERATION, limbo);
        try {
            return new DirectoryLister(tree.calls().files())
                    .names(OPERATION, limbo)
                    .isEmpty();
        } finally {
            tree.calls().files().close(OPERATION, limbo);
        }
    }
}
