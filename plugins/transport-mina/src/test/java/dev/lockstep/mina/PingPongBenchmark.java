package dev.lockstep.mina;

import com.sun.management.OperatingSystemMXBean;
import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.api.link.FreePorts;
import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.api.link.ReplicationTransport.Identity;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.future.ConnectFuture;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.filter.codec.CumulativeProtocolDecoder;
import org.apache.mina.filter.codec.ProtocolCodecFilter;
import org.apache.mina.filter.codec.ProtocolDecoderOutput;
import org.apache.mina.filter.codec.ProtocolEncoder;
import org.apache.mina.filter.codec.ProtocolEncoderAdapter;
import org.apache.mina.filter.codec.ProtocolEncoderOutput;
import org.apache.mina.transport.socket.nio.NioSocketAcceptor;
import org.apache.mina.transport.socket.nio.NioSocketConnector;

/**
 * Not a test: measures the budget of a replicated write, a frame of 4 KiB answered by one of 16 bytes, one in flight.
 * Run its {@code main} with the test class path; argument {@code raw} is
 * MINA as it comes, with its own queue and decoder, without authentication.
 */
final class PingPongBenchmark {
    private static final int REQUEST = 4096;
    private static final int ANSWER = 16;
    private static final int WARM_UP = 30_000;
    private static final int MEASURED = 50_000;

