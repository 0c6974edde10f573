package dev.lockstep.node.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.core.config.BootMode;
import dev.lockstep.core.mirror.LoopCounter;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.state.DurableValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ModuleFlagsTest {
    private static final Duration PULSE = Duration.ofMillis(700);
    private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");

    @TempDir
    private Path directory;

    private ModuleFlags at(Instant now) throws IOException {
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        return new ModuleFlags(DurableValues.open(directory.resolve("flags"), clock, notice -> {}), clock);
    }

    @Test
    void givenManyLives_whenEachIsCounted_thenEveryNumberIsGreaterAlsoWhenTheClockGoesBack() throws IOException {
        long first = at(START).nextIncarnation();
        long second = at(START.minusSeconds(3600)).nextIncarnation();
        assertTrue(second > first);
    }

    @Test
    void givenTheFileIsLost_whenTheNextLifeBegins_thenItsNumberIsGreaterAllTheSame() throws IOException {
        long first = at(START).nextIncarnation();
        Files.delete(directory.resolve("flags"));
        assertTrue(at(START.plusSeconds(5)).nextIncarnation() > first);
    }

    @ParameterizedTest
    @CsvSource({
        "ON, false, false, true",
        "OFF, true, true, false",
        "AUTO, true, false, true",
        "AUTO, false, true, false",
        "IGNORE, true, false, false",
        "IGNORE, false, true, true",
    })
    void givenABootMode_whenTheNodeBoots_thenTheModuleStartsOrNot(
            BootMode mode, boolean wasRunning, boolean bootSwitch, boolean starts) throws IOException, Refusal {
        ModuleFlags flags = at(START);
        flags.rememberRunning(wasRunning);
        flags.switchBoot(bootSwitch, BootMode.IGNORE);
        assertEquals(starts, at(START).startsAtBoot(mode));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IGNORE")
    void givenTheConfigurationSaysWhatHappensAtBoot_whenTheSwitchIsUsed_thenItIsRefusedAndTheConfigurationShown(
            BootMode mode) throws IOException {
        ModuleFlags flags = at(START);
        Refusal refusal = assertThrows(Refusal.class, () -> flags.switchBoot(true, mode));
        assertEquals(Refusal.Kind.STATE, refusal.kind());
        assertTrue(refusal.getMessage().contains("boot=\"" + flags.shownBoot(mode) + "\""), refusal.text());
        assertEquals(mode.name(), flags.shownBoot(mode).toUpperCase(Locale.ROOT));
        assertEquals("off", flags.shownBoot(BootMode.IGNORE));
    }

    @Test
    void givenTheConfigurationLeavesIt_whenTheSwitchIsUsed_thenItIsShown() throws IOException, Refusal {
        at(START).switchBoot(true, BootMode.IGNORE);
        assertEquals("on", at(START).shownBoot(BootMode.IGNORE));
    }

    @Test
    void givenActionsCounted_whenTimePassesWithoutTheDaemon_thenTheWindowGoesOnAndEnds() throws IOException {
        at(START).rememberLoop(new LoopCounter(2, 1000, false), PULSE);
        LoopCounter later = at(START.plus(PULSE.multipliedBy(400))).loop(PULSE);
        assertEquals(new LoopCounter(2, 600, false), later);
        assertEquals(0, at(START.plus(PULSE.multipliedBy(1001))).loop(PULSE).count());
    }

    @Test
    void givenTheSwitchWasNeverUsed_whenTheConfigurationSaysNoFailover_thenThereIsNone() throws IOException {
        assertFalse(at(START).failover(false, START));
        at(START).switchFailover(true, START);
        assertTrue(at(START).failover(false, START));
    }

    @Test
    void givenTheSwitchWasUsed_whenTheModuleIsConfiguredAgain_thenTheConfigurationCounts() throws IOException {
        Instant applied = START.plusNanos(123_456_789);
        at(START).switchFailover(false, applied);
        assertFalse(at(START).failover(true, applied));
        assertTrue(at(START).failover(true, applied.plusSeconds(1)));
        at(START).switchFailover(false, applied.plusSeconds(1));
        assertFalse(at(START).failover(true, applied.plusSeconds(1)));
    }
}
