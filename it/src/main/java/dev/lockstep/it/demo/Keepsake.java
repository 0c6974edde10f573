package dev.lockstep.it.demo;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** {@code --keep}: the servers go on; small programs beside their disks let a person use and end them. */
final class Keepsake {
    private Keepsake() {}

    static void leave(Site site, Cluster cluster, Story story) throws IOException {
        site.stay();
        Path programs = Files.createDirectory(site.folder().resolve("bin"));
        StringBuilder end = new StringBuilder("#!/bin/sh\n");
        for (Node node : cluster.nodes()) {
            program(programs.resolve(node.name()), "#!/bin/sh\nexec " + node.commandLine() + " \"$@\"\n");
            program(programs.resolve(node.name() + "-shell"), "#!/bin/sh\nexec " + node.shellLine() + " \"$@\"\n");
        }
        for (long holder : site.holders()) {
            end.append("kill -9 ").append(holder).append('\n');
        }
        end.append("sleep 1\nrm -rf --one-file-system '").append(site.folder()).append("'\n");
        program(programs.resolve("end"), end.toString());
        story.text("""

                The two servers go on. To play with them:
                  %1$s/node1 state                  any lockstep command on node1 (node2 likewise)
                  %1$s/node1 logview -m %3$s         watch the module log
                  %1$s/node2 swap -m %3$s            move the application
                  %1$s/node1-shell                  a shell on node1; the replicated directory is %2$s/data
                To end them and remove everything:
                  %1$s/end
                """.formatted(programs, site.disk(), Mirror.NAME));
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
