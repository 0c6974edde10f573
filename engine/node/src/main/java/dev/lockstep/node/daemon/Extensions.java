package dev.lockstep.node.daemon;

import dev.lockstep.api.fs.FileSystemInterceptor;
import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.link.ReplicationTransport;
import dev.lockstep.node.StartRefused;

/** The plugins the daemon works with. A plugin that is missing is missed only by the module that asks for it. */
public interface Extensions {
    /** Heartbeats.
     * @throws StartRefused if there is no plugin for them */
    HeartbeatTransport heartbeats() throws StartRefused;

    /** Replication links.
     * @throws StartRefused if there is no plugin for them */
    ReplicationTransport replication() throws StartRefused;

    /** Interception of directories.
     * @throws StartRefused if there is no plugin for it */
    FileSystemInterceptor interception() throws StartRefused;
}
