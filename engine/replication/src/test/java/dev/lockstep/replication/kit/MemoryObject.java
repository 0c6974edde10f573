package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.ByteRange;
import dev.lockstep.api.fs.ExtendedAttribute;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.api.fs.Timestamp;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** One object of a {@link MemoryTree}, which guards it. Data are pages; a missing page is a hole. */
final class MemoryObject {
    static final int PAGE = 1024;

    final long id;
    final ObjectKind kind;
    final long device;
    final byte[] linkTarget;
    final TreeMap<Name, Long> entries = new TreeMap<>();
    Attributes attributes;
    Map<Name, byte[]> extended = new TreeMap<>();
    int links;
    int flags;
    boolean held;

    private final TreeMap<Long, byte[]> pages = new TreeMap<>();
    /** What the disk has of pages written since the last flush; null for nothing. */
    private final Map<Long, byte[]> onDisk = new HashMap<>();

    /** What the disk has of pages it refused to take: memory shows something else, and no flush knows of it. */
    private final Map<Long, byte[]> refused = new HashMap<>();

    private long flushes;
    /** Space reserved behind the end. */
    List<ByteRange> reserved = List.of();

    /** The latest one that has ended. */
    private long flushed;

    MemoryObject(long id, ObjectKind kind, long device, byte[] linkTarget) {
        this.id = id;
        this.kind = kind;
        this.device = device;
        this.linkTarget = linkTarget;
        this.attributes = new Attributes(kind, 0, 0, 0, 0, Timestamp.EPOCH, Timestamp.EPOCH, device, 0);
    }

    static Attributes with(
            Attributes a, int mode, int uid, int gid, long size, Timestamp modified, Timestamp accessed) {
        return new Attributes(a.kind(), mode, uid, gid, size, modified, accessed, a.device(), 0);
    }

    /** Everything but names and data. */
    ObjectState state() {
        Attributes a = attributes;
        Attributes now =
                new Attributes(kind, a.mode(), a.uid(), a.gid(), a.size(), a.modified(), a.accessed(), device, links);
        List<ExtendedAttribute> values = extended.entrySet().stream()
                .map(x -> new ExtendedAttribute(x.getKey().bytes(), x.getValue()))
                .toList();
        return new ObjectState(id, now, values, flags);
    }

    /** The attributes as a mutation leaves them. */
    Attributes changed(Mutation.SetAttributes m) {
        Attributes a = attributes;
        int mask = m.mask();
        return with(
                a,
                (mask & Mutation.SetAttributes.MODE) != 0 ? m.mode() : a.mode(),
                (mask & Mutation.SetAttributes.OWNER) != 0 ? m.uid() : a.uid(),
                (mask & Mutation.SetAttributes.GROUP) != 0 ? m.gid() : a.gid(),
                (mask & Mutation.SetAttributes.SIZE) != 0 ? m.size() : a.size(),
                (mask & Mutation.SetAttributes.MODIFIED) != 0 ? m.modified() : a.modified(),
                (mask & Mutation.SetAttributes.ACCESSED) != 0 ? m.accessed() : a.accessed());
    }

    long size() {
        return attributes.size();
    }

    long allocated() {
        return (long) pages.size() * PAGE;
    }

    void flush() {
        onDisk.clear();
        flushed = ++flushes;
    }

    /** What a flush that begins now puts on disk. */
    record Unflushed(long flush, Map<Long, byte[]> pages) {}

    /** A flush begins. */
    Unflushed unflushed() {
        Map<Long, byte[]> present = new HashMap<>();
        onDisk.keySet().forEach(page -> present.put(page, pages.get(page)));
        return new Unflushed(++flushes, present);
    }

    /** A flush has ended: the disk has what was there when it began, unless a later one has ended before it. */
    void flushed(Unflushed begun) {
        if (begun.flush() < flushed) {
            return;
        }
        flushed = begun.flush();
        begun.pages().forEach((page, bytes) -> {
            if (refused.containsKey(page)) {
                refused.put(page, bytes);
            }
            if (Arrays.equals(pages.get(page), bytes)) {
                onDisk.remove(page);
            } else if (onDisk.containsKey(page)) {
                onDisk.put(page, bytes);
            }
        });
    }

    /** The disk refuses what is not flushed. That a page is a hole is in the journal, as names and sizes are. */
    void lose() {
        onDisk.forEach((page, stored) -> {
            if (pages.containsKey(page)) {
                refused.putIfAbsent(page, stored);
            }
        });
        onDisk.clear();
    }

