package dev.lockstep.node.peers;

import dev.lockstep.node.peers.AnnouncementCodec.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is known of another node by its announcements. Pure: time is told. Not thread-safe. */
final class PeerKnowledge {
    /** Silence after which what a node said counts no more. */
    static final long WINDOW_MILLIS = 5_000;

    private final Map<Integer, Page> pages = new TreeMap<>();
    private Announcement last;
    private String lastForeign = "";
    private long heardMillis = Long.MIN_VALUE;
    private long foreignMillis = Long.MIN_VALUE;

    /** A page arrived. Answers whether with it a whole announcement is there. */
    boolean heard(Page page, long now) {
        heardMillis = now;
        pages.values().removeIf(other -> other.revision() != page.revision() || other.pages() != page.pages());
        pages.put(page.number(), page);
        if (pages.size() < page.pages()) {
            return false;
        }
        List<Announcement.Module> modules = new ArrayList<>();
        pages.values().forEach(one -> modules.addAll(one.part().modules()));
        last = new Announcement(page.part().cluster(), page.part().keys(), modules);
        return true;
    }

    /** Something came from its address that cannot be understood. */
    void foreign(String reason, long now) {
        foreignMillis = now;
        lastForeign = reason;
    }

    /** What it says of itself; empty when it is silent. */
    Optional<Announcement> announcement(long now) {
        return isHeard(now) ? Optional.ofNullable(last) : Optional.empty();
    }

    /** What came from its address instead of announcements; empty when these arrive, or nothing at all. */
    Optional<String> foreign(long now) {
        boolean foreign = foreignMillis != Long.MIN_VALUE && now - foreignMillis < WINDOW_MILLIS;
        return foreign && !isHeard(now) ? Optional.of(lastForeign) : Optional.empty();
    }

    private boolean isHeard(long now) {
        return heardMillis != Long.MIN_VALUE && now - heardMillis < WINDOW_MILLIS;
    }
}
