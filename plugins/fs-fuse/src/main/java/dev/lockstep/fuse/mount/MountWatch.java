package dev.lockstep.fuse.mount;

import dev.lockstep.fuse.tree.Told;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Looks whether applications still meet the mounts of the engine at their directories, whenever a mount of this host changes. Nobody tells
 * the engine when one is detached ({@code umount -l}) or covered: who has files open goes on through it, everybody else misses the
 * replication. One thread for all directories, and none when there are none. Thread-safe.
 */
public final class MountWatch {
    /** Where mounts come and go all the time, they are not looked at more often than this. */
    private static final Duration PAUSE = Duration.ofMillis(500);
    /** For the case that a change was not told. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Source source;
    private final List<Watched> all = new CopyOnWriteArrayList<>();
    private boolean running;

    /** The mounts, and their changes. Opened when there is something to watch. */
    interface Source {
        MountTable read() throws IOException;

        /** Waits until something has changed since this was called last, or opened, or until the time is over. */
        void awaitChange(Duration limit) throws IOException;

        /** Gives back what waiting needs; it may be used again. */
        void close();
    }

    /** A watch of the mounts that a source tells of. */
    MountWatch(Source source) {
        this.source = source;
    }

    /**
     * Watches the mount that lies uppermost now.
     *
     * @param told what an operator should read
     * @param lost told once, by the thread of the watch, why applications do not meet the mount any more
     */
    Watched add(Path directory, Told told, Consumer<String> lost) throws IOException {
        long mount = source.read()
                .top(directory)
                .map(MountEntry::id)
                .orElseThrow(() -> new IOException(directory + " was unmounted at once"));
        Watched watched = new Watched(directory, mount, told, lost);
        synchronized (this) {
            all.add(watched);
            if (!running) {
                Thread.ofPlatform().name("fuse-mounts").daemon().start(this::watch);
                running = true;
            }
        }
        return watched;
    }

    private void watch() {
        while (isNeeded()) {
            boolean seen = look();
            LockSupport.parkNanos(PAUSE.toNanos());
            if (seen) {
                awaitChange();
            }
        }
    }

    private synchronized boolean isNeeded() {
        running = !all.isEmpty();
        if (!running) {
            source.close();
        }
        return running;
    }

    private void awaitChange() {
        try {
            source.awaitChange(LONGEST);
        } catch (IOException cannotBeTold) {
            // Then it is looked at all the time.
        }
    }

    private boolean look() {
        MountTable table;
        try {
            table = source.read();
        } catch (IOException unreadable) {
            all.forEach(watched -> watched.blind(unreadable));
            return false;
        }
        all.forEach(watched -> watched.look(table));
        return true;
    }

    /** The watch over one mount. */
    final class Watched implements AutoCloseable {
        private final Path directory;
        private final long mount;
        private final Told told;
        private final Consumer<String> lost;
        /** Only used by the thread of the watch: the table could not be read when it was last tried. */
        private boolean blind;

        private final Set<String> inside = new HashSet<>();

        private Watched(Path directory, long mount, Told told, Consumer<String> lost) {
            this.directory = directory;
            this.mount = mount;
            this.told = told;
            this.lost = lost;
        }

        /** Id of the mount. */
        long mount() {
            return mount;
        }

        /** Trouble with the looking passes, or is told by others. */
        private void blind(IOException unreadable) {
            if (!blind) {
                blind = true;
                told.trouble("the mount over " + directory + " cannot be watched now: " + unreadable.getMessage());
            }
        }

        private void look(MountTable table) {
            if (blind) {
                blind = false;
                told.notice("the mount over " + directory + " is watched again");
            }
            for (MountEntry below : table.below(directory)) {
                if (inside.add(below.point())) {
                    told.trouble(below.point() + " was mounted inside " + directory
                            + ": what is written there is not replicated; unmount it");
                }
            }
            Optional<String> wrong = table.misses(directory, mount);
            if (wrong.isPresent() && all.remove(this)) {
                lost.accept(wrong.get());
            }
        }

        /** Ends the watch; what it is about to tell may still come. */
        @Override
        public void close() {
            all.remove(this);
        }
    }
}
