package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not as on the file system below because the kernel's FUSE is in between; docs/interception.md lists it. */
class KernelDifferencesTest {
    /** Prints 0 or the number of the error of one call on the file f. */
    private static final String PYTHON = """
            import ctypes, os, fcntl, mmap
            l = ctypes.CDLL(None, use_errno=True)
            def call(r): print(ctypes.get_errno() if r < 0 else 0)
            f = os.open('f', os.O_RDWR)
            def ioctl(number, size=64):
                try: fcntl.ioctl(f, number, bytearray(size)); print(0)
                except OSError as e: print(e.errno)
            """;

    @TempDir
    Path base;

    @Test
    void givenCallsThatTheKernelDoesNotPassOn_thenTheyGiveWhatTheDocumentSays() throws Exception {
        Map<String, String> expected = new TreeMap<>(Map.of(
                "FIEMAP: EOPNOTSUPP", "95",
                "FITRIM or any other ioctl: ENOTTY", "25",
                "collapse range: EOPNOTSUPP", "95",
                "O_DIRECT off a sector: taken", "0"));
        Map<String, String> script = Map.of(
                "FIEMAP: EOPNOTSUPP", "ioctl(0xC020660B, 32)",
                "FITRIM or any other ioctl: ENOTTY", "ioctl(0xC0185879, 24)",
                "collapse range: EOPNOTSUPP", "call(l.fallocate(f, 8, ctypes.c_long(0), ctypes.c_long(4096)))",
                "O_DIRECT off a sector: taken",
                        "d = os.open('f', os.O_RDWR | os.O_DIRECT); m = mmap.mmap(-1, 4096); print(os.pwritev(d, [m[1:8]], 3) - 7)");
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Shell.run(kit.directory, "head -c 65536 /dev/zero > f");
            Map<String, String> seen = new TreeMap<>();
            for (Map.Entry<String, String> one : script.entrySet()) {
                Files.writeString(base.resolve("try.py"), PYTHON + one.getValue() + "\n");
                seen.put(one.getKey(), Shell.run(kit.directory, "python3 ../try.py"));
            }
            assertEquals(expected, seen);
        }
    }

    @Test
    void givenAFileWasMade_whenItsBirthIsAskedFor_thenItIsThatOfTheFileBelow() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Shell.run(kit.directory, "echo x > f; touch -d 2001-01-01 f; ln f g; mknod p p");
            String birth = Shell.run(kit.directory, "stat -c %W f");
            assertNotEquals("0", birth);
            assertTrue(Long.parseLong(birth) > 1_700_000_000L, birth);
            assertEquals("2 2 1", Shell.run(kit.directory, "echo $(stat -c '%h %W' f g p | cut -d' ' -f1)"));
        }
    }
}
