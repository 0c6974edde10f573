package dev.lockstep.it.bench;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Host;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * A yardstick for what keeping two copies costs on this machine: a program that sends each block to the other node, writes and flushes it
 * meanwhile itself, and waits until the other node has done so too. Each writer has a file, a thread and a connection of its own on both
 * nodes, so that nothing waits for anything else. No interception, no encryption, no order between files, no way back after a failure. What
 * Lockstep adds to the machine's own price is the distance to this figure.
 */
public final class PlainCopy {
    private static final int PORT = 7_777;
    private static final int BLOCK = 4_096;
    private static final int BLOCKS = 1_024;
    private static final int WARM_UP_SECONDS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long RETRY_NANOS = Duration.ofMillis(20).toNanos();

    private PlainCopy() {}

    /** Blocks per second of all writers; {@code flush} says whether each is flushed on both nodes before the next. */
    static double measure(Cluster cluster, String directory, boolean flush, int writers, int seconds) {
        Host one = cluster.node1().host();
        Host two = cluster.node2().host();
        String file = directory + "/plain-copy";
        List<String> same = List.of(file, Boolean.toString(flush), Integer.toString(writers));
        Process receiver = two.start(Map.of(), two.disk().resolve("plain-copy.out"), java("receive", same));
        try {
            List<String> send = java("send", same);
            send.addAll(List.of(two.address("cross"), Integer.toString(seconds)));
            return Double.parseDouble(
                    one.run(PATIENCE, Map.of(), send).expectOk().out().strip());
        } finally {
            receiver.descendants().forEach(ProcessHandle::destroyForcibly);
            receiver.destroyForcibly();
            for (Host host : List.of(one, two)) {
                host.run(PATIENCE, Map.of(), List.of("bash", "-c", "rm -f '" + file + "'.*"));
            }
        }
    }

    private static List<String> java(String word, List<String> words) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                PlainCopy.class.getName(),
                word));
        command.addAll(words);
        return command;
    }

    /** {@code receive FILE FLUSH WRITERS} or {@code send FILE FLUSH WRITERS ADDRESS SECONDS}, which prints blocks per second. */
    public static void main(String[] words) throws IOException, InterruptedException, ExecutionException {
        String name = words[1];
        boolean flush = Boolean.parseBoolean(words[2]);
        int writers = Integer.parseInt(words[3]);
        List<FileChannel> files = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            files.add(layOut(Path.of(name + "." + i)));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            if (words[0].equals("receive")) {
                List<Future<?>> received = new ArrayList<>();
                try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(PORT))) {
                    for (FileChannel file : files) {
                        SocketChannel link = server.accept();
                        received.add(threads.submit(() -> receive(link, file, flush)));
                    }
                }
                for (Future<?> one : received) {
                    one.get();
                }
                return;
            }
            List<Future<Double>> rates = new ArrayList<>();
            for (FileChannel file : files) {
                rates.add(threads.submit(() -> send(file, flush, words[4], Integer.parseInt(words[5]))));
            }
            double sum = 0;
            for (Future<Double> rate : rates) {
                sum += rate.get();
            }
            System.out.printf(Locale.ROOT, "%.1f%n", sum);
        }
    }

    private static FileChannel layOut(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        for (int i = 0; i < BLOCKS; i++) {
            file.write(ByteBuffer.allocate(BLOCK), (long) i * BLOCK);
        }
        file.force(true);
        return file;
    }

    private static Object receive(SocketChannel connection, FileChannel file, boolean flush) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(Long.BYTES + BLOCK);
        try (SocketChannel link = connection) {
            link.setOption(StandardSocketOptions.TCP_NODELAY, true);
            while (filled(link, block)) {
                file.write(block.slice(Long.BYTES, BLOCK), block.getLong(0));
                if (flush) {
                    file.force(false);
                }
                link.write(ByteBuffer.allocate(1));
            }
        }
        return null;
    }

    private static double send(FileChannel file, boolean flush, String address, int seconds) throws IOException {
        Random random = new Random(1);
        ByteBuffer block = ByteBuffer.allocateDirect(Long.BYTES + BLOCK);
        ByteBuffer answer = ByteBuffer.allocateDirect(1);
        try (SocketChannel link = connect(address)) {
            link.setOption(StandardSocketOptions.TCP_NODELAY, true);
            long begin = System.nanoTime() + Duration.ofSeconds(WARM_UP_SECONDS).toNanos();
            long end = begin + Duration.ofSeconds(seconds).toNanos();
            long copied = 0;
            for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
                long offset = (long) random.nextInt(BLOCKS) * BLOCK;
                block.clear().putLong(0, offset);
                while (block.hasRemaining()) {
                    link.write(block);
                }
                file.write(block.slice(Long.BYTES, BLOCK), offset);
                if (flush) {
                    file.force(false);
                }
                if (!filled(link, answer)) {
                    throw new EOFException("the other node has closed the connection");
                }
                copied += now >= begin ? 1 : 0;
            }
            return (double) copied / seconds;
        }
    }

    private static boolean filled(SocketChannel link, ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (link.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The other node lays out its file first. */
    private static SocketChannel connect(String address) throws IOException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return SocketChannel.open(new InetSocketAddress(address, PORT));
            } catch (ConnectException notYet) {
                if (System.nanoTime() > giveUp) {
                    throw notYet;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }
}
