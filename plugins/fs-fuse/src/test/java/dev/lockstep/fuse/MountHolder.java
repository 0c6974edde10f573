package dev.lockstep.fuse;

import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.InterceptedTree;
import dev.lockstep.api.fs.PathFilter;
import dev.lockstep.api.fs.TreeDefinition;
import dev.lockstep.api.fs.TreeEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Intercepts a directory with a gate that lets everything through until its standard input ends: for trying things by hand, for
 * figures, and for tests that kill it. Arguments: directory, state directory.
 */
public final class MountHolder {
    private MountHolder() {}

    /** Mounts, says so, waits, and leaves the directory guarded. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Path state = Files.createDirectories(Path.of(arguments[1]));
        TreeEvents events = new TreeEvents() {
            @Override
            public void interceptionLost(int tree, String reason) {
                System.out.println("lost: " + reason);
            }

            @Override
            public void notice(int tree, String message) {
                System.out.println("notice: " + message);
            }

            @Override
            public void trouble(int tree, String message) {
                System.out.println("trouble: " + message);
            }
        };
        TreeDefinition definition =
                new TreeDefinition("hand", 0, directory, PathFilter.ALL, state, state.resolve("run"));
        InterceptedTree tree = new FuseInterceptor().open(definition, new PassThroughGate(), events);
        tree.expose(Exposure.READ_WRITE);
        System.out.println("mounted");
        while (System.in.read() >= 0) {
            // Until the one who started this closes it.
        }
        tree.withdraw();
        System.out.println("withdrawn");
    }
}
