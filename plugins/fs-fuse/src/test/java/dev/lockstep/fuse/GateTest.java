package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.PathFilter;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the mount behaves when the gate does not simply let everything through. */
class GateTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path base;

    @Test
    void givenAGateThatRefusesThenNothingChanges() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            Files.writeString(kit.path("a"), "1");
            gate.refusal = FileSystemFailure.EROFS;
            for (String command : new String[] {
                "echo 2 > a",
                "echo 2 >> a",
                "rm a",
                "mv a b",
                "ln a b",
                "touch b",
                "mkdir d",
                "ln -s x l",
                "chmod 1 a",
                "setfattr -n user.x -v 1 a",
                "truncate -s 0 a",
                "sync a"
            }) {
                Shell.run(kit.directory, "! (" + command + ") 2> ../error; grep -q 'Read-only file system' ../error");
            }
            gate.refusal = 0;
            assertEquals("1", Files.readString(kit.path("a")));
            assertEquals("a", Shell.run(kit.directory, "ls -A"));
        }
    }

    @Test
    void givenABrokenGateThenTheCallerGetsAnErrorAndTheOperatorTheReason() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            Files.writeString(kit.path("a"), "1");
            gate.broken = true;
            assertThrows(IOException.class, () -> Files.writeString(kit.path("a"), "2"));
            assertThrows(IOException.class, () -> Files.delete(kit.path("a")));
            gate.broken = false;
            assertTrue(kit.events.troubles.stream().anyMatch(text -> text.contains("broken on purpose")));
            Files.writeString(kit.path("b"), "others go on");
        }
    }

    @Test
    void givenAnOperationThatBreaksHalfWayThenTheOwnerIsTold() throws Exception {
        RecordingGate gate = new RecordingGate();
        FailingCalls failing = new FailingCalls();
        try (MountKit kit = MountKit.open(base, gate, PathFilter.ALL, failing.calls())) {
            kit.tree().expose(Exposure.READ_WRITE);
            failing.shortThenBreak("WRITE", 10);
            assertThrows(IOException.class, () -> Files.write(kit.path("a"), new byte[4096]));
            assertEquals(1, gate.brokenOff.size());
            assertEquals(1, kit.events.lost.size());
        }
    }

    @Test
    void givenAPeerThatNeverAnswersThenOthersAreServedAndTheWaitingGetErrorsAtTheEnd() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            Files.writeString(kit.path("a"), "1");
            gate.holding = true;
            Process[] writers = new Process[40];
            for (int i = 0; i < writers.length; i++) {
                writers[i] = new ProcessBuilder("bash", "-c", "echo x > f" + i)
                        .directory(kit.directory.toFile())
                        .redirectErrorStream(true)
                        .start();
            }
            // Creations in one directory come one after the other: the first one holds up the others in the kernel.
            gate.held.take();
            assertEquals("1", Files.readString(kit.path("a")), "readers are served while writers wait");
            gate.holding = false;
            kit.tree().expose(Exposure.READ_WRITE);
            for (Process writer : writers) {
                assertTrue(writer.waitFor(LIMIT));
                assertFalse(writer.exitValue() == 0);
            }
            assertEquals("1", Files.readString(kit.path("a")));
        }
    }

    @Test
    void givenASignalWhileAnOperationWaitsThenItIsStillAnsweredOnce() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            gate.holding = true;
            Process writer = new ProcessBuilder("mkdir", "d")
                    .directory(kit.directory.toFile())
                    .start();
            var completion = gate.held.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            writer.destroyForcibly();
            assertFalse(
                    writer.waitFor(300, TimeUnit.MILLISECONDS), "an operation that has been sent cannot be taken back");
            gate.holding = false;
            completion.completed(0);
            assertTrue(writer.waitFor(LIMIT));
            assertTrue(Files.isDirectory(kit.path("d")));
            assertEquals(1, gate.of(Mutation.Create.class).size());
        }
    }

    @Test
    void givenALateCompletionAfterTheMountIsGoneThenNothingHappens() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            gate.holding = true;
            Process writer = new ProcessBuilder("mkdir", "d")
                    .directory(kit.directory.toFile())
                    .start();
            var completion = gate.held.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            kit.tree().conceal();
            assertTrue(writer.waitFor(LIMIT));
            completion.completed(0);
            gate.holding = false;
            kit.tree().expose(Exposure.READ_WRITE);
            assertTrue(Files.isDirectory(kit.path("d")), "it was applied and committed: it is there");
        }
    }

    @Test
    void givenAnErrorOfThePeerThenTheCallerGetsIt() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            gate.holding = true;
            Process writer = new ProcessBuilder("mkdir", "d")
                    .directory(kit.directory.toFile())
                    .start();
            gate.held.poll(LIMIT.toSeconds(), TimeUnit.SECONDS).completed(FileSystemFailure.EIO);
            assertTrue(writer.waitFor(LIMIT));
            assertEquals(1, writer.exitValue());
        }
    }

    @Test
    void givenAbortUnderLoadThenEveryWriterGetsAnErrorAndTheDirectoryIsWhole() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Process load = new ProcessBuilder(
                            "bash",
                            "-c",
                            "for w in 1 2 3 4; do (i=0; while echo $i > f$w.$((i % 50)); do i=$((i+1)); done) & done; wait")
                    .directory(kit.directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Awaitility.await().atMost(LIMIT).until(() -> Files.exists(kit.path("f4.20")));
            kit.tree().conceal();
            assertTrue(load.waitFor(LIMIT));
            assertThrows(FileSystemException.class, () -> Files.writeString(kit.path("f1.0"), "x"));
            kit.tree().expose(Exposure.READ_WRITE);
            assertTrue(Files.exists(kit.path("f4.20")));
        }
    }
}