    private PingPongBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        boolean raw = List.of(arguments).contains("raw");
        Runnable stop = raw ? raw() : link();
        stop.run();
        System.exit(0);
    }

    /** Sends the next request from the I/O thread when the answer arrives: as a full pipeline does. */
    private static final class Chain {
        private final long[] nanos = new long[MEASURED];
        private final CountDownLatch done = new CountDownLatch(1);
        private final long cpuBefore = cpuTime();
        private int count;
        private long sent;

        private static long cpuTime() {
            return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                    .getProcessCpuTime();
        }

        /** Answers whether one more is wanted. */
        boolean next() {
            long now = System.nanoTime();
            int index = count++ - WARM_UP;
            if (index >= 0 && index < MEASURED) {
                nanos[index] = now - sent;
            }
            if (index == MEASURED) {
                done.countDown();
                return false;
            }
            sent = System.nanoTime();
            return true;
        }

        void report(String what) throws InterruptedException {
            done.await();
            double cpu = (cpuTime() - cpuBefore) / 1e3 / (WARM_UP + MEASURED);
            Arrays.sort(nanos);
            System.out.printf(
                    "%-45s p50 %6.1f us  p99 %6.1f us  p99.9 %6.1f us  CPU of both sides %5.1f us%n",
                    what,
                    nanos[MEASURED / 2] / 1e3,
                    nanos[MEASURED * 99 / 100] / 1e3,
                    nanos[MEASURED * 999 / 1000] / 1e3,
                    cpu);
        }
    }

    private static Runnable link() throws Exception {
        ClusterKey key = new ClusterKey("one key, of thirty-two bytes 012".getBytes(StandardCharsets.US_ASCII));
        InetSocketAddress port = FreePorts.tcp("127.0.0.1");
        MinaReplicationTransport transport = new MinaReplicationTransport();
        ExecutorService applying = Executors.newSingleThreadExecutor();
        boolean[] apply = new boolean[1];
        transport.listen(
                new Identity("AM", "b", "a"),
                port,
                key,
                accepted -> handler((link, frame) -> {
                    if (apply[0]) {
                        applying.execute(() -> request(link, ANSWER));
                    } else {
                        request(link, ANSWER);
                    }
                }));
        Chain chain = new Chain();
        ArrayBlockingQueue<Long> answers = new ArrayBlockingQueue<>(1);
        boolean[] handOff = new boolean[1];
        long[] received = new long[1];
        ReplicationLink link = transport.connect(
                new Identity("AM", "a", "b"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                port,
                key,
                Duration.ofSeconds(5),
                handler((self, frame) -> {
                    if (handOff[0]) {
                        received[0]++;
                        answers.add(frame.getLong());
                    } else if (chain.next()) {
                        request(self, REQUEST);
                    }
                }));
        request(link, REQUEST);
        chain.report("link, next request from the I/O thread");
        handOff[0] = true;
        Chain handed = new Chain();
        while (handed.next()) {
            request(link, REQUEST);
            answers.take();
        }
        handed.report("link, requesting thread parks");
        apply[0] = true;
        Chain applied = new Chain();
        while (applied.next()) {
            request(link, REQUEST);
            answers.take();
        }
        applied.report("link, same, another thread answers");
        return () -> link.close("done");
    }

    private interface OnFrame {
        void frame(ReplicationLink link, ByteBuffer frame);
    }

    private static LinkHandler handler(OnFrame action) {
        return new LinkHandler() {
            @Override
            public void received(ReplicationLink link, ByteBuffer frame) {
                action.frame(link, frame);
            }

            @Override
            public void closed(ReplicationLink link, String reason) {
                System.out.println("closed: " + reason);
            }
        };
    }

    private static void request(ReplicationLink link, int size) {
        ByteBuffer frame = link.allocate(size);
        link.send(frame.position(size).flip());
    }

    private static Runnable raw() throws Exception {
        NioSocketAcceptor acceptor = new NioSocketAcceptor(1);
        acceptor.getSessionConfig().setTcpNoDelay(true);
        acceptor.getFilterChain().addLast("codec", codec());
        ExecutorService applying = Executors.newSingleThreadExecutor();
        boolean[] apply = new boolean[1];
        acceptor.setHandler(new IoHandlerAdapter() {
            @Override
            public void messageReceived(IoSession session, Object message) {
                if (apply[0]) {
                    applying.execute(() -> rawSend(session, ANSWER));
                } else {
                    rawSend(session, ANSWER);
                }
            }
        });
        InetSocketAddress port = FreePorts.tcp("127.0.0.1");
        acceptor.bind(port);
        Chain chain = new Chain();
        ArrayBlockingQueue<Integer> answers = new ArrayBlockingQueue<>(1);
        boolean[] handOff = new boolean[1];
        NioSocketConnector connector = new NioSocketConnector(1);
        connector.getSessionConfig().setTcpNoDelay(true);
        connector.getFilterChain().addLast("codec", codec());
        connector.setHandler(new IoHandlerAdapter() {
            @Override
            public void messageReceived(IoSession session, Object message) {
                if (handOff[0]) {
                    answers.add((Integer) message);
                } else if (chain.next()) {
                    rawSend(session, REQUEST);
                }
            }
        });
        ConnectFuture future = connector.connect(port);
        IoSession session = future.awaitUninterruptibly().getSession();
        rawSend(session, REQUEST);
        chain.report("raw MINA, next request from the I/O thread");
        handOff[0] = true;
        Chain handed = new Chain();
        while (handed.next()) {
            rawSend(session, REQUEST);
            answers.take();
        }
        handed.report("raw MINA, requesting thread parks");
        apply[0] = true;
        Chain applied = new Chain();
        while (applied.next()) {
            rawSend(session, REQUEST);
            answers.take();
        }
        applied.report("raw MINA, same, another thread answers");
        return session::closeNow;
    }

    private static void rawSend(IoSession session, int size) {
        session.write(IoBuffer.wrap(ByteBuffer.allocate(4 + size).putInt(size).position(0)));
    }

    private static ProtocolCodecFilter codec() {
        ProtocolEncoder none = new ProtocolEncoderAdapter() {
            @Override
            public void encode(IoSession session, Object message, ProtocolEncoderOutput out) {
                out.write(message);
            }
        };
        return new ProtocolCodecFilter(none, new CumulativeProtocolDecoder() {
            @Override
            protected boolean doDecode(IoSession session, IoBuffer in, ProtocolDecoderOutput out) {
                if (!in.prefixedDataAvailable(4)) {
                    return false;
                }
                int length = in.getInt();
                in.skip(length);
                out.write(length);
                return true;
            }
        });
    }
}
