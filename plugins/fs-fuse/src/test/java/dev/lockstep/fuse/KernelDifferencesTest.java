package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
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

    /** Stores an x at 200 through a mapping of a file of 100 bytes. */
    private static final String BEHIND = """
            g = os.open('h', os.O_RDWR | os.O_CREAT | os.O_TRUNC); os.write(g, b'y' * 100)
            m = mmap.mmap(g, 100); l.memset.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t)
            l.memset(ctypes.addressof(ctypes.c_char.from_buffer(m)) + 200, 120, 1)
            """;

    /** A call, what it prints, and how it is made. */
    private record Difference(String what, String answer, String python) {}

    private static final List<Difference> DIFFERENCES = List.of(
            new Difference("FIEMAP: EOPNOTSUPP", "95", "ioctl(0xC020660B, 32)"),
            new Difference("FITRIM or any other ioctl: ENOTTY", "25", "ioctl(0xC0185879, 24)"),
            new Difference(
                    "FICLONE: EOPNOTSUPP",
                    "95",
                    "g = os.open('g', os.O_RDWR | os.O_CREAT); call(l.ioctl(g, ctypes.c_ulong(0x40049409), f))"),
            new Difference(
                    "collapse range: EOPNOTSUPP",
                    "95",
                    "call(l.fallocate(f, 8, ctypes.c_long(0), ctypes.c_long(4096)))"),
            new Difference(
                    "insert range: EOPNOTSUPP",
                    "95",
                    "call(l.fallocate(f, 32, ctypes.c_long(0), ctypes.c_long(4096)))"),
            new Difference(
                    "O_DIRECT off a sector: taken",
                    "0",
                    "d = os.open('f', os.O_RDWR | os.O_DIRECT); m = mmap.mmap(-1, 4096); print(os.pwritev(d, [m[1:8]], 3) - 7)"),
            new Difference(
                    "bytes behind the end through a mapping: seen when the file grows",
                    "b'x'",
                    BEHIND + "os.truncate(g, 300); print(os.pread(g, 1, 200))"),
            new Difference(
                    "bytes behind the end through a mapping: gone with an msync before",
                    "b'\\x00'",
                    BEHIND + "m.flush(); os.truncate(g, 300); print(os.pread(g, 1, 200))"),
            new Difference(
                    "swapon: EINVAL",
                    "22",
                    "os.system('mkswap f >/dev/null 2>&1'); r = l.swapon(b'f', 0); call(r); r == 0 and l.swapoff(b'f')"),
            new Difference(
                    "fanotify marks of the file system with file ids: ENODEV",
                    "19",
                    "n = l.fanotify_init(0x200, 0); call(l.fanotify_mark(n, 0x101, ctypes.c_ulong(0x100), -100, b'.'))"),
            new Difference(
                    "statx: no attributes",
                    "0",
                    "os.system('chattr +d f'); b = ctypes.create_string_buffer(256)\n"
                            + "l.statx(-100, b'f', 0, 0x7ff, b); print(int.from_bytes(b[8:16], 'little') & 64)"),
            new Difference("small extended attributes: fewer", "True", """
                    def count(path):
                        n = 0
                        open(path, 'w').close()
                        try:
                            while n < 1000: os.setxattr(path, 'user.%04d' % n, b'12345678'); n += 1
                        except OSError: pass
                        return n
                    print(count('../bare') > count('x'))"""));

    @TempDir
    Path base;

    @Test
    void givenCallsThatTheKernelDoesNotPassOn_thenTheyGiveWhatTheDocumentSays() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Shell.run(kit.directory, "head -c 65536 /dev/zero > f");
            String script = DIFFERENCES.stream().map(one -> one.python + "\n").collect(Collectors.joining());
            Files.writeString(base.resolve("try.py"), PYTHON + script);
            List<String> seen =
                    Shell.run(kit.directory, "python3 -u ../try.py").lines().toList();
            assertEquals(DIFFERENCES.size(), seen.size(), seen.toString());
            for (int i = 0; i < seen.size(); i++) {
                assertEquals(DIFFERENCES.get(i).answer, seen.get(i), DIFFERENCES.get(i).what);
            }
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
