package dev.lockstep.fuse.mount;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks every second whether applications still meet the mount of the engine at the directory. The kernel tells nobody when it is
 * detached ({@code umount -l}) or covered: who has files open goes on through it, everybody else misses the replication.
 */
final class MountWatch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** Where the mounts are read from. */
    @FunctionalInterface
    interface Source {
        MountTable read() throws IOException;
    }

    private final Path directory;
    private final long mount;
    private final Consumer<String> notices;
    private final Consumer<String> lost;
    private final Source source;
    /** Only used by the thread of the watch: the table could not be read when it was last tried. */
    private boolean blind;

    private final Set<String> inside = new HashSet<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * Watches the mount that lies uppermost now.
     *
     * @param notices what an operator should read
     * @param lost told once, by the thread of the watch, why applications do not meet the mount any more
     */
    MountWatch(String name, Path directory, Consumer<String> notices, Consumer<String> lost) throws IOException {
        this(name, directory, MountTable::read, notices, lost);
    }

    /** A watch that looks elsewhere. */
    MountWatch(String name, Path directory, Source source, Consumer<String> notices, Consumer<String> lost)
            throws IOException {
        this.source = source;
        this.directory = directory;
        this.notices = notices;
        this.lost = lost;
        mount = source.read()
                .top(directory)
                .map(MountEntry::id)
                .orElseThrow(() -> new IOException(directory + " was unmounted at once"));
        Thread.ofPlatform().name(name).daemon().start(this::watch);
    }

    private void watch() {
        try {
            while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                Optional<String> wrong = tryToLook();
                if (wrong.isPresent()) {
                    lost.accept(wrong.get());
                    return;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is wrong, if it can be told; trouble with the looking passes, or is told by others. */
    private Optional<String> tryToLook() {
        try {
            Optional<String> wrong = look();
            if (blind) {
                blind = false;
                notices.accept("the mount over " + directory + " is watched again");
            }
            return wrong;
        } catch (IOException unreadable) {
            if (!blind) {
                blind = true;
                notices.accept("the mount over " + directory + " cannot be watched now: " + unreadable.getMessage());
            }
            return Optional.empty();
        }
    }

    private Optional<String> look() throws IOException {
        MountTable table = source.read();
        for (MountEntry below : table.below(directory)) {
            if (inside.add(below.point())) {
                notices.accept(below.point() + " was mounted inside " + directory
                        + ": what is written there is not replicated; unmount it");
            }
        }
        return table.misses(directory, mount);
    }

    /** Ends the watch; what it is about to tell may still come. */
    @Override
    public void close() {
        closed.countDown();
    }
}
