package dev.lockstep.fuse.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuseDeviceTest {
    private static final String INSTEAD =
            " instead of the character device 10:229; remove it, then 'modprobe fuse' and, if"
                    + " that does not make it: 'mknod -m 666 PATH c 10 229'";

    @TempDir
    Path directory;

    @Test
    void theDeviceItselfIsGoodAlsoThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), FuseDevice.PATH);

        assertEquals(Optional.empty(), FuseDevice.problem(FuseDevice.PATH));
        assertEquals(Optional.empty(), FuseDevice.problem(link));
    }

    @Test
    void whatLiesInItsPlaceIsToldWithTheWayOut() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("nothing"));
        Path none = directory.resolve("none");

        assertEquals("PATH is a regular file" + INSTEAD, told(file));
        assertEquals("PATH is a directory" + INSTEAD, told(directory));
        assertEquals("PATH is the character device 1:3" + INSTEAD, told(Path.of("/dev/null")));
        assertEquals(
                "PATH is a symbolic link to nothing;" + INSTEAD.substring(INSTEAD.indexOf(" remove")), told(dangling));
        assertEquals(
                "there is no PATH; load the kernel module with 'modprobe fuse'. If it is loaded: 'mknod -m 666 PATH c 10"
                        + " 229'",
                told(none));
    }

    private static String told(Path path) throws Exception {
        return FuseDevice.problem(path).orElseThrow().replace(path.toString(), "PATH");
    }
}
