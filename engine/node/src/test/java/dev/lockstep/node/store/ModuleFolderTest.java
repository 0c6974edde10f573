package dev.lockstep.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.node.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModuleFolderTest {
    @TempDir
    Path directory;

    /** LONG stands for 256 letters, DEEP for a path of 1,200. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            bin/a bin/a/b,      bin/a' as a file and as a folder
            bin/a/b bin/a,      bin/a' as a file and as a folder
            bin/a bin/a/,       bin/a' as a file and as a folder
            bin/a/b/c/d bin/a,  bin/a' as a file and as a folder
            bin,                bin' as a file and as a folder
            bin/x bin/./x,      bin/x' twice
            bin/LONG,           too long for a file system
            DEEP,               too long for a file system
            ../evil,            leads outside
            """)
    void namesThatCannotBeThereTogetherAreRefusedAndNothingIsUnpacked(String names, String reason) throws Exception {
        Path archive = archive(("conf/userconfig.xml bin/start_prim " + names)
                .replace("LONG", "n".repeat(256))
                .replace("DEEP", "deep/".repeat(240) + "x"));
        Path target = directory.resolve("target");

        Refusal refusal = assertThrows(Refusal.class, () -> ModuleFolder.unpack(archive, target));

        assertEquals(Refusal.Kind.INVALID, refusal.kind());
        assertEquals("The archive m.safe cannot be installed.", refusal.getMessage());
        assertTrue(refusal.reason().contains(reason), refusal.text());
        assertEquals(List.of(), filesIn(target));
    }

    @Test
    void foldersOfAnArchiveDoNotDisturbTheFilesInThem() throws Exception {
        Path target = directory.resolve("target");

        ModuleFolder.unpack(archive("./ m/ m/conf/ m/conf/userconfig.xml m/bin/ m/bin/a m/bin/./ other/"), target);

        assertEquals(List.of("bin/a", "conf/userconfig.xml"), filesIn(target));
    }

    /** Line end, escape, control sequence introducer, right-to-left override. */
    @ParameterizedTest
    @CsvSource({"0A, \\x0a", "1B, \\x1b", "9B, \\x9b", "202E, \\u202e"})
    void namesThatDoSomethingToATerminalAreRefusedAndShownEscaped(String code, String shown) throws Exception {
        String character = Character.toString(Integer.parseInt(code, 16));

        Refusal refusal = assertThrows(
                Refusal.class,
                () -> ModuleFolder.unpack(
                        archive("conf/userconfig.xml bin/a" + character + "b"), directory.resolve("target")));

        assertTrue(refusal.reason().contains("'bin/a" + shown + "b'"), refusal.reason());
        assertTrue(refusal.text().chars().noneMatch(Character::isISOControl), refusal.text());
    }

    @Test
    void whatIsUnpackedBelongsToTheEngineAndOthersCannotWriteToIt() throws Exception {
        Path target = directory.resolve("target");

        ModuleFolder.unpack(archive("conf/userconfig.xml bin/deep/start_prim"), target);

        assertEquals(List.of(), Custody.strangers(target));
    }

    private Path archive(String names) throws IOException {
        Path archive = directory.resolve("m.safe");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (String name : names.split(" ", -1)) {
                zip.putNextEntry(new ZipEntry(name));
            }
        }
        return archive;
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
