package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.PathFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations that fail on this node after they changed something: the peer is told, or is not followed any more. */
class HalfFailedTest {
    private static final int EIO = 5;
    private static final int ENOSPC = 28;
    private static final int EOPNOTSUPP = 95;
    private static final int SIZE = 10_000;
    private static final int TIMED_SIZE = Mutation.SetAttributes.SIZE | Mutation.SetAttributes.MODIFIED;

    private final RecordingGate gate = new RecordingGate();
    private final FailingCalls failing = new FailingCalls();
    private MountKit kit;

    @TempDir
    Path base;

    @BeforeEach
    void aFile() throws Exception {
        kit = MountKit.open(base, gate, PathFilter.ALL, failing.calls());
        kit.tree().expose(Exposure.READ_WRITE);
        Files.write(kit.path("f"), new byte[SIZE]);
        gate.mutations.clear();
    }

    @AfterEach
    void end() throws Exception {
        kit.close();
    }

    @ParameterizedTest(name = "fallocate {0}")
    @CsvSource({"-z -l 5000", "-z -n -o 8000 -l 5000", "-p -o 1 -l 5000"})
    void givenAFullDisk_whenARangeWasPartlyCleared_thenThePeerIsInDoubt(String range) throws Exception {
        // xfs clears the whole range before it finds no room for it
        failing.failAfter("fallocate", "FALLOCATE", ENOSPC);
        fails("fallocate " + range + " f", "No space left");
        assertEquals(1, gate.doubted.size());
        assertEquals(List.of(), gate.abandoned);
    }

    @Test
    void givenAFileSystemThatCannotPunch_thenNothingIsInDoubt() throws Exception {
        failing.fail("fallocate", "FALLOCATE", EOPNOTSUPP);
        fails("fallocate -p -o 1 -l 5000 f", "unsupported");
        assertEquals(1, gate.abandoned.size());
        assertEquals(List.of(), gate.doubted);
    }

    @Test
    void givenADiskThatFails_whenAFileWasCutAllTheSame_thenThePeerCutsItToo() throws Exception {
        failing.failAfter("truncate", "SETATTR", EIO);
        fails("truncate -s 3000 f", "Input/output error");
        Mutation.SetAttributes cut = told();
        assertEquals(TIMED_SIZE, cut.mask());
        assertEquals(3000, cut.size());
    }

    @Test
    void givenADiskThatFails_whenAFileWasEmptiedAtOpeningAllTheSame_thenThePeerEmptiesItToo() throws Exception {
        failing.failAfter("truncate", "OPEN", EIO);
        fails(": > f", "Input/output error");
        Mutation.SetAttributes cut = told();
        assertEquals(TIMED_SIZE, cut.mask());
        assertEquals(0, cut.size());
    }

    @Test
    void givenADiskThatFails_whenAFileCouldNotBeEmptiedAtOpening_thenNothingIsTold() throws Exception {
        failing.fail("truncate", "OPEN", EIO);
        fails(": > f", "Input/output error");
        assertEquals(List.of(), gate.mutations);
        assertEquals(1, gate.abandoned.size());
    }

    @Test
    void givenAFullDisk_whenTheModeChangedAndItsAclDidNot_thenThePeerHasTheNewMode() throws Exception {
        failing.failAfter("changeMode", "SETATTR", ENOSPC);
        fails("chmod 711 f", "No space left");
        Mutation.SetAttributes changed = told();
        assertEquals(Mutation.SetAttributes.MODE, changed.mask());
        assertEquals(0711, changed.mode());
    }

    @Test
    void givenAFullDisk_whenTheModeDidNotChange_thenNothingIsTold() throws Exception {
        failing.fail("changeMode", "SETATTR", ENOSPC);
        fails("chmod 711 f", "No space left");
        assertEquals(List.of(), gate.mutations);
        assertEquals(1, gate.abandoned.size());
    }

    @Test
    void givenADiskThatFails_whenAnObjectIsMadeAndCannotBeTakenAwayAgain_thenThePeerIsInDoubt() throws Exception {
        failing.fail("changeOwner", "MKDIR", EIO);
        failing.fail("unlink", "MKDIR", EIO);
        Shell.run(base, "chmod 755 . data && chmod 777 data");
        fails("setpriv --reuid 65534 --regid 65534 --clear-groups mkdir d", "Input/output error");
        assertEquals(1, gate.doubted.size());
        assertEquals(List.of(), gate.abandoned);
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource({
        "fsync, FSYNC, sync f",
        "fdatasync, FSYNC, sync -d f",
        "fsync, FSYNCDIR, sync .",
        "fdatasync, WRITE, 'dd if=/dev/zero of=f bs=4096 count=1 conv=notrunc oflag=direct,dsync'"
    })
    void givenADiskThatDoesNotTakeEverything_whenAFlushFails_thenTheReplicationIsToldOfIt(
            String call, String operation, String command) throws Exception {
        failing.fail(call, operation, EIO);
        fails(command, "Input/output error");
        assertEquals(1, gate.refusals.size());
    }

    private void fails(String command, String why) throws Exception {
        String error = Shell.run(kit.directory, "! (" + command + ") 2>&1");
        assertTrue(error.contains(why), error);
    }

    private Mutation.SetAttributes told() {
        assertEquals(1, gate.mutations.size(), gate.mutations::toString);
        return (Mutation.SetAttributes) gate.mutations.getFirst();
    }
}
