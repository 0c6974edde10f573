package dev.lockstep.fuse;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.ExtendedAttribute;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.api.fs.StableId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares two covered trees: names, ids, attributes, extended attributes, flags, content. */
final class TreeComparison {
    private static final int CHUNK = 1 << 16;

    private final BackingTree one;
    private final BackingTree other;
    private final List<String> differences = new ArrayList<>();

    TreeComparison(BackingTree one, BackingTree other) {
        this.one = one;
        this.other = other;
    }

    /** A sentence for each difference. */
    static List<String> of(BackingTree one, BackingTree other) throws IOException {
        TreeComparison comparison = new TreeComparison(one, other);
        comparison.directory(StableId.ROOT, "");
        comparison.directory(StableId.CRADLE, "(no name)");
        return comparison.differences;
    }

    private void directory(long id, String path) throws IOException {
        object(id, path + "/");
        Map<String, DirectoryEntry> here = entries(one, id);
        Map<String, DirectoryEntry> there = entries(other, id);
        for (Map.Entry<String, DirectoryEntry> entry : here.entrySet()) {
            DirectoryEntry mine = entry.getValue();
            DirectoryEntry theirs = there.remove(entry.getKey());
            String name = path + "/" + entry.getKey();
            if (theirs == null || theirs.id() != mine.id() || theirs.kind() != mine.kind()) {
                differences.add(name + " is " + mine.kind() + " " + mine.id() + " here and "
                        + (theirs == null ? "nothing" : theirs.kind() + " " + theirs.id()) + " there");
            } else if (mine.kind() == ObjectKind.DIRECTORY) {
                directory(mine.id(), name);
            } else {
                object(mine.id(), name);
                if (!text(mine.linkTarget()).equals(text(theirs.linkTarget()))) {
                    differences.add(name + " leads to different targets");
                }
            }
        }
        there.keySet().forEach(name -> differences.add(path + "/" + name + " is only there"));
    }

    private void object(long id, String path) throws IOException {
        ObjectState mine = one.state(id);
        ObjectState theirs = other.state(id);
        String here = describe(mine.attributes());
        String there = describe(theirs.attributes());
        if (!here.equals(there)) {
            differences.add(path + " has " + here + " here and " + there + " there");
        }
        if (!extended(mine).equals(extended(theirs))) {
            differences.add(path + " has xattrs " + extended(mine) + " here and " + extended(theirs) + " there");
        }
        if (mine.flags() != theirs.flags()) {
            differences.add(String.format("%s has flags %x here and %x there", path, mine.flags(), theirs.flags()));
        }
        if (mine.attributes().kind() == ObjectKind.FILE && here.equals(there)) {
            content(id, path);
        }
    }

    private void content(long id, String path) throws IOException {
        ByteBuffer here = ByteBuffer.allocateDirect(CHUNK);
        ByteBuffer there = ByteBuffer.allocateDirect(CHUNK);
        for (long offset = 0; ; offset += CHUNK) {
            here.clear();
            there.clear();
            int count = one.read(id, offset, here);
            other.read(id, offset, there);
            int mismatch = here.flip().mismatch(there.flip());
            if (mismatch >= 0) {
                differences.add(path + " differs at " + (offset + mismatch));
                return;
            }
            if (count < CHUNK) {
                return;
            }
        }
    }

    /** Times of directories follow from when their entries were made and are not replicated by themselves. */
    private static String describe(Attributes attributes) {
        boolean file = attributes.kind() == ObjectKind.FILE;
        return String.format(
                "%s mode %o owner %d:%d size %d links %d device %x modified %s",
                attributes.kind(),
                attributes.mode(),
                attributes.uid(),
                attributes.gid(),
                file ? attributes.size() : 0,
                attributes.kind() == ObjectKind.DIRECTORY ? 0 : attributes.links(),
                attributes.device(),
                attributes.kind() == ObjectKind.DIRECTORY ? "-" : attributes.modified());
    }

    private static Map<String, String> extended(ObjectState state) {
        Map<String, String> result = new TreeMap<>();
        for (ExtendedAttribute attribute : state.extendedAttributes()) {
            result.put(text(attribute.name()), HexFormat.of().formatHex(attribute.value()));
        }
        return result;
    }

    private static Map<String, DirectoryEntry> entries(BackingTree tree, long id) throws IOException {
        Map<String, DirectoryEntry> result = new HashMap<>();
        for (DirectoryEntry entry : tree.entries(id)) {
            result.put(text(entry.name()), entry);
        }
        return result;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
