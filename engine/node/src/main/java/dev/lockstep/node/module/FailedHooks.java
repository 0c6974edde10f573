package dev.lockstep.node.module;

import dev.lockstep.core.mirror.Hook;
import dev.lockstep.core.mirror.HookPair;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The start hooks whose last run failed and whose stop hook was not called since: what they start is probably not there, although the
 * module is in its role. Confined to the mailbox thread.
 */
final class FailedHooks {
    /** Longest part of a failure that is shown; the whole is in the module log. */
    private static final int SHOWN = 300;

    private final Map<Hook, String> failures = new EnumMap<>(Hook.class);

    /** A hook ended; {@code failure} is empty when it did what it should. */
    void ended(Hook hook, String failure) {
        failures.remove(hook);
        if (!failure.isEmpty() && starts(hook)) {
            failures.put(hook, failure.length() > SHOWN ? failure.substring(0, SHOWN) + "..." : failure);
        }
    }

    /** Forgets hooks that are over because their stop hooks were called. */
    void keepOnly(Set<HookPair> active) {
        failures.keySet().removeIf(hook -> active.stream().noneMatch(pair -> pair.start() == hook));
    }

    /** Their names, in a fixed order. */
    List<String> names() {
        return failures.keySet().stream().map(Hook::file).toList();
    }

    /** A sentence for the operator, with what to do; empty when there are none. */
    String sentence(String module) {
        if (failures.isEmpty()) {
            return "";
        }
        return failures.entrySet().stream()
                        .map(failure -> failure.getKey().file() + " failed: " + failure.getValue())
                        .collect(Collectors.joining("; "))
                + ". What it starts may not run. Its output is in the newest userlog_*_" + names().getFirst()
                + ".ulog (lockstep log -m " + module + " names it); when the cause is mended: lockstep restart -m "
                + module;
    }

    private static boolean starts(Hook hook) {
        return Set.of(HookPair.values()).stream().anyMatch(pair -> pair.start() == hook);
    }
}
