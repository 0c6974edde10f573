package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Compares, for everything below a directory, whether it is replicated with whether it would be under another path. */
final class BorderCheck {
    private static final String OPERATION = "BORDER";

    private final CoveredTree tree;
    private final DirectoryLister lister;

    /** A directory still to be looked at. */
    private record Pending(long id, String path) {}

    BorderCheck(CoveredTree tree) {
        this.tree = tree;
        lister = new DirectoryLister(tree.calls().files());
    }

    /** Whether anything would change sides; also when that cannot be told. */
    boolean changesSides(long top, String path) {
        Deque<Pending> pending = new ArrayDeque<>();
        pending.add(new Pending(top, path));
        try {
            while (!pending.isEmpty()) {
                if (changesSides(pending.poll(), pending)) {
                    return true;
                }
            }
            return false;
        } catch (FileSystemFailure failure) {
            tree.trouble("a renaming to '" + path + "' is refused, because what is below cannot be read: "
                    + failure.getMessage());
            return true;
        }
    }

    private boolean changesSides(Pending next, Deque<Pending> pending) throws FileSystemFailure {
        int directory = tree.open(next.id, OpenFlags.RDONLY | OpenFlags.DIRECTORY);
        Failures.check(OPERATION, directory);
        Status status = new Status();
        try {
            for (byte[] name : lister.names(OPERATION, directory)) {
                Failures.check(OPERATION, tree.calls().attributes().status(OPERATION, directory, name, status));
                boolean isDirectory = status.isDirectory();
                long id = Failures.check(OPERATION, tree.identify(OPERATION, directory, name, status));
                String path = next.path + "/" + new String(name, StandardCharsets.UTF_8);
                boolean replicated = !StableId.isLocal(id);
                if (tree.filter().isReplicated(path, isDirectory) != replicated) {
                    return true;
                }
                if (isDirectory && replicated) {
                    pending.add(new Pending(id, path));
                }
            }
            return false;
        } finally {
            tree.calls().files().close(OPERATION, directory);
        }
    }
}
