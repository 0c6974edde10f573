package dev.lockstep.mina;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;

/** Counts what is refused and says so once per source address; its memory is bounded. Thread-safe. */
final class RefusalLog {
    /** Source addresses remembered as already reported; later ones are only counted. */
    static final int MAX_SOURCES = 256;

    private final Logger log;
    private final String port;
    private final Set<String> reported = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean full = new AtomicBoolean();
    private final LongAdder refused = new LongAdder();

    /** @param port what refuses, as an operator would call it */
    RefusalLog(Logger log, String port) {
        this.log = log;
        this.port = port;
    }

    /** Counts one refusal and logs it if it is the first of this address. */
    void refused(SocketAddress source, String reason) {
        refused.increment();
        String address = address(source);
        if (reported.size() >= MAX_SOURCES) {
            if (full.compareAndSet(false, true)) {
                log.warn(
                        "{}: input of more than {} addresses refused; further addresses are only counted",
                        port,
                        MAX_SOURCES);
            }
        } else if (reported.add(address)) {
            log.warn("{}: refused input from {}: {}; more from this address is only counted", port, address, reason);
        }
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
