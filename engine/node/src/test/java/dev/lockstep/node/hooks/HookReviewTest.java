package dev.lockstep.node.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an integrator is told about the files in {@code bin/} before the module is ever started. */
class HookReviewTest {
    @TempDir
    Path bin;

    private List<String> doubts(String... variables) throws Exception {
        return GroovyHookRunner.check(bin, Set.of(variables)).doubts();
    }

    private Path file(String name, String mode, String content) throws Exception {
        Path file = Files.writeString(bin.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @ParameterizedTest
    @CsvSource({
        "start_prim,         rw-r--r--, chmod +x",
        "start_primm.groovy, rw-r--r--, Did you mean start_prim.groovy?",
        "start_primm,        rwxr-xr-x, Did you mean start_prim?",
        "start_prim.sh,      rwxr-xr-x, because of its ending",
        "stop_prim.cmd,      rw-r--r--, because of its ending",
        "start_prim.Groovy,  rw-r--r--, because of its ending",
        "Start_Prim.groovy,  rw-r--r--, Did you mean start_prim.groovy?",
        "prestrat.groovy,    rw-r--r--, Did you mean prestart.groovy?",
    })
    void givenAFileThatWasMeantAsAHook_whenTheModuleIsChecked_thenItIsNamedWithTheRemedy(
            String name, String mode, String remedy) throws Exception {
        file(name, mode, "");
        List<String> doubts = doubts();
        assertEquals(1, doubts.size(), doubts.toString());
        assertTrue(
                doubts.getFirst().startsWith("bin/" + name + ": ")
                        && doubts.getFirst().contains(remedy),
                doubts::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Services.groovy", "start_prim.groovy", "notes.md", "helper.groovy", "backup.sh"})
    void givenAnOrdinaryFile_whenTheModuleIsChecked_thenNothingIsSaid(String name) throws Exception {
        file(name, "rw-r--r--", "");
        assertEquals(List.of(), doubts());
    }

    @Test
    void givenAGroovyHookBesideAnExecutable_whenTheModuleIsChecked_thenTheOneThatIsNotRunIsNamed() throws Exception {
        file("start_prim", "rwxr-xr-x", "#!/bin/sh\n");
        file("start_prim.groovy", "rw-r--r--", "");
        assertEquals(1, doubts().size());
    }

    @Test
    void givenAHookThatReadsAVariableNobodyDeclares_whenTheModuleIsChecked_thenFileAndLineAreNamed() throws Exception {
        file("start_prim.groovy", "rw-r--r--", "println module\nprintln PROT\n");
        List<String> doubts = doubts("PORT");
        assertEquals(1, doubts.size(), doubts.toString());
        assertTrue(doubts.getFirst().startsWith("start_prim.groovy:2: no <var> declares PROT"), doubts::toString);
    }

    @Test
    void givenAClassThatReadsItThroughTheHook_whenTheModuleIsChecked_thenThatIsFoundToo() throws Exception {
        file(
                "Services.groovy",
                "rw-r--r--",
                "class Services {\n Script hook\n def all() { hook.SERVICES + hook.PORT }\n}");
        file("start_prim.groovy", "rw-r--r--", "new Services(hook: this).all()");
        List<String> doubts = doubts("PORT");
        assertEquals(1, doubts.size(), doubts.toString());
        assertTrue(doubts.getFirst().startsWith("Services.groovy:3: no <var> declares SERVICES"), doubts::toString);
    }

    @Test
    void givenNamesAHookMakesItselfOrIsGiven_whenTheModuleIsChecked_thenNothingIsSaid() throws Exception {
        file("start_prim.groovy", "rw-r--r--", """
                counter = 0
                def local = PORT
                3.times { counter += it }
                [1, 2].each { n -> println n + local }
                println "$module $node $state $nextState $action $force $args $env $PORT"
                log.info counter
                waitUntil(timeout: '1s') { counter > 0 }
                new StringBuilder().with { append 'x'; length }
                """);
        assertEquals(List.of(), doubts("PORT"));
    }
}
