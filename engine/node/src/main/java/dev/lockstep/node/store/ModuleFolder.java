package dev.lockstep.node.store;

import dev.lockstep.api.words.Trouble;
import dev.lockstep.config.xml.XmlSource;
import dev.lockstep.node.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A module as a folder: unpacking, copying, packing. What comes from an archive or from outside is not trusted. */
final class ModuleFolder {
    /** The one file without which a folder is no module. */
    static final String CONFIGURATION = "conf/userconfig.xml";

    /** Files a module may have. */
    static final int FILES = 10_000;

    /** Bytes a module may have, unpacked. */
    static final long BYTES = 512L << 20;

    /** Longest name of a file or folder, in bytes: what the file systems of Linux take. */
    private static final int NAME_BYTES = 255;

    /** Longest path inside an archive: far below what Linux takes, so that there is room for where it is put. */
    private static final int PATH_CHARACTERS = 1_000;

    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwxr-x---");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-r-----");
    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-x---");
    private static final int BUFFER_BYTES = 64 << 10;

    private ModuleFolder() {}

    static boolean is(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIGURATION));
    }

    /** Unpacks an archive into {@code target}, which does not exist. A single directory around everything is left out. */
    static void unpack(Path archive, Path target) throws Refusal, IOException {
        createDirectory(target);
        long left = BYTES;
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (Map.Entry<Path, ZipEntry> file : files(zip, archive, target).entrySet()) {
                createParents(file.getKey().getParent());
                left = copy(zip.getInputStream(file.getValue()), file.getKey(), left, archive);
            }
        } catch (ZipException damaged) {
            throw unusable(archive, "It is damaged or no zip archive: " + Trouble.of(damaged) + ".");
        }
    }

    private static void createParents(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            createParents(folder.getParent());
            createDirectory(folder);
        }
    }

    /** What an archive puts where. Names that cannot be there together are refused; a folder without files is left out. */
    private static Map<Path, ZipEntry> files(ZipFile zip, Path archive, Path target) throws Refusal {
        Map<Path, ZipEntry> files = new LinkedHashMap<>();
        Set<Path> folders = new HashSet<>();
        String prefix = prefix(zip, archive);
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
            ZipEntry entry = entries.nextElement();
            if (!entry.getName().startsWith(prefix)) {
                continue;
            }
            String name = entry.getName().substring(prefix.length());
            if (entry.isDirectory()) {
                folders.add(path(target, name, archive));
                continue;
            }
            Path file = inside(target, name, archive);
            if (files.put(file, entry) != null) {
                throw unusable(archive, "It holds '" + target.relativize(file) + "' twice.");
            }
            if (files.size() > FILES) {
                throw unusable(archive, "It holds more than " + FILES + " files.");
            }
            for (Path above = file.getParent(); !above.equals(target); above = above.getParent()) {
                folders.add(above);
            }
        }
        for (Path file : files.keySet()) {
            if (folders.contains(file)) {
                throw unusable(archive, "It holds '" + target.relativize(file) + "' as a file and as a folder.");
            }
        }
        return files;
    }

    /** The directory that is around everything, or nothing. */
    private static String prefix(ZipFile zip, Path archive) throws Refusal {
        if (zip.getEntry(CONFIGURATION) != null) {
            return "";
        }
        List<String> found = zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith("/" + CONFIGURATION) && name.indexOf('/') == name.lastIndexOf("/conf/"))
                .toList();
        if (found.size() != 1) {
            throw unusable(archive, "It holds no " + CONFIGURATION + ", so it is no module.");
        }
        return found.getFirst().substring(0, found.getFirst().indexOf('/') + 1);
    }

    private static Path inside(Path target, String name, Path archive) throws Refusal {
        Path file = path(target, name, archive);
        if (name.isEmpty()
                || name.indexOf('\\') >= 0
                || name.startsWith("/")
                || !file.startsWith(target)
                || file.equals(target)) {
            throw unusable(archive, "The name '" + Shown.plain(name) + "' in it leads outside of the module.");
        }
        return file;
    }

    private static Path path(Path target, String name, Path archive) throws Refusal {
        if (!Shown.isPlain(name)) {
            throw unusable(archive, "The name '" + Shown.plain(name) + "' in it has characters that are none.");
        }
        boolean tooLong = name.length() > PATH_CHARACTERS
                || Arrays.stream(name.split("/", -1))
                        .anyMatch(part -> part.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES);
        if (tooLong) {
            throw unusable(archive, "The name '" + Shown.plain(name) + "' in it is too long for a file system.");
        }
        try {
            return target.resolve(name).normalize();
        } catch (InvalidPathException impossible) {
            throw unusable(
                    archive,
                    "The name '" + Shown.plain(name) + "' in it is none on this host: " + impossible.getReason());
        }
    }

    private static long copy(InputStream source, Path file, long left, Path archive) throws Refusal, IOException {
        long rest = left;
        byte[] buffer = new byte[BUFFER_BYTES];
        createFile(file, false);
        try (source;
                OutputStream target = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
            for (int read = source.read(buffer); read >= 0; read = source.read(buffer)) {
                rest -= read;
                if (rest < 0) {
                    throw unusable(archive, "It holds more than " + BYTES + " bytes.");
                }
                target.write(buffer, 0, read);
            }
        }
        return rest;
    }

    private static Refusal unusable(Path archive, String reason) {
        return new Refusal(
                Refusal.Kind.INVALID,
                "The archive " + Shown.plain(archive.getFileName().toString()) + " cannot be installed.",
                reason,
                "A module is a zip archive with conf/ and bin/.");
    }

    /** A new directory that others cannot write to. */
    static void createDirectory(Path directory) throws IOException {
        Files.createDirectories(directory.getParent());
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(DIRECTORY));
    }

    /** A new file that others cannot write to. */
    static void createFile(Path file, boolean executable) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(executable ? PROGRAM : FILE));
    }

    /** The files of a folder in the order of their names; none if there is no such folder. Links are not followed and are no files.
     * @throws IOException if there are more than a module may have */
    static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> entries;
        try (Stream<Path> walk = Files.walk(folder)) {
            entries = walk.limit(FILES + 1L).toList();
        }
        if (entries.size() > FILES) {
            throw new IOException(folder + " has more than " + FILES + " files");
        }
        return entries.stream()
                .filter(entry -> Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS))
                .sorted()
                .toList();
    }

    /** The configuration in a folder.
     * @param shown how to call the folder */
    static byte[] configuration(Path folder, Path shown) throws Refusal, IOException {
        try (InputStream content = Files.newInputStream(folder.resolve(CONFIGURATION), LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = content.readNBytes(XmlSource.SIZE_MAX + 1);
            if (bytes.length > XmlSource.SIZE_MAX) {
                throw new Refusal(
                        Refusal.Kind.INVALID,
                        shown.resolve(CONFIGURATION) + " has more than the " + XmlSource.SIZE_MAX
                                + " bytes of a configuration.",
                        "",
                        "Give the configuration file itself.");
            }
            return bytes;
        }
    }

    /** Lets every file directly in {@code bin} be executed by those who may read it, except Groovy scripts, which are not. */
    static void makeExecutable(Path bin) throws IOException {
        if (!Files.isDirectory(bin)) {
            return;
        }
        try (Stream<Path> files = Files.list(bin)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.toString().endsWith(".groovy") && !file.toFile().setExecutable(true, false)) {
                    throw new IOException("cannot make " + file + " executable");
                }
            }
        }
    }

    /** Packs directories of a folder into an archive. */
    static void pack(Path folder, Path archive) throws IOException {
        List<Path> files = files(folder);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (Path file : files) {
                zip.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, zip);
            }
        }
    }

    /** Removes a folder and everything in it; nothing happens when it does not exist. */
    static void remove(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
