package dev.lockstep.mina;

import dev.lockstep.api.link.ClusterKeys;
import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.api.link.ReplicationTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.pf4j.Extension;

/**
 * Replication links over TCP. Wire format: {@link Handshake}, then {@link FrameCipher}. Each link has its own I/O thread,
 * on which its handler is called; the thread that sends a frame writes it to the socket itself.
 */
@Extension
public final class MinaReplicationTransport implements ReplicationTransport {
    private final BufferPool pool = new BufferPool();
    private final Housekeeping housekeeping = new Housekeeping("lockstep-link");
    private final RefusalBudget budget = new RefusalBudget(System::nanoTime);

    @Override
    public Listener listen(Identity identity, InetSocketAddress local, ClusterKeys keys, Acceptor acceptor)
            throws IOException {
        return new LinkListener(identity, resolved(local), keys, acceptor, pool, budget, housekeeping);
    }

    @Override
    public ReplicationLink connect(
            Identity identity,
            InetSocketAddress local,
            InetSocketAddress peer,
            ClusterKeys keys,
            Duration timeout,
            LinkHandler handler)
            throws IOException {
        return new LinkConnector(identity, resolved(peer), keys, handler, pool, housekeeping)
                .connect(resolved(local), timeout);
    }

    private static InetSocketAddress resolved(InetSocketAddress address) throws IOException {
        if (address.isUnresolved()) {
            throw new IOException("the host name " + address.getHostString() + " cannot be resolved");
        }
        return address;
    }
}
