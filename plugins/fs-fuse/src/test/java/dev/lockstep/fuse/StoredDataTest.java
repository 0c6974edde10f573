package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.StableId;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that does not have what memory shows, as after a write it refused: a file system in a file that is changed below it. */
class StoredDataTest {
    private static final String WRITTEN = "what memory shows".repeat(600);

    @TempDir
    Path base;

    private Path disk;
    private Path mounted;

    @BeforeEach
    void mount() throws Exception {
        MountKit.requireRoot();
        disk = base.resolve("disk");
        mounted = Files.createDirectory(base.resolve("mounted"));
        Shell.run(base, "truncate -s 64M disk; mkfs.ext4 -q disk");
        Process mount = new ProcessBuilder("mount", "-o", "loop", "disk", "mounted")
                .directory(base.toFile())
                .start();
        Assumptions.assumeTrue(mount.waitFor() == 0, "SKIPPED: no loop devices");
    }

    @AfterEach
    void unmount() throws Exception {
        Shell.run(base, "! mountpoint -q mounted || umount mounted");
    }

    @Test
    void givenAFileMemoryShowsOtherwiseThenTheStoredDataAreThoseOfTheDisk() throws Exception {
        try (MountKit kit = MountKit.open(mounted, new PassThroughGate())) {
            kit.tree().expose(Exposure.READ_WRITE);
            Files.writeString(kit.path("a"), WRITTEN);
            Shell.run(base, "sync -f mounted");
            refuse();
            long id = kit.backing().entries(StableId.ROOT).getFirst().id();
            assertEquals(WRITTEN, text(kit.backing()::read, id));
            assertEquals(WRITTEN.replace("memory", "a disk"), text(kit.backing()::readStored, id));
        }
    }

    @Test
    void givenDataThatAreNotWrittenYetThenTheyAreNotLost() throws Exception {
        try (MountKit kit = MountKit.open(mounted, new PassThroughGate())) {
            kit.tree().expose(Exposure.READ_WRITE);
            Files.writeString(kit.path("a"), WRITTEN);
            long id = kit.backing().entries(StableId.ROOT).getFirst().id();
            assertEquals(WRITTEN, text(kit.backing()::readStored, id));
        }
    }

    private void refuse() throws Exception {
        byte[] image = Files.readAllBytes(disk);
        int at = new String(image, StandardCharsets.ISO_8859_1).indexOf(WRITTEN);
        assertTrue(at > 0, "the file is in one piece on the disk");
        try (RandomAccessFile below = new RandomAccessFile(disk.toFile(), "rw")) {
            below.seek(at);
            below.write(WRITTEN.replace("memory", "a disk").getBytes(StandardCharsets.UTF_8));
            below.getFD().sync();
        }
    }

    /** How {@link BackingTree} reads. */
    private interface Reader {
        int read(long id, long offset, ByteBuffer target) throws FileSystemFailure;
    }

    private static String text(Reader reader, long id) throws FileSystemFailure {
        ByteBuffer data = ByteBuffer.allocate(WRITTEN.length());
        assertEquals(WRITTEN.length(), reader.read(id, 0, data));
        return new String(data.array(), StandardCharsets.UTF_8);
    }
}
