package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Mutation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files without a name live as long as somebody has them open, and are nobody else's business. */
class UnlinkedFilesTest {
    @TempDir
    Path base;

    private static void write(FileChannel file, String text, long at) throws IOException {
        file.write(ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)), at);
    }

    private static String read(FileChannel file, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        int count = Math.max(file.read(buffer, 0), 0);
        return new String(buffer.array(), 0, count, java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void givenAnOpenFileThatIsRemovedThenItStaysUsableAndIsNotReplicatedAnyMore() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            try (FileChannel file = FileChannel.open(
                    kit.path("a"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                write(file, "before", 0);
                Files.delete(kit.path("a"));
                int committed = gate.mutations.size();
                write(file, "behind", 6);
                file.truncate(9);
                file.force(true);
                assertEquals(9, file.size());
                assertEquals("beforebeh", read(file, 20));
                Files.writeString(kit.path("a"), "another");
                assertEquals("beforebeh", read(file, 20));
                assertTrue(
                        gate.mutations.get(committed) instanceof Mutation.Create,
                        "nothing of the nameless file was committed");
            }
            assertEquals("another", Files.readString(kit.path("a")));
            assertEquals(1, gate.of(Mutation.Remove.class).size());
        }
    }

    @Test
    void givenARenameOverAnOpenFileThenItsReadersKeepTheOldOne() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            Files.writeString(kit.path("a"), "old");
            Files.writeString(kit.path("b"), "new");
            try (FileChannel file = FileChannel.open(kit.path("a"))) {
                Files.move(kit.path("b"), kit.path("a"), StandardCopyOption.ATOMIC_MOVE);
                assertEquals("old", read(file, 20));
                assertEquals("new", Files.readString(kit.path("a")));
            }
            Mutation.Rename rename = gate.of(Mutation.Rename.class).getFirst();
            assertEquals(gate.of(Mutation.Create.class).get(0).id(), rename.replacedId());
            assertEquals(gate.of(Mutation.Create.class).get(1).id(), rename.id());
        }
    }

    @Test
    void givenAFileWithTwoNamesThenItIsOneObjectUntilTheLastIsGone() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            Files.writeString(kit.path("a"), "one");
            Files.createLink(kit.path("b"), kit.path("a"));
            try (FileChannel file = FileChannel.open(kit.path("a"), StandardOpenOption.WRITE)) {
                assertEquals("one", Files.readString(kit.path("b")));
                write(file, "two", 0);
                assertEquals("two", Files.readString(kit.path("b")), "a write through one name is seen by the other");
                Files.delete(kit.path("a"));
                int written = gate.of(Mutation.Write.class).size();
                write(file, "six", 0);
                assertEquals(written + 1, gate.of(Mutation.Write.class).size(), "it still has a name");
            }
            assertEquals("six", Files.readString(kit.path("b")));
            assertEquals("1", Shell.run(kit.directory, "stat -c %h b"));
        }
    }

    @Test
    void givenAnOpenDirectoryThatIsRemovedThenListingItIsEmpty() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new RecordingGate())) {
            Files.createDirectory(kit.path("d"));
            assertEquals("ok", Shell.run(kit.path("d"), "rmdir ../d; ls -A . ; stat . > /dev/null; echo ok"));
        }
    }

    @Test
    void givenManyRemovedFilesThenTheirSpaceIsFreed() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            for (int i = 0; i < 200; i++) {
                Files.write(kit.path("f" + i), new byte[100]);
                Files.size(kit.path("f" + i));
                Files.delete(kit.path("f" + i));
            }
            Shell.run(kit.directory, "echo 2 > /proc/sys/vm/drop_caches || true");
            String fds = "/proc/" + ProcessHandle.current().pid() + "/fd";
            // descriptors that are closed meanwhile make ls complain; that there are any to be seen is asked before
            String held = "test -e " + fds + "/0; ls -l " + fds
                    + " 2>/dev/null | grep -c '/f[0-9]* (deleted)' || test $? = 1";
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> Shell.run(kit.directory, held).equals("0"));
        }
    }
}
