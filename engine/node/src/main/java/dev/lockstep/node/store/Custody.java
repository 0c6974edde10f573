package dev.lockstep.node.store;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who may change what the engine, which is root, reads and runs. A file is in its custody when it belongs to the user of the engine and
 * neither its group nor others may write to it.
 */
public final class Custody {
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    /** Strangers that are named: enough to see what happened. */
    private static final int NAMED_MAX = 5;

    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;

    private Custody() {}

    /**
     * What of a tree is not in custody: a sentence each, at most a few; links are not followed.
     *
     * @param tree a directory or file that exists
     */
    public static List<String> strangers(Path tree) throws IOException {
        List<String> found = new ArrayList<>();
        int self = ownUser();
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                return look(directory);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                return look(file);
            }

            private FileVisitResult look(Path path) throws IOException {
                String stranger = stranger(path, self);
                if (!stranger.isEmpty()) {
                    found.add(stranger);
                }
                return found.size() < NAMED_MAX ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }
        });
        return found;
    }

    /** Why a path is not in custody; empty when it is. */
    private static String stranger(Path path, int self) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        int owner = (Integer) attributes.get("uid");
        if (owner != self) {
            return path + " belongs to user " + owner + ".";
        }
        boolean writable = ((Integer) attributes.get("mode") & WRITABLE_BY_OTHERS) != 0;
        return writable && !Files.isSymbolicLink(path) ? path + " can be written by others than its owner." : "";
    }

    /**
     * What above a directory lets others replace it: a directory that belongs to somebody else, or that others may write without the
     * sticky bit. The directory itself is not looked at.
     */
    public static List<String> strangersAbove(Path directory) throws IOException {
        List<String> found = new ArrayList<>();
        int self = ownUser();
        for (Path above = directory.toRealPath().getParent(); above != null; above = above.getParent()) {
            Map<String, Object> attributes = Files.readAttributes(above, "unix:uid,mode");
            int owner = (Integer) attributes.get("uid");
            int mode = (Integer) attributes.get("mode");
            if (owner != self && owner != 0) {
                found.add(above + " belongs to user " + owner + ".");
            } else if ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0) {
                found.add(above + " can be written by others than its owner.");
            }
        }
        return found;
    }

    /**
     * Takes from everybody else what they may do with a directory and with what lies directly in it; links are left alone. What is deeper
     * cannot be reached by others then.
     *
     * @return how many had to be changed
     */
    public static int close(Path directory) throws IOException {
        int changed = closeOne(directory, DIRECTORY);
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    changed += closeOne(entry, DIRECTORY);
                } else if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    changed += closeOne(entry, FILE);
                }
            }
        }
        return changed;
    }

    private static int closeOne(Path path, Set<PosixFilePermission> most) throws IOException {
        Set<PosixFilePermission> now = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        Set<PosixFilePermission> then = EnumSet.noneOf(PosixFilePermission.class);
        then.addAll(now);
        then.retainAll(most);
        if (then.equals(now)) {
            return 0;
        }
        Files.setPosixFilePermissions(path, then);
        return 1;
    }

    /** The user of a path. */
    public static int owner(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }

    /** The user this process is. */
    public static int ownUser() throws IOException {
        return owner(Path.of("/proc/self"));
    }
}
