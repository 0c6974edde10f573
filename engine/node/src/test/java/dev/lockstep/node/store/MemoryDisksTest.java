package dev.lockstep.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryDisksTest {
    private static final List<OwnMounts.Mount> MOUNTS =
            OwnMounts.parsed("""
            21 1 253:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            22 21 0:20 / /run rw - tmpfs tmpfs rw
            23 22 253:1 / /run/disk rw - xfs /dev/vdb rw
            24 21 0:21 / /mnt rw - tmpfs first rw
            25 21 253:2 / /mnt rw - btrfs /dev/vdc rw
            26 22 0:20 /ledger /run/ledger ro - tmpfs tmpfs rw
            27 26 0:30 / /run/ledger rw - fuse.lockstep lockstep rw
            28 21 0:31 / /srv/a\\040b rw - ramfs none rw
            """.lines().toList());

    @ParameterizedTest
    @CsvSource(textBlock = """
            /srv/ledger,  ext4
            /run/x/y,     tmpfs
            /runaway,     ext4
            /run/disk/x,  xfs
            /mnt/x,       btrfs
            /run/ledger,  tmpfs
            /srv/a b/c,   ramfs
            """)
    void theUppermostMountCountsExceptThoseOfTheEngine(String path, String type) {
        assertEquals(Optional.of(type), OwnMounts.typeBelow(Path.of(path), MOUNTS));
    }

    @Test
    void onlyWhatIsInMemoryIsTold() {
        assumeTrue(Files.isDirectory(Path.of("/dev/shm")) && Files.isDirectory(Path.of("/proc/self")));

        assertEquals(Optional.of("tmpfs"), MemoryDisks.typeAt(Path.of("/dev/shm")));
        assertEquals(Optional.empty(), MemoryDisks.typeAt(Path.of("/proc/self")));
    }
}
