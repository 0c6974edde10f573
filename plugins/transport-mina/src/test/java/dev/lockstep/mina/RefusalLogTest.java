package dev.lockstep.mina;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final RefusalLog refusals = new RefusalLog(logger(), "the port");

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
                InetAddress.getByAddress(new byte[] {10, 0, (byte) (host >> 8), (byte) host}), port);
    }

    @Test
    void givenOneSource_whenItIsRefusedOften_thenItIsLoggedOnceWithAddressAndReason() throws Exception {
        for (int port = 1; port < 1000; port++) {
            refusals.refused(source(7, port), "it is garbage");
        }
        assertEquals(999, refusals.count());
        assertEquals(1, lines.list.size());
        String line = lines.list.getFirst().getFormattedMessage();
        for (String part : List.of("the port", "10.0.0.7", "it is garbage")) {
            assertTrue(line.contains(part), line);
        }
    }

    @Test
    void givenMoreSourcesThanAreRemembered_whenTheyAreRefused_thenTheRestIsOnlyCounted() throws Exception {
        for (int host = 0; host < 10 * RefusalLog.MAX_SOURCES; host++) {
            refusals.refused(source(host, 1), "it is garbage");
        }
        assertEquals(10 * RefusalLog.MAX_SOURCES, refusals.count());
        assertEquals(RefusalLog.MAX_SOURCES + 1, lines.list.size());
    }
}
