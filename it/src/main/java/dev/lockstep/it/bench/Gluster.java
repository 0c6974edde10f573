package dev.lockstep.it.bench;

import dev.lockstep.it.kit.Host;
import dev.lockstep.it.kit.Site;
import dev.lockstep.it.kit.Switch;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * GlusterFS with two replicas, for comparison: both bricks on one host, each on a disk of its own, default options, mounted by its own
 * client.
 */
final class Gluster {
    /** Where its client shows the volume on the host. */
    static final String DIRECTORY = "/run/volume";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Gluster() {}

    /** Starts a host with a volume. {@code slow} gives the disks of the bricks; null for the machine's own. */
    static Host start(Site site, Switch network, SlowDisks slow) {
        Host host = site.host("gluster");
        host.cable(network, "10.77.2.5");
        String disks;
        if (slow == null) {
            disks = "mkdir %1$s/one %1$s/two; mount --bind %1$s/one /run/one; mount --bind %1$s/two /run/two"
                    .formatted(site.disk());
        } else {
            disks = "mount -o discard " + slow.device("one") + " /run/one; mount -o discard " + slow.device("two")
                    + " /run/two";
        }
        host.powerOn();
        String setup = volume(disks, host.address(network.name()));
        host.run(PATIENCE, Map.of(), List.of("bash", "-c", setup)).expectOk();
        return host;
    }

    private static String volume(String disks, String address) {
        return """
            set -e
            mount -t tmpfs tmpfs /var/lib/glusterd
            mount -t tmpfs tmpfs /var/log
            mkdir -p /run/one /run/two %1$s /var/log/glusterfs /run/gluster
            %2$s
            glusterd
            for i in $(seq 60); do gluster volume list >/dev/null 2>&1 && break; sleep 0.5; done
            gluster --mode=script volume create bench replica 2 %3$s:/run/one/brick %3$s:/run/two/brick force
            gluster volume start bench
            for i in $(seq 30); do mount -t glusterfs %3$s:/bench %1$s && break; sleep 1; done
            mountpoint -q %1$s
            """.formatted(DIRECTORY, disks, address);
    }
}