    /** Memory is let go: what the disk refused is seen to be missing. */
    void forget() {
        refused.forEach(this::restore);
        refused.clear();
    }

    private void restore(long page, byte[] stored) {
        if (stored == null) {
            pages.remove(page);
        } else {
            pages.put(page, stored);
        }
    }

    MemoryObject afterCrash(Random random) {
        forget();
        onDisk.forEach((page, old) -> {
            if (random.nextBoolean()) {
                restore(page, old);
            }
        });
        onDisk.clear();
        // what lies beyond the size does not exist
        truncate(size());
        onDisk.clear();
        return this;
    }

    void write(long offset, ByteBuffer data) {
        long at = offset;
        while (data.hasRemaining()) {
            long page = at / PAGE;
            int start = (int) (at % PAGE);
            int length = Math.min(PAGE - start, data.remaining());
            byte[] bytes = change(page);
            data.get(bytes, start, length);
            pages.put(page, bytes);
            at += length;
        }
    }

    /** A copy of a page to be changed; the one on disk is remembered. */
    private byte[] change(long page) {
        byte[] before = pages.get(page);
        if (!onDisk.containsKey(page)) {
            onDisk.put(page, refused.containsKey(page) ? refused.remove(page) : before);
        }
        return before == null ? new byte[PAGE] : before.clone();
    }

    void truncate(long size) {
        long first = (size + PAGE - 1) / PAGE;
        for (long page : pages.tailMap(first, true).keySet().toArray(Long[]::new)) {
            change(page);
            pages.remove(page);
        }
        int rest = (int) (size % PAGE);
        if (rest != 0 && pages.containsKey(size / PAGE)) {
            byte[] bytes = change(size / PAGE);
            Arrays.fill(bytes, rest, PAGE, (byte) 0);
            pages.put(size / PAGE, bytes);
        }
    }

    void punch(long offset, long length) {
        long end = Math.min(size(), offset + length);
        long at = offset;
        while (at < end) {
            long page = at / PAGE;
            int from = (int) (at % PAGE);
            int to = (int) Math.min(PAGE, from + (end - at));
            if (pages.containsKey(page)) {
                byte[] bytes = change(page);
                if (from == 0 && (to == PAGE || page * PAGE + to >= size())) {
                    pages.remove(page);
                } else {
                    Arrays.fill(bytes, from, to, (byte) 0);
                    pages.put(page, bytes);
                }
            }
            at += to - from;
        }
    }

    int read(long offset, ByteBuffer target) {
        int total = (int) Math.max(0, Math.min(target.remaining(), size() - offset));
        long at = offset;
        int left = total;
        while (left > 0) {
            byte[] bytes = pages.get(at / PAGE);
            int start = (int) (at % PAGE);
            int length = Math.min(PAGE - start, left);
            target.put(bytes == null ? new byte[PAGE] : bytes, start, length);
            at += length;
            left -= length;
        }
        return total;
    }

    long nextData(long offset) {
        if (offset >= size()) {
            return -1;
        }
        Long page = pages.ceilingKey(offset / PAGE);
        return page == null || page * PAGE >= size() ? -1 : Math.max(offset, page * PAGE);
    }

    long nextHole(long offset) {
        long page = offset / PAGE;
        while (pages.containsKey(page)) {
            page++;
        }
        return Math.min(size(), Math.max(offset, page * PAGE));
    }

    String describe() {
        CRC32 crc = new CRC32();
        ByteBuffer page = ByteBuffer.allocate(PAGE);
        byte[] zeros = new byte[PAGE];
        pages.forEach((number, bytes) -> {
            if (number * PAGE < size() && !Arrays.equals(bytes, zeros)) {
                page.clear().putLong(number);
                crc.update(page.array(), 0, 8);
                crc.update(bytes, 0, (int) Math.min(PAGE, size() - number * PAGE));
            }
        });
        StringBuilder x = new StringBuilder();
        extended.forEach((name, value) -> x.append(' ').append(name).append('=').append(Arrays.toString(value)));
        return "#" + id + " " + kind + " mode=" + attributes.mode() + " uid=" + attributes.uid() + " gid="
                + attributes.gid() + " mtime=" + attributes.modified() + " links=" + links + " dev=" + device
                + " flags=" + flags + " target=" + new Name(linkTarget)
                + (kind == ObjectKind.FILE ? " size=" + size() : "") + " data="
                + Long.toHexString(crc.getValue()) + x;
    }
}
