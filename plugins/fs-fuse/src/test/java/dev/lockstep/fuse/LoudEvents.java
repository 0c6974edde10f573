package dev.lockstep.fuse;

import dev.lockstep.api.fs.TreeEvents;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what an interceptor tells its owner. */
public final class LoudEvents implements TreeEvents {
    public final List<String> lost = new CopyOnWriteArrayList<>();
    public final List<String> notices = new CopyOnWriteArrayList<>();
    public final List<String> troubles = new CopyOnWriteArrayList<>();

    @Override
    public void interceptionLost(int tree, String reason) {
        lost.add(reason);
    }

    @Override
    public void notice(int tree, String message) {
        notices.add(message);
    }

    @Override
    public void trouble(int tree, String message) {
        troubles.add(message);
    }
}
