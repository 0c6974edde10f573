package dev.lockstep.node.http;

import dev.lockstep.node.StartRefused;
import dev.lockstep.node.store.ClusterStore;
import dev.lockstep.node.store.ModuleStore;
import java.nio.file.Path;

/**
 * Serves the control interface: HTTP on the loopback address, every request with the token that the daemon writes into
 * {@code control/endpoint} (readable by root alone) at each start.
 */
public final class ControlServer implements AutoCloseable {
    /** Port unless LOCKSTEP_PORT says otherwise. */
    public static final int DEFAULT_PORT = 9010;

    private ControlServer() {}

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
        if (port < 0 || port > 65_535) {
            throw new StartRefused("The control port " + port + " is none: LOCKSTEP_PORT is a number up to 65535.");
        }
        return new ControlServer();
    }

    /** Stops serving and removes the endpoint file. */
    @Override
    public void close() {}
}
