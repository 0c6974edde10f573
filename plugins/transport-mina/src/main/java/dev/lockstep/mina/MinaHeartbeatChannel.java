package dev.lockstep.mina;

import dev.lockstep.api.link.ClusterKeys;
import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.link.HeartbeatTransport.Endpoint;
import dev.lockstep.api.link.HeartbeatTransport.HeartbeatChannel;
import dev.lockstep.mina.HeartbeatCodec.Datagram;
import dev.lockstep.mina.HeartbeatCodec.Envelope;
import dev.lockstep.mina.HeartbeatCodec.Nonce;
import dev.lockstep.mina.HeartbeatCodec.Purpose;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open heartbeat. A network that is down is not an error: what is sent then is lost, the port stays. If sending fails
 * for longer than {@link #REBIND_AFTER} although the local address is there, the socket itself is taken for broken and
 * opened again, as often as it takes.
 */
final class MinaHeartbeatChannel implements HeartbeatChannel, SharedPorts.User {
    /** How long sending may fail before the port is opened again. */
    static final Duration REBIND_AFTER = Duration.ofSeconds(2);

    /** Pauses between attempts grow up to this. */
    static final Duration MAX_PAUSE = Duration.ofSeconds(5);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final byte[] EMPTY = new byte[0];
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Logger LOG = LoggerFactory.getLogger(MinaHeartbeatChannel.class);

    private final Endpoint endpoint;
    private final String name;
    private final HeartbeatTransport.Receiver receiver;
    private final Housekeeping housekeeping;
    private final HeartbeatCodec codec;
    private final RefusalLog refusals;

    /** Guards the session, the encoder and what follows; never held while the receiver is called. */
    private final Object lock = new Object();

    private SharedPorts.Port port;
    private final HeartbeatSession session =
            new HeartbeatSession(() -> new Nonce(RANDOM.nextLong(), RANDOM.nextLong()));
    private InetSocketAddress peer;
    private boolean closed;
    /** When sending began to fail; 0 while it works. */
    private long failingSince;

    private boolean failed;
    private boolean recovering;

    /** Only used on the I/O thread. */
    private boolean receiverFailed;

    MinaHeartbeatChannel(
            Endpoint endpoint,
            ClusterKeys keys,
            HeartbeatTransport.Receiver receiver,
            SharedPorts ports,
            RefusalBudget budget,
            Housekeeping housekeeping)
            throws IOException {
        this.endpoint = endpoint;
        String at = endpoint.local().getAddress().getHostAddress() + ":"
                + endpoint.local().getPort();
        this.name = endpoint.module().isEmpty()
                ? "node channel " + at + " to " + endpoint.peerNode()
                : "heartbeat " + at + " of module " + endpoint.module();
        this.receiver = receiver;
        this.peer = endpoint.peer();
        this.housekeeping = housekeeping;
        this.codec = new HeartbeatCodec(keys, endpoint);
        this.refusals = new RefusalLog(LOG, name, budget);
        synchronized (lock) {
            port = ports.open(endpoint.local(), this);
            transmit(session.next(Purpose.HELLO), EMPTY);
        }
    }

    @Override
    public void send(byte[] payload) {
        if (payload.length > HeartbeatTransport.MAX_PAYLOAD) {
            throw new IllegalArgumentException(
                    "a heartbeat carries at most " + HeartbeatTransport.MAX_PAYLOAD + " bytes, not " + payload.length);
        }
        synchronized (lock) {
            transmit(session.next(Purpose.PAYLOAD), payload);
        }
    }

    /** Sends or loses a datagram; the caller holds {@link #lock}. */
    private void transmit(Envelope envelope, byte[] payload) {
        if (closed || port == null || !port.isOpen()) {
            return;
        }
        ByteBuffer datagram = codec.encode(envelope, payload);
        failed = false;
        try {
            port.send(this, datagram, peer);
        } catch (RuntimeException e) {
            sendFailed(e);
        }
        if (!failed && failingSince != 0) {
            failingSince = 0;
            LOG.info("{}: sending works again", name);
        }
    }

    @Override
    public void sendFailed(Throwable cause) {
        synchronized (lock) {
            failed = true;
            if (closed || failingSince != 0) {
                return;
            }
            failingSince = System.nanoTime() | 1;
            LOG.warn("{}: cannot send to {}: {}; it goes on trying", name, peer, cause.toString());
            recoverAfter(REBIND_AFTER, FIRST_PAUSE);
        }
    }

    /** Looks later whether the port has to be opened again; the caller holds {@link #lock}. */
    private void recoverAfter(Duration delay, Duration nextPause) {
        if (!recovering) {
            recovering = true;
            // Closing and binding wait for MINA's loop: not on the timer, which serves all heartbeats.
            housekeeping.after(delay, () -> housekeeping.aside(() -> recover(nextPause)));
        }
    }

    private void recover(Duration pause) {
        if (stillBroken() && addressIsHere()) {
            reopen();
        }
        synchronized (lock) {
            recovering = false;
            if (stillBroken()) {
                Duration longer = pause.multipliedBy(2);
                recoverAfter(pause, longer.compareTo(MAX_PAUSE) < 0 ? longer : MAX_PAUSE);
            }
        }
    }

    private boolean stillBroken() {
        synchronized (lock) {
            return !closed && (!port.isOpen() || failingSince != 0);
        }
    }

    private void reopen() {
        try {
            port.renew();
            synchronized (lock) {
                transmit(session.next(Purpose.HELLO), EMPTY);
            }
        } catch (IOException e) {
            LOG.debug("{}: {}; it goes on trying", name, e.getMessage());
        }
    }

    @Override
    public void redirect(int peerPort) {
        synchronized (lock) {
            if (peer.getPort() != peerPort) {
                peer = new InetSocketAddress(peer.getAddress(), peerPort);
                transmit(session.next(Purpose.HELLO), EMPTY);
            }
        }
    }

    @Override
    public boolean isMeant(ByteBuffer datagram) {
        return codec.isMeant(datagram);
    }

    @Override
    public boolean isPeer(SocketAddress source) {
        return source instanceof InetSocketAddress inet
                && endpoint.peer().getAddress().equals(inet.getAddress());
    }

    private boolean addressIsHere() {
        try {
            return NetworkInterface.getByInetAddress(endpoint.local().getAddress()) != null;
        } catch (SocketException e) {
            LOG.warn("{}: cannot list the network interfaces: {}", name, e.getMessage());
            return true;
        }
    }

    @Override
    public void received(SocketAddress source, ByteBuffer bytes) {
        try {
            Datagram datagram = codec.decode(bytes);
            if (isFresh(datagram.envelope())) {
                if (datagram.envelope().purpose() == Purpose.PAYLOAD) {
                    deliver(datagram.payload());
                }
            }
        } catch (RefusedInputException e) {
            refusals.refused(source, e.getMessage());
            if (e.isForeign() && isPeer(source)) {
                tell(() -> receiver.foreign(e.getMessage()));
            }
        }
    }

    private boolean isFresh(Envelope envelope) throws RefusedInputException {
        synchronized (lock) {
            HeartbeatSession.Verdict verdict = session.judge(envelope);
            switch (verdict) {
                case FRESH_AND_NEW, INTRODUCTION, STALE -> transmit(session.answer(envelope), EMPTY);
                case FRESH, REPLAYED -> {}
            }
            return switch (verdict) {
                case FRESH, FRESH_AND_NEW -> true;
                case INTRODUCTION -> false;
                case STALE ->
                    throw new RefusedInputException(
                            "a heartbeat of a former session (normal once when a node has restarted)");
                case REPLAYED -> throw new RefusedInputException("a heartbeat that was seen before or is too old");
            };
        }
    }

    private void deliver(byte[] payload) {
        tell(() -> receiver.received(payload));
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            if (!receiverFailed) {
                receiverFailed = true;
                LOG.error("{}: the receiver of the heartbeats failed; further failures are not logged", name, e);
            }
        }
    }

    @Override
    public long refusedPackets() {
        return refusals.count();
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        port.leave(this);
    }
}
