package dev.lockstep.it.files;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.nio.file.Path;
import java.util.List;

/** Compares the replicated directory as it lies on the disks of both nodes. */
public final class Trees {
    private Trees() {}

    /** What differs, one line each; times of modification and the engine's own labels count. */
    public static List<String> differences(Cluster cluster, String directory) {
        return differences(cluster, directory, TreeImage.Detail.WITH_TIMES);
    }

    /** As {@link #differences}, while files are open for writing: the time of their last write is told when they are closed. */
    public static List<String> differencesWithFilesOpen(Cluster cluster, String directory) {
        return differences(cluster, directory, TreeImage.Detail.WITHOUT_TIMES);
    }

    private static List<String> differences(Cluster cluster, String directory, TreeImage.Detail detail) {
        // a reintegration ends before the names it kept in limbo are gone
        for (Node node : cluster.nodes()) {
            Path limbo = node.onDisk(directory).resolve(".lockstep/limbo");
            Patience.until(limbo + " to be empty", Cluster.SOON, () -> isEmpty(limbo));
        }
        TreeImage one = TreeImage.of(cluster.node1().onDisk(directory), detail);
        TreeImage two = TreeImage.of(cluster.node2().onDisk(directory), detail);
        return one.differences(two);
    }

    private static boolean isEmpty(Path folder) {
        String[] names = folder.toFile().list();
        return names == null || names.length == 0;
    }
}
