package dev.lockstep.node.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurableValuesTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-01T10:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path directory;

    private final List<String> notices = new ArrayList<>();

    @Test
    void givenValuesPut_whenOpenedAgain_thenTheyAreThere() throws IOException {
        open().put(Map.of("running", "true", "incarnation", "7"));
        DurableValues again = open();
        assertTrue(again.flag("running", false));
        assertEquals(7, again.number("incarnation", 0));
        assertEquals(Optional.empty(), again.get("boot"));
        assertEquals(List.of(), notices);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "running=true\n", "running=true\ncrc32c=00000000\n", "\u0000\u0001garbage"})
    void givenAFileWithoutItsChecksum_whenOpened_thenItIsSetAsideAndNotTrusted(String content) throws IOException {
        Files.writeString(file(), content);
        DurableValues values = open();
        assertFalse(values.flag("running", false));
        assertEquals(1, notices.size());
        assertTrue(Files.exists(directory.resolve("flags.damaged-20261101T100000")));
    }

    @Test
    void givenBytesThatAreNotText_whenOpened_thenTheyAreSetAside() throws IOException {
        Files.write(file(), new byte[] {(byte) 0xff, (byte) 0xfe, 3});
        assertEquals(Optional.empty(), open().get("running"));
        assertEquals(1, notices.size());
    }

    @Test
    void givenADirectoryThatRefusesToWrite_whenValuesArePut_thenTheOldOnesStay() throws IOException {
        DurableValues values = open();
        values.put(Map.of("running", "true"));
        Files.delete(directory.resolve("flags.spare"));
        Files.createDirectory(directory.resolve("flags.spare"));
        org.junit.jupiter.api.Assertions.assertThrows(IOException.class, () -> values.put(Map.of("running", "false")));
        assertTrue(values.flag("running", false));
    }

    @Test
    void givenValuesPutOnce_whenOthersArePut_thenTheyGoWhereBlocksAreReserved() throws IOException {
        DurableValues values = open();
        values.put(Map.of("running", "true"));
        Path spare = directory.resolve("flags.spare");
        for (int i = 0; i < 5; i++) {
            Object reserved = Files.getAttribute(spare, "unix:ino");
            values.put(Map.of("incarnation", "" + i));
            assertEquals(reserved, Files.getAttribute(file(), "unix:ino"));
            assertEquals(i, open().number("incarnation", -1));
        }
        try (var files = Files.list(directory)) {
            assertEquals(2, files.count());
        }
    }

    @Test
    void givenACrashWhileValuesWerePut_whenOpenedAndPutAgain_thenNothingIsInTheWay() throws IOException {
        DurableValues values = open();
        values.put(Map.of("running", "true"));
        Files.createLink(directory.resolve("flags.former"), file());
        Files.writeString(directory.resolve("flags.spare"), "half of what was to be wri");
        DurableValues again = open();
        assertTrue(again.flag("running", false));
        again.put(Map.of("running", "false"));
        assertFalse(open().flag("running", true));
    }

    private Path file() {
        return directory.resolve("flags");
    }

    private DurableValues open() throws IOException {
        return DurableValues.open(file(), CLOCK, notices::add);
    }
}
