package dev.lockstep.node.http;

import dev.lockstep.node.StartRefused;
import dev.lockstep.node.state.StateDisk;
import dev.lockstep.node.store.ClusterStore;
import dev.lockstep.node.store.ModuleStore;
import dev.lockstep.node.store.PrivateFile;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the control interface: HTTP on a Unix socket that only the user of the daemon can reach, who is asked for by the kernel once
 * more; and the health address, on a port of the loopback address, to anybody on the host. The two share nothing: whatever strangers do
 * on the port, the command is answered. {@code control/endpoint} says where both are.
 */
public final class ControlServer implements AutoCloseable {
    /** Port of the health address unless LOCKSTEP_PORT says otherwise. */
    public static final int DEFAULT_PORT = 9010;

    /** Longest path of a socket, in bytes: what the kernel takes, and room for its end. */
    private static final int SOCKET_PATH_BYTES = 100;

    /** Root asks; what waits for a state, or follows a log, stays long. */
    private static final Door.Bounds CONTROL = new Door.Bounds(256, Duration.ofSeconds(15), Optional.empty(), 1L << 30);

    /** Anybody asks, and is answered within milliseconds. */
    private static final Door.Bounds HEALTH =
            new Door.Bounds(64, Duration.ofSeconds(5), Optional.of(Duration.ofSeconds(5)), 64 << 10);

    /** Connections the kernel keeps until they are accepted. */
    private static final int BACKLOG = 512;

    private static final String ONLY_OWN_FILE = "rw-------";
    private static final String ONLY_OWN_DIRECTORY = "rwx------";
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final Door control;
    private final HealthAddress health;
    private final List<Path> files;

    private ControlServer(Door control, HealthAddress health, List<Path> files) {
        this.control = control;
        this.health = health;
        this.files = files;
    }

    /**
     * Starts serving and writes {@code var/control/endpoint}.
     *
     * @param var state directory of the node
     * @param runtime where the socket lies if its path below the state directory would be too long for one
     * @param port TCP port of the health address on 127.0.0.1, 0 for any
     * @throws StartRefused if a file cannot be written. A port that is taken is waited for
     */
    public static ControlServer start(
            Path var, Path runtime, int port, ControlService service, ClusterStore clusters, ModuleStore modules)
            throws StartRefused {
        Path directory = var.resolve("control");
        HealthAddress health = null;
        ServerSocketChannel controlSocket = null;
        try {
            Path temporary = Files.createDirectories(directory.resolve("tmp"));
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(ONLY_OWN_DIRECTORY));
            health = HealthAddress.open(port, HEALTH, new HealthHandler(service));
            Path socket = place(directory, runtime);
            controlSocket = bound(socket);
            Router router = new Router();
            new ClusterRoutes(service, clusters, temporary).addTo(router);
            new StoreRoutes(service, modules, temporary).addTo(router);
            new ModuleRoutes(service, ZoneId.systemDefault()).addTo(router);
            Path endpoint = directory.resolve("endpoint");
            PrivateFile.replace(
                    endpoint,
                    ("unix:" + socket + "\nhttp://127.0.0.1:" + health.port() + "\n").getBytes(StandardCharsets.UTF_8));
            UserPrincipal own = Files.getOwner(socket);
            return new ControlServer(
                    Door.open(
                            controlSocket,
                            CONTROL,
                            Thread.ofPlatform().daemon().name("control").factory(),
                            visitor -> isFrom(visitor, own),
                            new ControlHandler(router, new StateDisk(var))),
                    health,
                    List.of(endpoint, socket));
        } catch (IOException | IllegalArgumentException failure) {
            throw new StartRefused(
                    "The control interface cannot start on port " + port + " with its files in " + directory + ": "
                            + new StateDisk(var)
                                    .advise(
                                            failure,
                                            "Let root write there, or choose another port with LOCKSTEP_PORT."),
                    close(failure, health, controlSocket));
        }
    }

    /** The socket of a daemon that was killed is still there: who holds the lock of the state directory may remove it. */
    private static ServerSocketChannel bound(Path place) throws IOException {
        Files.deleteIfExists(place);
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            socket.bind(UnixDomainSocketAddress.of(place), BACKLOG);
            Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(ONLY_OWN_FILE));
            return socket;
        } catch (IOException failure) {
            socket.close();
            throw new IOException("the socket " + place + " cannot be made: " + failure.getMessage(), failure);
        }
    }

    private static Path place(Path directory, Path runtime) throws IOException {
        Path usual = directory.toRealPath().resolve("socket");
        if (usual.toString().getBytes(StandardCharsets.UTF_8).length <= SOCKET_PATH_BYTES) {
            return usual;
        }
        Files.createDirectories(runtime);
        Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString(ONLY_OWN_DIRECTORY));
        return runtime.resolve("control.socket");
    }

    /** The kernel knows who connected, whatever the modes of files say. */
    private static boolean isFrom(SocketChannel visitor, UserPrincipal user) {
        try {
            return visitor.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(user);
        } catch (IOException gone) {
            LOG.debug("Somebody left before it was known who it was", gone);
            return false;
        }
    }

    private static Exception close(Exception failure, HealthAddress health, ServerSocketChannel control) {
        if (health != null) {
            health.close();
        }
        try {
            if (control != null) {
                control.close();
            }
        } catch (IOException second) {
            failure.addSuppressed(second);
        }
        return failure;
    }

    /** The port of the health address. */
    public int port() {
        return health.port();
    }

    /** Stops serving at once and removes its files. */
    @Override
    public void close() {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException failure) {
                LOG.warn("{} could not be removed; the next start replaces it", file, failure);
            }
        }
        control.close();
        health.close();
    }
}
