package dev.lockstep.fuse.mount;

import dev.lockstep.api.fs.Opener;
import dev.lockstep.api.words.Counted;
import dev.lockstep.fuse.sys.Statx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds processes that hold the covered directory from before the mount: open files, working and root directories, memory
 * mappings, other mounts. Only what the kernel tells without touching files is used: nothing here can hang on a mount.
 */
final class OpenerScan {
    private static final Path PROC = Path.of("/proc");
    private static final int COMMAND_MAX = 80;
    private static final int ACCESS_MODE = 3;
    private static final long NO_PROCESS = 0;

    private final Path directory;
    private final Consumer<String> troubles;
    private final String prefix;
    private final Set<Long> ours = new HashSet<>();
    private final Set<Long> readOnly = new HashSet<>();
    private String device = "";
    private String root = "";
    private int unreadable;
    private final List<Long> otherNamespaces = new ArrayList<>();

    OpenerScan(Path directory, Consumer<String> troubles) {
        this.directory = directory;
        this.troubles = troubles;
        prefix = directory + "/";
    }

    List<Opener> openers() throws IOException {
        MountTable table = MountTable.read();
        for (MountEntry entry : table.entries()) {
            if (entry.isLockstep()) {
                ours.add(entry.id());
            } else if (entry.readOnly()) {
                readOnly.add(entry.id());
            }
        }
        table.around(directory).ifPresent(outer -> {
            device = outer.device();
            root = MountTable.rootOf(outer, directory);
        });
        List<Opener> found = new ArrayList<>();
        for (MountEntry entry : showing(table)) {
            found.add(new Opener(NO_PROCESS, "mount of this host", "mount at " + entry.point(), !entry.readOnly()));
        }
        Path own = Path.of("/proc/self").toRealPath();
        Set<String> namespaces = new HashSet<>();
        namespaces.add(link(own.resolve("ns/mnt")));
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (!process.equals(own)) {
                    scan(process, namespaces, found);
                }
            }
        }
        if (!otherNamespaces.isEmpty()) {
            troubles.accept("processes in other mount namespaces can reach " + directory
                    + " past the interception, for example process " + otherNamespaces.getFirst()
                    + "; start them after the module");
        }
        if (unreadable > 0) {
            troubles.accept("what " + Counted.of(unreadable, "process holds", "processes hold") + " of " + directory
                    + " cannot be read; give the engine CAP_SYS_PTRACE");
        }
        return found;
    }

    private void scan(Path process, Set<String> namespaces, List<Opener> found) throws IOException {
        try {
            descriptors(process, found);
            directories(process, found);
            mappings(process, found);
            String namespace = link(process.resolve("ns/mnt"));
            if (!namespace.isEmpty() && namespaces.add(namespace)) {
                MountTable table = MountTable.read(process.resolve("mountinfo"));
                if (!showing(table).isEmpty() || showsUncovered(table)) {
                    otherNamespaces.add(pid(process));
                }
            }
        } catch (AccessDeniedException e) {
            unreadable++;
        } catch (IOException e) {
            // A process that ended meanwhile holds nothing any more.
            if (Files.exists(process.resolve("stat"))) {
                throw new IOException("what process " + pid(process) + " holds cannot be read", e);
            }
        }
    }

    private void descriptors(Path process, List<Opener> found) throws IOException {
        Path links = process.resolve("fd");
        if (!Files.isDirectory(links)) {
            return;
        }
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(links)) {
            for (Path descriptor : descriptors) {
                String target = link(descriptor);
                if (isInside(target)) {
                    describeDescriptor(process, descriptor.getFileName().toString(), target, found);
                }
            }
        }
    }

    private void describeDescriptor(Path process, String number, String target, List<Opener> found) throws IOException {
        long mount = -1;
        int flags = 0;
        Path info = process.resolve("fdinfo").resolve(number);
        if (!Files.exists(info)) {
            return;
        }
        for (String line : text(info).lines().toList()) {
            if (line.startsWith("mnt_id:")) {
                mount = Long.parseLong(line.substring(7).trim());
            } else if (line.startsWith("flags:")) {
                flags = Integer.parseInt(line.substring(6).trim(), 8);
            }
        }
        if (!isIntercepted(process, mount)) {
            boolean writable = (flags & ACCESS_MODE) != 0 && !readOnly.contains(mount);
            found.add(new Opener(pid(process), command(process), "open file " + target, writable));
        }
    }

    private void directories(Path process, List<Opener> found) throws IOException {
        for (String name : List.of("cwd", "root")) {
            Path link = process.resolve(name);
            if (isInside(link(link))) {
                long mount = Statx.mountOf(link.toString());
                if (mount >= 0 && !isIntercepted(process, mount)) {
                    String what = (name.equals("cwd") ? "working directory " : "root directory ") + link(link);
                    found.add(new Opener(pid(process), command(process), what, !readOnly.contains(mount)));
                }
            }
        }
    }

    /** Whether a mount is one of this engine, or what a mount namespace has kept of an earlier one: nothing gets past it. */
    private boolean isIntercepted(Path process, long mount) throws IOException {
        return ours.contains(mount)
                || MountTable.read(process.resolve("mountinfo")).entries().stream()
                        .anyMatch(entry -> entry.id() == mount && entry.isLockstep());
    }

    private void mappings(Path process, List<Opener> found) throws IOException {
        Set<String> seen = new HashSet<>();
        for (String line : text(process.resolve("maps")).lines().toList()) {
            int slash = line.indexOf('/');
            if (slash > 0 && isInside(line.substring(slash)) && seen.add(line.substring(slash))) {
                String[] fields = line.split(" +", -1);
                if (fields.length > 3 && sameDevice(fields[3])) {
                    boolean writable = fields[1].startsWith("rw") && fields[1].endsWith("s");
                    found.add(new Opener(
                            pid(process), command(process), "memory mapping of " + line.substring(slash), writable));
                }
            }
        }
    }

    /** Mounts elsewhere that show the covered tree, or a part of it. */
    private List<MountEntry> showing(MountTable table) {
        return table.entries().stream()
                .filter(entry -> entry.device().equals(device))
                .filter(entry -> entry.root().equals(root) || entry.root().startsWith(root + "/"))
                .filter(entry -> !entry.point().equals(directory.toString()))
                .toList();
    }

    /** Whether the directory can be seen at its own place with nothing over it. */
    private boolean showsUncovered(MountTable table) {
        return table.top(directory).isEmpty()
                && table.around(directory)
                        .filter(outer -> outer.device().equals(device))
                        .filter(outer -> MountTable.rootOf(outer, directory).equals(root))
                        .isPresent();
    }

    /** Compares the hexadecimal device of a maps line with the decimal one of mountinfo. */
    private boolean sameDevice(String hexadecimal) {
        String[] parts = hexadecimal.split(":", -1);
        return parts.length == 2
                && device.equals(Integer.parseInt(parts[0], 16) + ":" + Integer.parseInt(parts[1], 16));
    }

    private boolean isInside(String path) {
        return path.equals(directory.toString()) || path.startsWith(prefix);
    }

    private static String link(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            // Ended meanwhile, or a kernel thread without such a link.
            return "";
        }
    }

    private static String command(Path process) {
        try {
            String line = text(process.resolve("cmdline")).replace('\0', ' ').trim();
            String shown = line.isEmpty() ? text(process.resolve("comm")).trim() : line;
            return shown.length() <= COMMAND_MAX ? shown : shown.substring(0, COMMAND_MAX) + "...";
        } catch (IOException e) {
            return "?";
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static long pid(Path process) {
        return Long.parseLong(process.getFileName().toString());
    }
}
