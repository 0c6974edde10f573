package dev.lockstep.node.peers;

import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.node.peers.Announcement.Module;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Announcements as payloads of the node channel. One that does not fit goes in pages, each complete in itself; all numbers big
 * endian.
 *
 * <pre>
 * magic 4 | version 1 | revision 8 | page 1 | pages 1 | cluster string | keys 1, 8 each | modules 1, each:
 *   name string | id 2 | peer string | heartbeat port 2 | replication port 2 | flags 1 (1 usable, 2 primary)
 * string: length 1, UTF-8 bytes
 * </pre>
 *
 * Pages of one revision belong together. What is not exactly of this form is refused as a whole.
 */
final class AnnouncementCodec {
    private static final int MAGIC = 0x4C4B534E;
    private static final byte VERSION = 1;
    private static final int LONGEST_STRING = 120;
    private static final int MOST_KEYS = 2;
    private static final int MOST_PAGES = 127;
    private static final int USABLE = 1;
    private static final int PRIMARY = 2;

    /** Left for modules in a page. */
    private static final int ROOM = HeartbeatTransport.MAX_PAYLOAD - 200;

    private AnnouncementCodec() {}

    /** A part of an announcement. */
    record Page(long revision, int number, int pages, Announcement part) {}

    /** A payload that is not of the form it must have. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /** The payloads of an announcement, one or more. */
    static List<byte[]> encode(Announcement announcement) {
        List<List<byte[]>> pages = new ArrayList<>(List.of(new ArrayList<>()));
        int used = 0;
        for (Module module : announcement.modules()) {
            byte[] bytes = bytes(out -> put(out, module));
            if (used + bytes.length > ROOM && pages.size() < MOST_PAGES) {
                pages.add(new ArrayList<>());
                used = 0;
            }
            if (used + bytes.length <= ROOM) {
                pages.getLast().add(bytes);
                used += bytes.length;
            }
        }
        List<byte[]> encoded = new ArrayList<>();
        for (int number = 0; number < pages.size(); number++) {
            List<byte[]> modules = pages.get(number);
            int page = number;
            encoded.add(bytes(out -> {
                out.writeInt(MAGIC);
                out.writeByte(VERSION);
                out.writeLong(announcement.hashCode());
                out.writeByte(page);
                out.writeByte(pages.size());
                put(out, announcement.cluster());
                out.writeByte(announcement.keys().size());
                for (long key : announcement.keys()) {
                    out.writeLong(key);
                }
                out.writeByte(modules.size());
                for (byte[] module : modules) {
                    out.write(module);
                }
            }));
        }
        return encoded;
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void put(DataOutputStream out, Module module) throws IOException {
        put(out, module.name());
        out.writeShort(module.id());
        put(out, module.peer());
        out.writeShort(module.heartbeatPort());
        out.writeShort(module.replicationPort());
        out.writeByte((module.usable() ? USABLE : 0) | (module.primary() ? PRIMARY : 0));
    }

    private static void put(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, LONGEST_STRING);
        out.writeByte(length);
        out.write(bytes, 0, length);
    }

    /** Reads a payload. */
    static Page decode(byte[] bytes) throws Malformed {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            require(in.getInt() == MAGIC, "it is no announcement");
            byte version = in.get();
            require(version == VERSION, "its version is " + version + ", this node knows " + VERSION);
            long revision = in.getLong();
            int number = in.get();
            int pages = in.get();
            require(pages >= 1 && number >= 0 && number < pages, "page " + number + " of " + pages);
            String cluster = string(in);
            int keyCount = in.get();
            require(keyCount >= 0 && keyCount <= MOST_KEYS, keyCount + " keys");
            List<Long> keys = new ArrayList<>();
            for (int i = 0; i < keyCount; i++) {
                keys.add(in.getLong());
            }
            int count = in.get();
            require(count >= 0, count + " modules");
            List<Module> modules = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                modules.add(module(in));
            }
            require(!in.hasRemaining(), "bytes are left over");
            return new Page(revision, number, pages, new Announcement(cluster, keys, modules));
        } catch (BufferUnderflowException cut) {
            throw new Malformed("it is cut short at " + bytes.length + " bytes");
        }
    }

    private static Module module(ByteBuffer in) throws Malformed {
        String name = string(in);
        int id = in.getShort() & 0xFFFF;
        String peer = string(in);
        int heartbeatPort = in.getShort() & 0xFFFF;
        int replicationPort = in.getShort() & 0xFFFF;
        int flags = in.get();
        require(flags >= 0 && flags <= (USABLE | PRIMARY), "unknown flags");
        return new Module(
                name, id, peer, heartbeatPort, replicationPort, (flags & USABLE) != 0, (flags & PRIMARY) != 0);
    }

    private static String string(ByteBuffer in) throws Malformed {
        int length = in.get();
        require(length >= 0 && length <= LONGEST_STRING, "a string of " + length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void require(boolean holds, String otherwise) throws Malformed {
        if (!holds) {
            throw new Malformed(otherwise);
        }
    }
}
