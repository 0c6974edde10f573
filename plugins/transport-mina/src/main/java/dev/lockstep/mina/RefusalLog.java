package dev.lockstep.mina;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;

/**
 * Counts what is refused at one port and says so: once for each source address in {@link #QUIET}, as far as the budget of all ports
 * goes. Everything a stranger can cause goes through here, so that nobody can fill the log, and what is forgotten can be told again,
 * so that nobody can silence it. Thread-safe.
 */
final class RefusalLog {
    /** Source addresses remembered as already told; the one that was told longest ago makes room. */
    static final int MAX_SOURCES = 256;

    /** Time for which an address that was told is only counted. */
    static final Duration QUIET = Duration.ofMinutes(10);

    private final Logger log;
    private final String port;
    private final RefusalBudget budget;
    private final LongAdder refused = new LongAdder();
    private final Map<String, Long> told = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_SOURCES;
        }
    };
    private long countedAtLastLine;

    /**
     * The log of a port.
     *
     * @param port what refuses, as an operator would call it
     * @param budget shared with other ports
     */
    RefusalLog(Logger log, String port, RefusalBudget budget) {
        this.log = log;
        this.port = port;
        this.budget = budget;
    }

    /** Counts one refusal and logs it if its address was not told lately and the budget allows a line. */
    void refused(SocketAddress source, String reason) {
        refused.increment();
        String address = address(source);
        long unsaid;
        synchronized (told) {
            long now = budget.now();
            Long before = told.get(address);
            if ((before != null && now - before < QUIET.toNanos()) || !budget.take()) {
                return;
            }
            told.remove(address);
            told.put(address, now);
            long count = refused.sum();
            unsaid = Math.max(0, count - countedAtLastLine - 1);
            countedAtLastLine = count;
        }
        log.warn(
                "{}: refused input from {}: {}; more from this address is only counted for {} minutes{}",
                port,
                address,
                reason,
                QUIET.toMinutes(),
                unsaid == 0 ? "" : " (" + unsaid + " refusals since the last line about this port were only counted)");
    }

    long count() {
        return refused.sum();
    }

    private static String address(SocketAddress source) {
        // Without the port: a new one for every attempt would fill the memory at once.
        return source instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : String.valueOf(source);
    }
}
