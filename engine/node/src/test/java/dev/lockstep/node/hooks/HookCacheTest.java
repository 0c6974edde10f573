package dev.lockstep.node.hooks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hooks are compiled when they are applied; a start takes what was compiled then, if it is of these scripts and ours. */
class HookCacheTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(0);

    @TempDir
    Path directory;

    private HookBench bench;

    @BeforeEach
    void aModuleWhoseHookUsesAClassBesideIt() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        bench = new HookBench(directory);
        bench.hook("Greeting", "class Greeting { static String to(name) { [1, 2].collect { name }.join(' ') } }");
        bench.hook("state", "println Greeting.to('first')");
        assertEquals("first first\n", bench.display("state"));
        Files.setLastModifiedTime(kept(), LONG_AGO);
    }

    private Path kept() {
        return directory.resolve(HookCache.FILE);
    }

    private boolean compiledAgain() throws Exception {
        return !Files.getLastModifiedTime(kept()).equals(LONG_AGO);
    }

    @Test
    void givenCompiledHooks_whenTheyAreLoadedAgain_thenNothingIsCompiledAndTheyDoTheSame() throws Exception {
        assertEquals("first first\n", bench.display("state"));
        assertFalse(compiledAgain());
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "Greeting"})
    void givenAScriptThatWasEdited_whenTheHooksAreLoaded_thenWhatIsWrittenRuns(String edited) throws Exception {
        Path script = bench.bin().resolve(edited + ".groovy");
        Files.writeString(
                script, Files.readString(script).replace("first", "other").replace("[1, 2]", "[1, 2, 3]"));

        String printed = bench.display("state");

        assertEquals(edited.equals("state") ? "other other\n" : "first first first\n", printed);
        assertTrue(compiledAgain());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw-r--", "rw-r--rw-"})
    void givenAFileOthersCanWrite_whenTheHooksAreLoaded_thenItIsNotTrusted(String mode) throws Exception {
        Files.setPosixFilePermissions(kept(), PosixFilePermissions.fromString(mode));
        assertEquals("first first\n", bench.display("state"));
        assertTrue(compiledAgain());
    }

    @Test
    void givenADirectoryOthersCanWrite_whenTheHooksAreLoaded_thenWhatLiesThereIsNotTrusted() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertEquals("first first\n", bench.display("state"));
        assertTrue(compiledAgain());
    }

    @Test
    void givenALinkInItsPlace_whenTheHooksAreLoaded_thenItIsNotFollowed() throws Exception {
        Path elsewhere = Files.move(kept(), directory.resolve("elsewhere"));
        Files.createSymbolicLink(kept(), elsewhere);
        assertEquals("first first\n", bench.display("state"));
        assertTrue(Files.isRegularFile(kept(), java.nio.file.LinkOption.NOFOLLOW_LINKS));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 40, 400, -1})
    void givenADamagedFile_whenTheHooksAreLoaded_thenTheyAreCompiledAgain(int place) throws Exception {
        byte[] bytes = Files.readAllBytes(kept());
        bytes[place < 0 ? bytes.length + place : place] ^= 1;
        Files.write(kept(), bytes);
        assertEquals("first first\n", bench.display("state"));
        assertTrue(compiledAgain());
    }

    @Test
    void givenAFileThatEndsTooEarly_whenTheHooksAreLoaded_thenTheyAreCompiledAgain() throws Exception {
        byte[] whole = Files.readAllBytes(kept());
        for (int length : new int[] {0, 1, 31, 32, 33, whole.length / 2, whole.length - 1}) {
            Files.write(kept(), java.util.Arrays.copyOf(whole, length));
            Files.setLastModifiedTime(kept(), LONG_AGO);
            assertEquals("first first\n", bench.display("state"));
            assertTrue(compiledAgain());
        }
    }

    @Test
    void givenAPlaceThatTakesNoFile_whenTheHooksAreLoaded_thenTheyWorkAllTheSame() throws Exception {
        Files.delete(kept());
        Files.createDirectories(kept().resolve("occupied"));
        assertEquals("first first\n", bench.display("state"));
    }

    @Test
    void givenScriptsWithClassesOfTheSameName_whenTheyRun_thenEachFindsItsOwn() throws Exception {
        bench.hook("state", "class Own { def say() { 'of state' } }\nprintln new Own().say()");
        bench.hook("level", "class Own { def say() { 'of level' } }\nprintln new Own().say()");
        for (int start = 0; start < 2; start++) {
            assertEquals("of state\n", bench.display("state"));
            assertEquals("of level\n", bench.display("level"));
        }
    }

    @Test
    void givenAClassThatIsOnlyAskedForByName_whenAHookAsks_thenItIsFoundInBin() throws Exception {
        bench.hook("state", "println Class.forName('Gree' + 'ting').to('named')");
        for (int start = 0; start < 2; start++) {
            assertEquals("named named\n", bench.display("state"));
        }
    }

    @Test
    void givenHooks_whenTheyArePrepared_thenNothingOfThemRuns() throws Exception {
        Path trace = directory.resolve("trace");
        bench.hook(
                "prestart", "@groovy.transform.Field def ran = new File('" + trace + "').createNewFile()\nprintln 1");
        HookRunner runner = bench.load();

        runner.prepare();

        assertFalse(Files.exists(trace));
        assertInstanceOf(HookOutcome.Ok.class, bench.run(runner, "prestart"));
        assertTrue(Files.exists(trace));
    }

    @Test
    void whatIsEncodedIsDecodedWithTheSameKeyOnly() throws Exception {
        byte[] key = new byte[32];
        byte[] other = new byte[32];
        other[31] = 1;
        CompiledHooks hooks = new CompiledHooks(Map.of("state", "hook_state"), Map.of("hook_state", new byte[] {1, 2}));

        CompiledHooks decoded = CompiledHooks.decoded(hooks.encoded(key), key).orElseThrow();

        assertEquals(hooks.scripts(), decoded.scripts());
        assertArrayEquals(new byte[] {1, 2}, decoded.classes().get("hook_state"));
        assertTrue(CompiledHooks.decoded(hooks.encoded(key), other).isEmpty());
    }
}
