package dev.lockstep.node;

import dev.lockstep.api.words.Counted;
import dev.lockstep.node.daemon.LogBook;
import dev.lockstep.node.hooks.SystemProcesses;
import dev.lockstep.node.http.ControlServer;
import dev.lockstep.node.net.LocalAddresses;
import dev.lockstep.node.store.ClusterStore;
import dev.lockstep.node.store.Configurations;
import dev.lockstep.node.store.Custody;
import dev.lockstep.node.store.FileClusterStore;
import dev.lockstep.node.store.FolderModuleStore;
import dev.lockstep.node.store.ModuleStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this installation and the state of this node are, from the environment.
 *
 * @param home LOCKSTEP_HOME: programs, plugins, templates
 * @param var LOCKSTEP_VAR, default /var/lockstep: the state of this node
 * @param port LOCKSTEP_PORT, default 9010: the control interface
 * @param node LOCKSTEP_NODE: name of this node; empty when its addresses tell
 */
record Installation(Path home, Path var, int port, String node) {
    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

    private static final Path RUN = Path.of("/run/lockstep");

    static Installation of(Map<String, String> environment) throws StartRefused {
        String home = environment.getOrDefault("LOCKSTEP_HOME", "");
        if (home.isEmpty()) {
            throw new StartRefused(
                    "LOCKSTEP_HOME is not set: it names the installation. Start with bin/lockstep daemon.");
        }
        String port = environment.getOrDefault("LOCKSTEP_PORT", Integer.toString(ControlServer.DEFAULT_PORT));
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new StartRefused("LOCKSTEP_PORT is \"" + port + "\": it must be a port number, 0 to 65535.");
        }
        return new Installation(
                absolute(home),
                absolute(environment.getOrDefault("LOCKSTEP_VAR", "/var/lockstep")),
                Integer.parseInt(port),
                environment.getOrDefault("LOCKSTEP_NODE", ""));
    }

    private static Path absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize();
    }

    /** Where private mounts are kept until reboot: different for each state directory. */
    Path runtime() {
        CRC32C hash = new CRC32C();
        hash.update(var.toString().getBytes(StandardCharsets.UTF_8));
        return RUN.resolve(HexFormat.of().toHexDigits((int) hash.getValue()));
    }

    /** Mounts, namespaces of files and the key of the cluster are root's. */
    void requireRoot() throws StartRefused {
        if (!System.getProperty("user.name").equals("root") && !effectiveRoot()) {
            throw new StartRefused(
                    "The daemon must run as root: it mounts file systems. Use sudo or a system service.");
        }
        try {
            Files.createDirectories(var);
            if (Custody.owner(var) != Custody.ownUser()) {
                throw new StartRefused("The state directory " + var + " belongs to user " + Custody.owner(var)
                        + ", who decides what root runs by what he puts there. Look at what is in it, then:"
                        + " chown -R root: " + var + ", or set LOCKSTEP_VAR.");
            }
            int changed = Custody.close(var);
            if (changed > 0) {
                LOG.info(
                        "{} and what is in it is for root alone now; others could enter {} of it",
                        var,
                        Counted.of(changed, "place"));
            }
            Custody.strangersAbove(var).forEach(stranger -> warn(stranger, var));
        } catch (IOException | UnsupportedOperationException failure) {
            throw new StartRefused(
                    "The state directory " + var + " cannot be made: " + failure + ". Set LOCKSTEP_VAR.", failure);
        }
    }

    /** Says what of the installation others than root may change: they decide what root runs. */
    void lookAtPrograms() {
        try {
            Custody.strangers(home).forEach(stranger -> warn(stranger, home));
            Custody.strangersAbove(home).forEach(stranger -> warn(stranger, home));
        } catch (IOException failure) {
            LOG.warn("Whether others may write to {} could not be found out: {}", home, failure.toString());
        }
    }

    private static void warn(String stranger, Path place) {
        LOG.warn("{} Others than root decide by it what root runs from {}: take that from them", stranger, place);
    }

    private static boolean effectiveRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException notLinux) {
            return false;
        }
    }

    /** The cluster this node belongs to. */
    ClusterStore clusters(Configurations configurations) {
        return new FileClusterStore(
                var, configurations, LocalAddresses.SYSTEM, node.isEmpty() ? Optional.empty() : Optional.of(node));
    }

    /** The modules of this node. */
    ModuleStore modules(Configurations configurations, ClusterStore clusters, LogBook logs, Clock clock)
            throws StartRefused {
        try {
            return FolderModuleStore.open(new FolderModuleStore.Setup(
                    home,
                    var,
                    configurations,
                    clusters,
                    new SystemProcesses(),
                    logs::of,
                    clock,
                    notice -> LOG.warn(notice)));
        } catch (IOException failure) {
            throw new StartRefused("The modules in " + var + " cannot be read: " + failure + ".", failure);
        }
    }
}
