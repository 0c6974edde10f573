package dev.lockstep.it.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A server: its own network, mounts, processes, host name and disk. The disk is a folder of the machine that stays when the
 * power goes; it appears inside as {@link Site#disk()}.
 */
public final class Host implements AutoCloseable {
    private record Cable(Switch network, String address, String device) {}

    private final String name;
    private final Site site;
    private final Path disk;
    private final Map<String, Cable> cables = new LinkedHashMap<>();
    private Namespace space;
    private Inside inside;

    Host(String name, Site site) {
        this.name = name;
        this.site = site;
        this.disk = site.folder().resolve(name).resolve("disk");
        try {
            Files.createDirectories(disk);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public String name() {
        return name;
    }

    /** Connects this host to a network; if it has no power yet, at the next one. */
    public void cable(Switch network, String address) {
        Cable cable = new Cable(network, address, "lan" + cables.size());
        cables.put(network.name(), cable);
        if (powered()) {
            network.attach(name, space, cable.device(), address);
        }
    }

    /** The address of this host on a network. */
    public String address(String network) {
        return cables.get(network).address();
    }

    public boolean powered() {
        return space != null && space.alive();
    }

    /** Starts the host: an empty process table, no mounts of ours, the disk as it was left. */
    public void powerOn() {
        String setup = """
                mount --bind '%s' '%s'
                mount -t tmpfs -o mode=755 run /run
                hostname '%s'
                ip link set lo up
                """.formatted(disk, site.disk(), name);
        space = Namespace.make(name, site.marker() + name, setup, site.staying(name));
        inside = new Inside(name, space.pid());
        for (Cable cable : cables.values()) {
            cable.network().attach(name, space, cable.device(), cable.address());
        }
    }

    /** Pulls the plug: every process dies at once, every mount vanishes, the network falls silent. */
    public void powerOff() {
        if (space != null) {
            cables.values().forEach(cable -> cable.network().detach(name));
            inside.close();
            space.close();
            space = null;
        }
    }

    /** Runs a program on this host to its end. */
    public Outcome run(String... command) {
        return run(Commands.PATIENCE, Map.of(), List.of(command));
    }

    /** Runs a program on this host to its end, for at most {@code patience}. */
    public Outcome run(Duration patience, Map<String, String> environment, List<String> command) {
        return Commands.run(patience, environment, space.inside(command));
    }

    /** Starts a program on this host; its output goes to {@code output}. */
    public Process start(Map<String, String> environment, Path output, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(space.inside(new ArrayList<>(command)));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        try {
            return builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Where a path of this host can be reached by this JVM: through the host's own mounts, as long as it has power. */
    public Path path(String absolute) {
        return Path.of("/proc/" + space.pid() + "/root" + absolute);
    }

    /** Where the disk of this host lies on this machine, below every mount of the host, power or no power. */
    public Path disk() {
        return disk;
    }

    /** What lies on the disk below a path as the host names it, past any mount over it. */
    public Path onDisk(String absolute) {
        return disk.resolve(Path.of(site.disk()).relativize(Path.of(absolute)));
    }

    /** A thread in the network of this host. */
    public Inside inside() {
        return inside;
    }

    /** The first process of this host as the machine numbers it, for a person who wants to look around. */
    public long pid() {
        return space.pid();
    }

    @Override
    public void close() {
        powerOff();
    }
}
