package dev.lockstep.replication.session;

import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.MalformedFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;

/**
 * The handler of all links of a module. A link has no conversation until the owner says what it is for; the few frames that come
 * before are kept.
 */
public final class LinkInbox implements LinkHandler {
    /** A peer sends one frame before it is answered. */
    private static final int EARLY_FRAMES_MAX = 4;

    private static final int EARLY_BYTES_MAX = 64 * 1024;
    private static final int LINKS_MAX = 64;

    private final Consumer<String> trouble;
    private final IdentityHashMap<ReplicationLink, Entry> entries = new IdentityHashMap<>();

    /** Something wrong with the peer's frames is told to {@code trouble}. */
    public LinkInbox(Consumer<String> trouble) {
        this.trouble = trouble;
    }

    private static final class Entry {
        private final List<ByteBuffer> early = new ArrayList<>();
        private int earlyBytes;
        private Conversation conversation;
        private String closed;
        private boolean over;
    }

    /** Says who handles a link; frames that came before are handed over now, on the calling thread. */
    public void attach(ReplicationLink link, Conversation conversation) {
        Entry entry;
        synchronized (entries) {
            entry = entries.computeIfAbsent(link, _ -> new Entry());
        }
        synchronized (entry) {
            entry.conversation = conversation;
            for (ByteBuffer frame : entry.early) {
                handOver(link, entry, frame);
            }
            entry.early.clear();
            if (entry.closed != null || !link.isOpen()) {
                end(link, entry, entry.closed != null ? entry.closed : "the link was closed already");
            }
        }
    }

    @Override
    public void received(ReplicationLink link, ByteBuffer frame) {
        Entry entry;
        synchronized (entries) {
            entry = entries.get(link);
            if (entry == null && entries.size() < LINKS_MAX) {
                entry = new Entry();
                entries.put(link, entry);
            }
        }
        if (entry == null) {
            link.close("too many links of this module wait for a role");
            return;
        }
        synchronized (entry) {
            if (entry.conversation != null) {
                handOver(link, entry, frame);
            } else if (entry.early.size() >= EARLY_FRAMES_MAX
                    || entry.earlyBytes + frame.remaining() > EARLY_BYTES_MAX) {
                link.close("the peer sends frames before it is asked to");
            } else {
                entry.earlyBytes += frame.remaining();
                entry.early.add(ByteBuffer.allocate(frame.remaining())
                        .put(frame.duplicate())
                        .flip());
            }
        }
    }

    @Override
    public void closed(ReplicationLink link, String reason) {
        Entry entry;
        synchronized (entries) {
            entry = entries.get(link);
        }
        if (entry == null) {
            return;
        }
        synchronized (entry) {
            if (entry.conversation == null) {
                entry.closed = reason;
                synchronized (entries) {
                    entries.remove(link);
                }
            } else {
                end(link, entry, reason);
            }
        }
    }

    /** In the lock of the entry. Whether it was told stands there: a link that closes while it is attached is out of the map by then. */
    private void end(ReplicationLink link, Entry entry, String reason) {
        synchronized (entries) {
            entries.remove(link, entry);
        }
        if (!entry.over) {
            entry.over = true;
            entry.conversation.closed(reason);
        }
    }

    private void handOver(ReplicationLink link, Entry entry, ByteBuffer frame) {
        try {
            entry.conversation.received(new FrameReader(frame));
        } catch (MalformedFrame e) {
            trouble.accept(
                    "The peer sent a frame this node does not accept: " + e.getMessage() + "; the link is closed");
            link.close(e.getMessage());
        } catch (RuntimeException e) {
            trouble.accept("A frame of the peer could not be handled (" + e + "); the link is closed");
            link.close("a frame could not be handled: " + e);
        }
    }
}
