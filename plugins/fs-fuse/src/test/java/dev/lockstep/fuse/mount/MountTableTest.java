package dev.lockstep.fuse.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MountTableTest {
    private static final MountTable TABLE = MountTable.parse("""
            20 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            21 20 254:0 /srv/data /srv/data ro,noatime - ext4 /dev/vda rw
            22 21 0:39 / /srv/data rw,relatime - fuse.lockstep lockstep rw,user_id=0
            23 20 0:40 / /mnt/with\\040space rw shared:7 master:3 - tmpfs none rw
            24 20 254:0 /elsewhere /srv/other ro - ext4 /dev/vda rw
            25 23 0:41 / /mnt/with\\040space/inner ro - tmpfs none rw
            not a line
            """);

    @Test
    void theLastMountAtAPointIsItsTop() {
        MountEntry top = TABLE.top(Path.of("/srv/data")).orElseThrow();
        assertTrue(top.isLockstep());
        assertEquals("39", top.minor());
        assertTrue(TABLE.top(Path.of("/srv")).isEmpty());
    }

    @Test
    void spacesAreUnescaped() {
        assertEquals(
                "tmpfs", TABLE.top(Path.of("/mnt/with space")).orElseThrow().type());
        assertEquals(1, TABLE.below(Path.of("/mnt/with space")).size());
    }

    @Test
    void aGuardIsAReadOnlyViewOfItsOwnPlace() {
        assertTrue(TABLE.isGuard(TABLE.entries().get(1)));
        assertFalse(TABLE.isGuard(TABLE.entries().get(4)), "a view of another directory");
        assertFalse(TABLE.isGuard(TABLE.entries().get(5)), "another file system");
        assertFalse(TABLE.isGuard(TABLE.entries().get(2)), "the interception itself");
    }

    @Test
    void whatAMountForbidsIsInItsOptions() {
        MountEntry entry = new MountEntry(
                1, 0, "8:1", "/", "/srv", Set.of("rw", "nosuid", "nodev", "noexec", "nosymfollow"), "ext4");
        assertEquals(2 + 4 + 8 + 256, entry.restrictions());
        assertEquals(0, TABLE.entries().getFirst().restrictions());
    }

    @Test
    void aDirectoryLiesInTheDeepestMountAroundIt() {
        assertEquals(20, TABLE.around(Path.of("/srv/data")).orElseThrow().id());
        assertEquals(
                23, TABLE.around(Path.of("/mnt/with space/inner")).orElseThrow().id());
        assertEquals("/srv/data", MountTable.rootOf(TABLE.entries().getFirst(), Path.of("/srv/data")));
    }
}
