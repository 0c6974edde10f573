package dev.lockstep.fuse.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.fuse.LoudEvents;
import dev.lockstep.fuse.tree.Told;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The watch over a mount survives times in which it cannot see. */
class MountWatchTest {
    private static final String MOUNTED = "30 1 0:5 / /data rw - fuse.lockstep lockstep rw\n";

    private final LoudEvents events = new LoudEvents();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private volatile String table = MOUNTED;

    /** What changes without telling. */
    private final class Mounts implements MountWatch.Source {
        @Override
        public MountTable read() throws IOException {
            if (table.isEmpty()) {
                throw new IOException("Too many open files");
            }
            return MountTable.parse(table);
        }

        @Override
        public void awaitChange(Duration limit) throws IOException {
            throw new IOException("Too many open files");
        }

        @Override
        public void close() {
            // nothing was opened
        }
    }

    @Test
    void givenATableThatCannotBeReadForAWhile_thenTheWatchSaysSoOnceAndGoesOn() throws Exception {
        try (MountWatch.Watched _ =
                new MountWatch(new Mounts()).add(Path.of("/data"), new Told(events, 0), lost::add)) {
            table = "";
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> !events.troubles.isEmpty());
            table = MOUNTED;
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> !events.notices.isEmpty());
            table = "31 1 0:6 / / rw - ext4 /dev/vda rw\n";
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> !lost.isEmpty());
        }
        assertEquals(1, events.troubles.size(), "a failure does not look like news, and is told once");
        assertTrue(events.troubles.getFirst().contains("Too many open files"));
        assertEquals(1, lost.size());
    }
}
