package dev.lockstep.replication.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.replication.kit.Faults;
import dev.lockstep.replication.kit.MemoryStateIo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P7: the record is the old one or the new one, and a damaged one is never trusted. */
class RecordStoreTest {
    private final List<String> notices = new ArrayList<>();

    @Test
    void givenARecordOnARealDisk_whenItIsReadAgain_thenItIsTheSame(@TempDir Path directory) throws IOException {
        CopyRecord record = new CopyRecord(
                new ReplicaIdentity(9, 5, LongStream.range(1, 30).boxed().toList(), true, false, false, true, true),
                77,
                123456);
        new RecordStore(new DiskStateIo(directory)).store("test", record);
        assertEquals(record, new RecordStore(new DiskStateIo(directory)).load(notices::add));
        assertEquals(List.of(), notices);
    }

    @Test
    void givenADamagedRecord_whenItIsRead_thenTheCopyCountsAsNeverSynchronizedAndTheFileIsKept(@TempDir Path directory)
            throws IOException {
        RecordStore store = new RecordStore(new DiskStateIo(directory));
        store.store("test", CopyRecord.blank().alone(5));
        byte[] bytes = Files.readAllBytes(directory.resolve("identity"));
        for (int at = 0; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 1;
            Files.write(directory.resolve("identity"), damaged);
            assertEquals(CopyRecord.blank(), store.load(notices::add), "byte " + at);
        }
        assertEquals(bytes.length, notices.size());
        assertTrue(Files.exists(directory.resolve("identity.damaged")));
    }

    @Test
    void givenADamagedDirtyLog_whenTheEngineOpens_thenTheMarksAreGivenUp() throws IOException {
        MemoryStateIo io = new MemoryStateIo(new Faults());
        io.overwrite("identity", new byte[] {1, 2, 3});
        assertEquals(CopyRecord.blank(), new RecordStore(io).load(notices::add));
    }
}
