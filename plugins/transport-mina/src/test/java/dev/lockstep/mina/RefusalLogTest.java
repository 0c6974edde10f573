package dev.lockstep.mina;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private long now;
    private final RefusalBudget budget = new RefusalBudget(() -> now);
    private final RefusalLog refusals = new RefusalLog(logger(), "the port", budget);

    private Logger logger() {
        return context.getLogger("test");
    }

    @BeforeEach
    void listen() {
        lines.start();
        logger().addAppender(lines);
    }

    private static InetSocketAddress source(int host, int port) throws Exception {
        return new InetSocketAddress(
                InetAddress.getByAddress(new byte[] {10, (byte) (host >> 16), (byte) (host >> 8), (byte) host}), port);
    }

    private String last() {
        return lines.list.getLast().getFormattedMessage();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void givenOneSource_whenItIsRefusedOften_thenItIsLoggedOnceWithAddressAndReasonUntilTimeHasPassed()
            throws Exception {
        for (int port = 1; port < 1000; port++) {
            refusals.refused(source(7, port), "it is garbage");
        }
        assertEquals(999, refusals.count());
        assertEquals(1, lines.list.size());
        for (String part : List.of("the port", "10.0.0.7", "it is garbage")) {
            assertTrue(last().contains(part), last());
        }
        pass(RefusalLog.QUIET);
        refusals.refused(source(7, 1), "it is garbage still");
        assertEquals(2, lines.list.size());
        assertTrue(last().contains("998 refusals since the last line"), last());
    }

    @Test
    void givenForgedSourcesWithoutEnd_whenTheyAreRefused_thenTheLogGrowsWithTimeOnlyAndIsNeverSilencedForGood()
            throws Exception {
        int host = 0;
        for (int second = 0; second < 3600; second++) {
            for (int i = 0; i < 1000; i++) {
                refusals.refused(source(host++, 1), "it is forged");
            }
            pass(Duration.ofSeconds(1));
        }
        assertEquals(3_600_000, refusals.count());
        int allowed = RefusalBudget.BURST + (int) Duration.ofHours(1).dividedBy(RefusalBudget.REFILL);
        assertTrue(lines.list.size() <= allowed, lines.list.size() + " lines in an hour");

        pass(RefusalBudget.REFILL);
        refusals.refused(source(0xFFFFFF, 1), "it is the one an operator looks for");
        assertTrue(last().contains("10.255.255.255"), last());
    }

    @Test
    void givenTwoPorts_whenOneIsFlooded_thenTheyShareTheBudgetAndBothCount() throws Exception {
        RefusalLog other = new RefusalLog(logger(), "another port", budget);
        for (int host = 0; host < 1000; host++) {
            refusals.refused(source(host, 1), "it is garbage");
            other.refused(source(host, 1), "it is garbage");
        }
        assertEquals(RefusalBudget.BURST, lines.list.size());
        assertEquals(1000, other.count());
    }
}
