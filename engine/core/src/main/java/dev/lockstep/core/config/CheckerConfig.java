package dev.lockstep.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A checker: it sets the resource {@code <class>.<ident>} to up or down during its phase. */
public sealed interface CheckerConfig {

    /** Unique name within its class. */
    String ident();

    /** When it is active. */
    Phase when();

    /** The class of its resource, which is the name of its element. */
    String resourceClass();

    /** The name of its resource. */
    default String resource() {
        return resourceClass() + "." + ident();
    }

    /**
     * Connects to a TCP service.
     *
     * @param action default restart (wait in the phase pre)
     * @param addr address or name
     * @param port TCP port
     * @param interval time between two attempts; default 10 s
     * @param timeout bound of one attempt; default 5 s
     */
    record Tcp(
            String ident, Phase when, CheckerAction action, String addr, int port, Duration interval, Duration timeout)
            implements CheckerConfig {
        @Override
        public String resourceClass() {
            return "tcp";
        }
    }

    /**
     * Pings a device.
     *
     * @param when default pre
     * @param action default wait
     * @param addr address or name
     * @param interval time between two requests; default 10 s
     * @param timeout bound of one reply; default 5 s
     */
    record Ping(String ident, Phase when, CheckerAction action, String addr, Duration interval, Duration timeout)
            implements CheckerConfig {
        @Override
        public String resourceClass() {
            return "ping";
        }
    }

    /**
     * Watches the interface that carries a local address. Always active from {@code pre} on.
     *
     * @param localAddress the address
     */
    record Intf(String ident, String localAddress) implements CheckerConfig {
        @Override
        public Phase when() {
            return Phase.PRE;
        }

        @Override
        public String resourceClass() {
            return "intf";
        }
    }

    /**
     * Watches that an address is configured on this node.
     *
     * @param when default prim in a mirror, both in a farm
     * @param addr address or name
     * @param interval period; default 10 s
     */
    record Ip(String ident, Phase when, String addr, Duration interval) implements CheckerConfig {
        @Override
        public String resourceClass() {
            return "ip";
        }
    }

    /**
     * A program of the integrator that sets the resource itself.
     *
     * @param exec the program, relative to the module's {@code bin}
     * @param arg its argument after the module's and the resource's names
     * @param action default noaction
     */
    record Custom(String ident, Phase when, String exec, Optional<String> arg, CheckerAction action)
            implements CheckerConfig {
        @Override
        public String resourceClass() {
            return "custom";
        }
    }

    /**
     * Watches another module. Always active from {@code pre} on.
     *
     * @param ident default {@code <name>_<addr>}
     * @param name the other module
     * @param addr server that runs it; default 127.0.0.1
     * @param port port of its web service; default 9010
     * @param interval period; default 10 s
     * @param timeout bound of one request; default 5 s
     * @param secure whether https is used; default no
     */
    record OtherModule(
            String ident, String name, String addr, int port, Duration interval, Duration timeout, boolean secure)
            implements CheckerConfig {
        @Override
        public Phase when() {
            return Phase.PRE;
        }

        @Override
        public String resourceClass() {
            return "module";
        }
    }

    /**
     * Asks witnesses when all heartbeats are lost. Always active from {@code pre} on; at most one per module.
     *
     * @param witnesses addresses or names, at least one; one answer is enough
     */
    record SplitBrain(String ident, List<String> witnesses) implements CheckerConfig {

        /** Copies the list. */
        public SplitBrain {
            witnesses = List.copyOf(witnesses);
        }

        @Override
        public Phase when() {
            return Phase.PRE;
        }

        @Override
        public String resourceClass() {
            return "splitbrain";
        }
    }
}
