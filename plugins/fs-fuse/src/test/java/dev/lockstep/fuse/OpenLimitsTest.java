package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.PathFilter;
import dev.lockstep.fuse.sys.ProcessCalls;
import dev.lockstep.fuse.sys.SystemCalls;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever users open, the engine and root keep working. The engine of these tests may have 800 files open. */
class OpenLimitsTest {
    private static final int LIMIT = 800;
    /** Of 300 that applications can have. */
    private static final int SHARE = 150;

    private static final Duration LIMIT_OF_TIME = Duration.ofSeconds(20);
    private static final String ENFILE = "23";

    @TempDir
    Path base;

    private MountKit kit;

    @BeforeEach
    void mount() throws Exception {
        SystemCalls real = SystemCalls.linux();
        ProcessCalls few = (ProcessCalls) Proxy.newProxyInstance(
                ProcessCalls.class.getClassLoader(),
                new Class<?>[] {ProcessCalls.class},
                (proxy, method, arguments) -> method.getName().equals("raiseOpenFiles")
                        ? (Object) LIMIT
                        : method.invoke(real.process(), arguments));
        SystemCalls calls = new SystemCalls(real.files(), real.names(), real.attributes(), real.mounts(), few);
        Shell.run(base, "chmod 755 .");
        kit = MountKit.open(base, new PassThroughGate(), PathFilter.ALL, calls);
        kit.tree().expose(Exposure.READ_WRITE);
    }

    @AfterEach
    void end() throws IOException {
        kit.close();
        assertEquals(
                List.of(),
                kit.events.notices.stream()
                        .filter(notice -> !notice.contains("CAP_SYS_RESOURCE"))
                        .toList());
        assertEquals(List.of(), kit.events.troubles);
        assertEquals(List.of(), kit.events.lost);
    }

    @Test
    void givenOneFile_whenAUserOpensItTwentyThousandTimes_thenItCostsTheEngineOneDescriptor() throws Exception {
        Files.writeString(kit.path("a"), "content");
        long before = descriptors();
        try (Openers openers = new Openers(kit.directory, """
                files = [os.open('a', os.O_RDONLY) for i in range(10000)]
                """, 2)) {
            assertEquals(List.of("ok", "ok"), openers.outcomes());
            assertTrue(descriptors() - before < 50, "descriptors of the engine");
            Shell.run(kit.directory, "echo more >> a; cat a");
        }
    }

    @Test
    void givenManyFiles_whenAUserOpensAllOfThem_thenHeIsRefusedAndRootIsNot() throws Exception {
        Shell.run(kit.directory, "for i in $(seq 1000); do echo $i > f$i; done");
        long before = descriptors();
        try (Openers openers = new Openers(kit.directory, """
                files = [os.open('f%d' % i, os.O_RDONLY) for i in range(1, 1001)]
                """, 2)) {
            assertEquals(List.of(ENFILE, ENFILE), openers.outcomes());
            long taken = descriptors() - before;
            assertTrue(taken < SHARE + 50, taken + " more descriptors of the engine");
            Shell.run(kit.directory, "cat f900 > g; mkdir d; echo 1 > d/a; ls -l > /dev/null; rm -r d");
            assertEquals("1 1000", Shell.run(kit.directory, "echo $(cat f1 f1000)"));
        }
        assertEquals("7", Shell.runAsNobody(kit.directory, "cat f7"), "he has given them back");
    }

    @Test
    void givenOneDirectory_whenAUserOpensItOverAndOver_thenHeIsRefusedAndRootIsNot() throws Exception {
        try (Openers openers = new Openers(kit.directory, """
                files = [os.open('.', os.O_RDONLY) for i in range(1000)]
                """, 1)) {
            assertEquals(List.of(ENFILE), openers.outcomes());
            Shell.run(kit.directory, "ls; echo 1 > a");
        }
    }

    @Test
    void givenAUser_whenHeMakesFilesAndKeepsThemOpen_thenHeIsRefusedBeforeOneIsMade() throws Exception {
        Shell.run(kit.directory, "mkdir -m 777 his");
        try (Openers openers = new Openers(kit.path("his"), """
                files = [os.open('n%d' % i, os.O_CREAT | os.O_RDWR) for i in range(1000)]
                """, 1)) {
            assertEquals(List.of(ENFILE), openers.outcomes());
            assertEquals(Integer.toString(SHARE), Shell.run(kit.path("his"), "ls | wc -l"));
        }
    }

    @Test
    void givenAUser_whenHeRemovesFilesHeHasNotOpenButHolds_thenOnlyThoseBeyondTheLimitAreLostToHim() throws Exception {
        Shell.run(kit.directory, "mkdir -m 777 his; cd his; for i in $(seq 400); do echo $i > f$i; done; chmod 666 *");
        long before = descriptors();
        try (Openers openers = new Openers(kit.path("his"), """
                held = [os.open('f%d' % i, os.O_PATH) for i in range(1, 401)]
                content = os.open('f400', os.O_RDWR)
                for i in range(1, 401): os.unlink('f%d' % i)
                os.write(content, b'still there')
                assert os.pread(content, 100, 0) == b'still there'
                again = os.open('/proc/self/fd/%d' % content, os.O_RDONLY)
                assert os.pread(again, 100, 0) == b'still there'
                """, 1)) {
            assertEquals(List.of("ok"), openers.outcomes());
            long taken = descriptors() - before;
            assertTrue(taken < LIMIT / 8 + 50, taken + " more descriptors of the engine");
            Shell.run(kit.directory, "echo 1 > a; rm a");
        }
    }

    @Test
    void givenAnObjectWithAnOpeningKeptFromBefore_whenItIsRemoved_thenItsSpaceIsFree() throws Exception {
        Shell.run(kit.directory, "head -c 1000000 /dev/urandom > big; cat big > /dev/null; rm big");
        Awaitility.await().atMost(LIMIT_OF_TIME).until(() -> links().noneMatch(link -> link.contains("big")));
    }

    @Test
    void givenAFileKeptOpenFromBefore_whenItBecomesImmutable_thenItCannotBeOpenedForWriting() throws Exception {
        Shell.run(kit.directory, "echo 1 > a; chattr +i a; ! (echo 2 >> a) 2> ../error; chattr -i a; echo 3 >> a");
        assertTrue(Files.readString(base.resolve("error")).contains("Operation not permitted"));
        assertEquals("1\n3\n", Files.readString(kit.path("a")));
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private static Stream<String> links() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.toList().stream().map(OpenLimitsTest::link);
        }
    }

    private static String link(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }
}
