package dev.lockstep.node.store;

import dev.lockstep.node.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
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

    private static final int BUFFER_BYTES = 64 << 10;

    private ModuleFolder() {}

    static boolean is(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIGURATION));
    }

    /** Unpacks an archive into {@code target}, which does not exist. A single directory around everything is left out. */
    static void unpack(Path archive, Path target) throws Refusal, IOException {
        Files.createDirectories(target);
        long left = BYTES;
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (Map.Entry<Path, ZipEntry> file : files(zip, archive, target).entrySet()) {
                Files.createDirectories(file.getKey().getParent());
                left = copy(zip.getInputStream(file.getValue()), file.getKey(), left, archive);
            }
        } catch (ZipException damaged) {
            throw unusable(archive, "It is damaged or no zip archive: " + damaged.getMessage() + ".");
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
            throw unusable(archive, "The name '" + name + "' in it leads outside of the module.");
        }
        return file;
    }

    private static Path path(Path target, String name, Path archive) throws Refusal {
        boolean tooLong = name.length() > PATH_CHARACTERS
                || Arrays.stream(name.split("/", -1))
                        .anyMatch(part -> part.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES);
        if (tooLong) {
            throw unusable(archive, "The name '" + name + "' in it is too long for a file system.");
        }
        try {
            return target.resolve(name).normalize();
        } catch (InvalidPathException impossible) {
            throw unusable(archive, "The name '" + name + "' in it is none on this host: " + impossible.getReason());
        }
    }

    private static long copy(InputStream source, Path file, long left, Path archive) throws Refusal, IOException {
        long rest = left;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (source;
                OutputStream target = Files.newOutputStream(file)) {
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
                "The archive " + archive.getFileName() + " cannot be installed.",
                reason,
                "A module is a zip archive with conf/ and bin/.");
    }

    /** Copies a folder to {@code target}, which does not exist. Links are refused: they would point elsewhere on another node. */
    static void copy(Path source, Path target) throws Refusal, IOException {
        List<Path> entries;
        try (Stream<Path> walk = Files.walk(source)) {
            entries = walk.limit(FILES + 1L).toList();
        }
        if (entries.size() > FILES) {
            throw new Refusal(
                    Refusal.Kind.INVALID, "The folder " + source + " has more than " + FILES + " files.", "", "");
        }
        for (Path entry : entries) {
            Path copy = target.resolve(source.relativize(entry).toString());
            if (Files.isSymbolicLink(entry)) {
                throw new Refusal(
                        Refusal.Kind.INVALID,
                        "The module holds the symbolic link " + entry + ".",
                        "It would point to something else on another node.",
                        "Replace it by the file itself.");
            }
            if (Files.isDirectory(entry)) {
                Files.createDirectories(copy);
            } else if (Files.isRegularFile(entry)) {
                Files.copy(entry, copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
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
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (Path file : files) {
                zip.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, zip);
            }
        }
    }

    /** Removes a folder and everything in it; nothing happens when it does not exist. */
    static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> entries;
        try (Stream<Path> walk = Files.walk(folder)) {
            entries = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path entry : entries) {
            Files.deleteIfExists(entry);
        }
    }
}
