package dev.lockstep.node.data;

import dev.lockstep.api.fs.TreeEvents;
import dev.lockstep.core.config.ReplicatedDirectory;
import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.LogLevel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the interception tells by itself, for the automaton and the log of the module. */
final class TreeWatch implements TreeEvents {
    /** Sentences remembered so that each is written once, however often the directory is mounted. */
    private static final int REMEMBERED = 200;

    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final List<ReplicatedDirectory> directories;
    private final AtomicBoolean mountLost;
    private final DataEvents events;

    /** A watch that sets {@code mountLost} when it hears of it. */
    TreeWatch(List<ReplicatedDirectory> directories, AtomicBoolean mountLost, DataEvents events) {
        this.directories = List.copyOf(directories);
        this.mountLost = mountLost;
        this.events = events;
    }

    @Override
    public void interceptionLost(int tree, String reason) {
        mountLost.set(true);
        events.event(new Event.LocalReplicationFailed(
                "the interception of " + directories.get(tree).dir() + " ended: " + reason));
    }

    @Override
    public void notice(int tree, String message) {
        tell(LogLevel.E, message);
    }

    @Override
    public void trouble(int tree, String message) {
        tell(LogLevel.C, message);
    }

    private void tell(LogLevel level, String message) {
        if (told.size() >= REMEMBERED) {
            told.clear();
        }
        if (told.add(message)) {
            events.log(level, "rfsplug", message);
        }
    }
}
