package dev.lockstep.node.store;

import dev.lockstep.node.Refusal;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** Reads a zip archive of a few small files into memory. */
final class SmallArchive {
    /** Files more than that are no archive of ours. */
    private static final int ENTRIES = 16;

    private SmallArchive() {}

    /**
     * The files by their last name.
     *
     * @param limitBytes what they may have together, unpacked
     */
    static Map<String, byte[]> read(byte[] archive, String name, long limitBytes) throws Refusal, IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        long left = limitBytes;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] content = zip.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, left + 1));
                left -= content.length;
                if (left < 0 || entries.size() >= ENTRIES) {
                    throw broken(name, "it holds more than " + limitBytes + " bytes or " + ENTRIES + " files");
                }
                if (!entry.isDirectory()) {
                    entries.put(entry.getName().substring(entry.getName().lastIndexOf('/') + 1), content);
                }
            }
        } catch (ZipException damaged) {
            throw broken(name, damaged.getMessage());
        } catch (EOFException cut) {
            throw broken(name, "its end is missing");
        }
        return entries;
    }

    private static Refusal broken(String name, String reason) {
        return new Refusal(
                Refusal.Kind.INVALID, "The archive " + name + " cannot be used.", "It is damaged: " + reason + ".", "");
    }
}
