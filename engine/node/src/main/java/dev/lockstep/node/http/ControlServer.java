package dev.lockstep.node.http;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.state.StateDisk;
import dev.lockstep.node.store.ClusterStore;
import dev.lockstep.node.store.ModuleStore;
import dev.lockstep.node.store.PrivateFile;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the control interface: HTTP on the loopback address, every request with the token that the daemon writes into
 * {@code control/endpoint} (readable by root alone) at each start.
 */
public final class ControlServer implements AutoCloseable {
    /** Port unless LOCKSTEP_PORT says otherwise. */
    public static final int DEFAULT_PORT = 9010;

    /**
     * Bounds of the JDK's server, which it takes from system properties: connections at a time, seconds one may be silent and
     * milliseconds between two looks at that, seconds for a request to arrive and milliseconds between two looks at that. Whoever
     * is on the host can connect and say nothing: that may keep others out for seconds only.
     */
    private static final Map<String, String> BOUNDS = Map.of(
            "sun.net.httpserver.nodelay", "true",
            "jdk.httpserver.maxConnections", "256",
            "sun.net.httpserver.idleInterval", "5",
            "sun.net.httpserver.clockTick", "1000",
            "sun.net.httpserver.maxReqTime", "15",
            "sun.net.httpserver.timerMillis", "1000");

    private static final int TOKEN_BYTES = 32;
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final HttpServer server;
    private final ExecutorService threads;
    private final Path endpoint;

    private ControlServer(HttpServer server, ExecutorService threads, Path endpoint) {
        this.server = server;
        this.threads = threads;
        this.endpoint = endpoint;
    }

    /**
     * Starts serving and writes {@code var/control/endpoint}.
     *
     * @param var state directory of the node
     * @param port TCP port on 127.0.0.1, 0 for any
     * @throws StartRefused if the port is taken or the file cannot be written
     */
    public static ControlServer start(
            Path var, int port, ControlService service, ClusterStore clusters, ModuleStore modules)
            throws StartRefused {
        BOUNDS.forEach((name, value) -> System.setProperty(name, System.getProperty(name, value)));
        Path control = var.resolve("control");
        try {
            Files.createDirectories(control);
            Path temporary = Files.createDirectories(control.resolve("tmp"));
            byte[] secret = new byte[TOKEN_BYTES];
            new SecureRandom().nextBytes(secret);
            String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 0);
            ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
            server.setExecutor(threads);
            Router router = new Router();
            new ClusterRoutes(service, clusters, temporary).addTo(router);
            new StoreRoutes(service, modules, temporary).addTo(router);
            new ModuleRoutes(service, ZoneId.systemDefault()).addTo(router);
            server.createContext("/", new ControlHandler(router, token, service, new StateDisk(var)));
            server.start();
            ControlServer started = new ControlServer(server, threads, control.resolve("endpoint"));
            String address = "http://127.0.0.1:" + server.getAddress().getPort() + "\n" + token + "\n";
            PrivateFile.replace(started.endpoint, address.getBytes(StandardCharsets.US_ASCII));
            return started;
        } catch (BindException taken) {
            throw new StartRefused(
                    "The control port 127.0.0.1:" + port + " is taken. Another daemon of this host uses it, or another"
                            + " program: choose another port with LOCKSTEP_PORT.",
                    taken);
        } catch (IOException | IllegalArgumentException failure) {
            throw new StartRefused(
                    "The control interface cannot start on port " + port + " with its files in " + control + ": "
                            + new StateDisk(var)
                                    .advise(
                                            failure,
                                            "Let root write there, or choose another port with LOCKSTEP_PORT."),
                    failure);
        }
    }

    /** The port that is served. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops serving at once and removes the endpoint file. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(endpoint);
        } catch (IOException failure) {
            LOG.warn("{} could not be removed; the next start replaces it", endpoint, failure);
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
