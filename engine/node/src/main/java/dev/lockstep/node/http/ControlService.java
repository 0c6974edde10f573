package dev.lockstep.node.http;

import dev.lockstep.core.mirror.Caller;
import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.log.ModuleLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the control interface asks of the daemon. Called from many threads at once; every method may block its caller, and none
 * blocks a module's mailbox.
 */
public interface ControlService {
    /** The name of this node; empty before a cluster is configured. */
    String nodeName();

    /** What every applied module shows, by name. */
    List<ModuleStatus> modules();

    /**
     * What a module shows.
     *
     * @throws Refusal (UNKNOWN) if it is not configured
     */
    ModuleStatus module(String module) throws Refusal;

    /**
     * Waits until the revision of a module is another than {@code revision}, at most {@code limit}.
     *
     * @return what the module shows then, changed or not
     * @throws Refusal (UNKNOWN) if it is not, or no longer, configured, (STATE) if it cannot work: nothing will change
     */
    ModuleStatus awaitChange(String module, long revision, Duration limit) throws Refusal, InterruptedException;

    /**
     * Asks a module for something. Returns when it is accepted (begun or queued), not when it is finished.
     *
     * @return a sentence for the operator, may be empty
     * @throws Refusal (STATE) with the automaton's words if it is refused, (UNKNOWN) if the module is not configured
     */
    String command(String module, Verb verb, Caller caller) throws Refusal;

    /**
     * Counts an automatic action of a script: {@code incloop}.
     *
     * @return false when the limit was reached before; nothing is counted then
     */
    boolean countAction(String module, Caller caller) throws Refusal;

    /** Whether automatic actions are exhausted: {@code checkloop}. */
    boolean loopExceeded(String module) throws Refusal;

    /**
     * Changes a switch of a module, kept over restarts of module and daemon.
     *
     * @param name {@code failover}, {@code boot}, {@code checker} or {@code errd}
     * @throws Refusal (INVALID) for a switch that this engine does not have
     */
    void setSwitch(String module, String name, boolean on, Caller caller) throws Refusal;

    /** The resources of a module, by name. */
    List<Resource> resources(String module) throws Refusal;

    /**
     * Assigns a resource that scripts may assign.
     *
     * @param who identity for the log; empty for the operator
     * @param logged whether the change is written to the log; by default only real changes are
     */
    void setResource(String module, String name, String value, String who, Logged logged) throws Refusal;

    /**
     * The log of a module that is installed or applied, whether or not it can work.
     *
     * @throws Refusal (UNKNOWN) if there is no such module, (FAILED) if its log cannot be opened
     */
    ModuleLog log(String module) throws Refusal;

    /** The output of the hook {@code state} or {@code level}; empty when there is none. Waits at most a minute. */
    String displayHook(String module, String hook) throws Refusal;

    /**
     * Runs a change of the applied configuration of a module (apply, remove) while the module is held stopped: no start begins
     * meanwhile. Afterwards, also when the change failed, the daemon takes the applied configuration as it then is.
     *
     * @param module need not be applied yet
     * @throws Refusal (STATE) if the module is not stopped, or what the change throws
     */
    <T> T whileStopped(String module, Change<T> change) throws Refusal, IOException;

    /**
     * Runs a change of the cluster configuration; afterwards the daemon takes the cluster configuration as it then is.
     *
     * @throws Refusal (STATE) if the change is not possible while modules run, or what the change throws
     */
    <T> T changeCluster(Change<T> change) throws Refusal, IOException;

    /** The ports a module works with; empty when it is not configured, or cannot work. */
    Optional<Ports> ports(String module);

    /** Facts about node and product for {@code level}: label and value, in the order to be shown. */
    Map<String, String> level();

    /** A change of what is configured. */
    @FunctionalInterface
    interface Change<T> {
        /** Carries it out. */
        T apply() throws Refusal, IOException;
    }

    /** A resource as shown to operators: the date is that of the last assignment, also of the same value. */
    record Resource(String name, String value, Instant assigned) {}

    /**
     * The ports a module works with.
     *
     * @param peer name of the other node
     * @param there empty until the other node has said its own, which may be others
     */
    record Ports(PortPair here, String peer, Optional<PortPair> there) {}

    /** The UDP port of the heartbeats and the TCP port of the replication, on one node. */
    record PortPair(int heartbeat, int replication) {}

    /** Whether an assignment of a resource is written to the module log. */
    enum Logged {
        /** When the value changes. */
        CHANGES,
        NEVER,
        ALWAYS
    }
}
