package dev.lockstep.replication.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.replication.kit.Faults;
import dev.lockstep.replication.kit.MemoryStateIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P7: the record is the old one or the new one, a damaged one is never trusted, and a full disk is no reason to store none. */
class RecordStoreTest {
    private static final String FILE = "identity.slots";
    private static final int SLOT = 4096;
    private static final int USED = 120;

    private final List<String> notices = new ArrayList<>();

    private CopyRecord read(Path directory) throws IOException {
        return new RecordStore(new DiskStateIo(directory)).load(notices::add);
    }

    private RecordStore opened(Path directory) throws IOException {
        RecordStore store = new RecordStore(new DiskStateIo(directory));
        store.load(notices::add);
        return store;
    }

    private static CopyRecord longest() {
        return new CopyRecord(
                new ReplicaIdentity(9, 5, LongStream.range(1, 33).boxed().toList(), true, false, false, true, true),
                77,
                123456);
    }

    @Test
    void givenARecordOnARealDisk_whenItIsReadAgain_thenItIsTheSame(@TempDir Path directory) throws IOException {
        RecordStore store = opened(directory);
        store.store("test", CopyRecord.blank().alone(5));
        store.store("test", longest());
        assertEquals(longest(), read(directory));
        assertEquals(List.of(), notices);
    }

    @Test
    void givenAStoreThatWasOpened_whenARecordIsStored_thenNoFileIsMadeOrGrows(@TempDir Path directory)
            throws IOException {
        RecordStore store = opened(directory);
        Object inode = Files.getAttribute(directory.resolve(FILE), "unix:ino");
        long bytes = Files.size(directory.resolve(FILE));
        for (int i = 1; i < 10; i++) {
            store.store("test", CopyRecord.blank().alone(i));
            assertEquals(inode, Files.getAttribute(directory.resolve(FILE), "unix:ino"));
            assertEquals(bytes, Files.size(directory.resolve(FILE)));
        }
        try (var files = Files.list(directory)) {
            assertEquals(List.of(directory.resolve(FILE)), files.toList());
        }
    }

    @Test
    void givenADamagedSlot_whenItIsRead_thenTheOtherHasTheSameRecordAndItIsMended(@TempDir Path directory)
            throws IOException {
        opened(directory).store("test", longest());
        byte[] bytes = Files.readAllBytes(directory.resolve(FILE));
        for (int at = 0; at < USED; at++) {
            byte[] damaged = bytes.clone();
            damaged[at + (at % 2) * SLOT] ^= 1;
            Files.write(directory.resolve(FILE), damaged);
            assertEquals(longest(), read(directory), "byte " + at);
            byte[] mended = Files.readAllBytes(directory.resolve(FILE));
            assertTrue(Arrays.equals(mended, 0, SLOT, mended, SLOT, 2 * SLOT), "byte " + at);
        }
    }

    @Test
    void givenBothSlotsDamaged_whenTheyAreRead_thenTheCopyCountsAsNeverSynchronizedAndTheFileIsKept(
            @TempDir Path directory) throws IOException {
        opened(directory).store("test", longest());
        byte[] bytes = Files.readAllBytes(directory.resolve(FILE));
        bytes[20] ^= 1;
        bytes[SLOT + 20] ^= 1;
        Files.write(directory.resolve(FILE), bytes);
        assertEquals(CopyRecord.blank(), read(directory));
        assertEquals(1, notices.size());
        assertTrue(Files.exists(directory.resolve("identity.damaged")));
        assertEquals(CopyRecord.blank(), read(directory), "and stays so");
    }

    @Test
    void givenAPowerFailureAtAnyStepOfAStore_whenItIsRead_thenItIsTheOldRecordOrTheNewOne() throws IOException {
        CopyRecord old = CopyRecord.blank().alone(5);
        for (int step = 0; step < 4; step++) {
            for (int seed = 0; seed < 20; seed++) {
                Faults faults = new Faults();
                MemoryStateIo io = new MemoryStateIo(faults);
                RecordStore store = new RecordStore(io);
                store.load(notices::add);
                store.store("test", old);
                faults.fail("state.test", step, 5);
                assertThrows(IOException.class, () -> store.store("test", longest()));
                CopyRecord read = new RecordStore(io.crash(new Random(seed))).load(notices::add);
                assertTrue(read.equals(old) || read.equals(longest()), "step " + step + " seed " + seed);
                assertTrue(step < 2 || read.equals(longest()), "the first slot was on disk");
            }
        }
        assertEquals(List.of(), notices);
    }

    @Test
    void givenTheRecordOfAnEarlierRelease_whenItIsRead_thenItCountsAndIsKeptInSlotsFromNowOn(@TempDir Path directory)
            throws IOException {
        Files.write(directory.resolve("identity"), former());
        CopyRecord record = read(directory);
        assertEquals(longest(), record);
        assertFalse(Files.exists(directory.resolve("identity")));
        assertEquals(longest(), read(directory));
    }

    /** What an earlier release wrote: the record as it is in a slot, without its head. */
    private byte[] former() throws IOException {
        Path other = Files.createTempDirectory("former");
        opened(other).store("test", longest());
        ByteBuffer slot = ByteBuffer.wrap(Files.readAllBytes(other.resolve(FILE)));
        byte[] record = new byte[slot.getInt(8)];
        slot.get(12, record);
        return record;
    }

    @Test
    void givenNoRoomForTheSlots_whenTheStoreIsOpened_thenItSaysSoAndTheyAreMadeWithTheNextRecord() throws IOException {
        Faults faults = new Faults();
        MemoryStateIo io = new MemoryStateIo(faults);
        faults.fail("state.reserve-identity", 0, 28);
        RecordStore store = new RecordStore(io);
        assertEquals(CopyRecord.blank(), store.load(notices::add));
        assertEquals(1, notices.size());
        store.store("test", longest());
        assertEquals(longest(), new RecordStore(io).load(notices::add));
    }

    @Test
    void givenGarbageOfAnEarlierRelease_whenTheEngineOpens_thenItIsNotTrusted() throws IOException {
        MemoryStateIo io = new MemoryStateIo(new Faults());
        io.overwrite("identity", new byte[] {1, 2, 3});
        assertEquals(CopyRecord.blank(), new RecordStore(io).load(notices::add));
    }
}
