package dev.lockstep.it.files;

import dev.lockstep.it.kit.Cluster;
import java.util.List;

/** Compares the replicated directory as it lies on the disks of both nodes. */
public final class Trees {
    private Trees() {}

    /** What differs, one line each; times of modification and the engine's own labels count. */
    public static List<String> differences(Cluster cluster, String directory) {
        TreeImage one = TreeImage.of(cluster.node1().onDisk(directory), TreeImage.Detail.WITH_TIMES);
        TreeImage two = TreeImage.of(cluster.node2().onDisk(directory), TreeImage.Detail.WITH_TIMES);
        return one.differences(two);
    }
}
