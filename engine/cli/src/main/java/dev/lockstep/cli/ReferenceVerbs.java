package dev.lockstep.cli;

import java.util.Map;
import java.util.Optional;

/**
 * The commands of the reference product that this one does not have: refused by name, with what to do instead, so that nobody who comes
 * from there takes a missing command for a mistyped one.
 */
final class ReferenceVerbs {
    /** What to do instead, by verb. */
    private static final Map<String, String> VERBS = Map.ofEntries(
            Map.entry("secondforce", "Use 'lockstep second fullsync' on the node whose data are to be replaced."),
            Map.entry("update", "Stop the module, run 'lockstep config', start it again."),
            Map.entry("errd", "Processes are not monitored; let systemd restart them, or watch them in a hook."),
            Map.entry("checker", "There are no checkers."),
            Map.entry("kill", "Use pkill in the hook: exec(['pkill', '-x', 'NAME'])."),
            Map.entry("rfsverify", "'lockstep second fullsync' compares everything and makes the copy equal."),
            Map.entry("rfsdiff", "'lockstep second fullsync' compares everything and makes the copy equal."),
            Map.entry("rfssync", "'lockstep prim' and 'lockstep second' say which copy is the good one."),
            Map.entry("clean", "Nothing has to be cleaned; 'lockstep forcestop' ends a stop that hangs."),
            Map.entry("cmdlog", "The module log names who gave each command: 'lockstep log -A'."),
            Map.entry(
                    "snapshot",
                    "Take the logs with 'lockstep logsave -A', and the module with 'lockstep module package'."),
            Map.entry(
                    "dump", "Take the logs with 'lockstep logsave -A', and the module with 'lockstep module package'."),
            Map.entry("webserver", "There is no web console; the health address answers as long as the daemon runs."),
            Map.entry("webservercfg", "There is no web console."),
            Map.entry("notification", "There are no notifications; follow the log with 'lockstep logview'."),
            Map.entry("safeagent", "There is no SNMP agent; ask 'lockstep state --json'."),
            Map.entry("firewallcfg", "'lockstep module getports' names the ports; the README has the rules."),
            Map.entry("dbclean", "The logs are bounded by themselves."),
            Map.entry("uninstall", "Stop the daemon and remove the installation and LOCKSTEP_VAR."));

    /** What to do instead, by the second word of {@code module} and {@code cluster}. */
    private static final Map<String, String> SECOND_WORDS = Map.of(
            "module genkey", "One key protects the whole cluster; 'lockstep cluster config' makes it.",
            "module delkey", "One key protects the whole cluster, and nothing runs without it.",
            "cluster genkey", "'lockstep cluster config' makes the key.",
            "cluster delkey", "'lockstep cluster deconfig' removes configuration and key.",
            "cluster state", "Run 'lockstep state' and 'lockstep cluster confinfo' on each node.");

    /** Options in the place of a verb. */
    private static final Map<String, String> OPTIONS = Map.of(
            "-H", "Run the command on each node.",
            "-E", "Run 'lockstep module package' here and 'lockstep module install' there.",
            "-G", "Carry cluster.zip to the other node and run 'lockstep cluster config' with it.");

    private ReferenceVerbs() {}

    /** The refusal of a word in the place of a verb; empty when the reference product does not know it either. */
    static Optional<CommandFailure> refused(String verb) {
        return refused(verb, VERBS.containsKey(verb) ? VERBS.get(verb) : OPTIONS.get(verb));
    }

    /** The refusal of a second word. */
    static Optional<CommandFailure> refusedAfter(String verb, String word) {
        return refused(verb + " " + word, SECOND_WORDS.get(verb + " " + word));
    }

    private static Optional<CommandFailure> refused(String words, String instead) {
        return Optional.ofNullable(instead)
                .map(text -> new CommandFailure(ExitCode.INVALID, "There is no 'lockstep " + words + "' yet.", text));
    }
}
