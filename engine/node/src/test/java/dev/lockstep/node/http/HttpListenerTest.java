package dev.lockstep.node.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that answers method, path and body; {@code /long} when it is told to go on, {@code /stream} in two pieces. */
class HttpListenerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int AWAITED = 4;
    private static final int WORKED_FOR = 2;

    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger under = new AtomicInteger();
    private final List<Socket> opened = new ArrayList<>();
    private HttpListener listener;

    @AfterEach
    void stop() throws IOException {
        goOn.countDown();
        listener.close();
        for (Socket socket : opened) {
            socket.close();
        }
    }

    private void start(Duration head) throws IOException {
        listener = HttpListener.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new HttpListener.Bounds(AWAITED, WORKED_FOR, head, LIMIT),
                this::answer);
    }

    private void answer(Exchange exchange) throws IOException {
        RequestHead head = exchange.head();
        switch (head.target().getPath()) {
            case "/long" -> {
                under.incrementAndGet();
                untilToldToGoOn();
                exchange.answer(200, "late".getBytes(StandardCharsets.US_ASCII));
            }
            case "/stream" -> {
                try (OutputStream out = exchange.stream(200)) {
                    out.write("one".getBytes(StandardCharsets.US_ASCII));
                    out.write("three".getBytes(StandardCharsets.US_ASCII));
                }
            }
            case "/unread" -> exchange.answer(401, new byte[0]);
            default -> {
                String body = new String(exchange.body().readAllBytes(), StandardCharsets.US_ASCII);
                exchange.answer(
                        200, (head.method() + " " + head.target() + " " + body).getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private void untilToldToGoOn() throws IOException {
        try {
            assertTrue(goOn.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException ending) {
            throw new IOException(ending);
        }
    }

    private Socket connect(String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        opened.add(socket);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** What the server says until it closes; a connection that it broke off says nothing. */
    private static String answer(Socket socket) {
        return assertTimeoutPreemptively(LIMIT, () -> {
            try {
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            } catch (IOException brokenOff) {
                return "";
            }
        });
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET / HTTP/1.1\r\nHost: x\r\n"})
    void idleConnectionsHoldNoPlaceTheOldestMakesRoom(String begun) throws Exception {
        start(LIMIT);
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < 5 * AWAITED; i++) {
            idle.add(connect(begun));
        }

        assertEquals("GET /a ", body(answer(connect(get("/a")))));

        for (Socket oldest : idle.subList(0, 4 * AWAITED)) {
            assertEquals("", answer(oldest));
        }
        Socket youngest = idle.getLast();
        youngest.getOutputStream()
                .write(get("/b")
                        .substring(
                                begun.length() < 20 ? begun.length() : get("/b").length() - 2)
                        .getBytes(StandardCharsets.US_ASCII));
        assertTrue(answer(youngest).startsWith("HTTP/1.1 200 OK\r\n"), "a young one is still waited for");
    }

    @Test
    void whoIsWorkedForIsNotClosedForIdleOnesOrForTime() throws Exception {
        start(Duration.ofMillis(200));
        Socket waiting = connect(get("/long"));
        await().atMost(LIMIT).until(() -> under.get() == 1);
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < 3 * AWAITED; i++) {
            idle.add(connect(""));
        }
        for (Socket socket : idle) {
            assertEquals("", answer(socket), "the time for a request to arrive is over");
        }

        goOn.countDown();

        assertEquals("late", body(answer(waiting)));
    }

    @Test
    void aRequestThatComesByteByByteIsClosedInTime() throws Exception {
        start(Duration.ofMillis(300));
        Socket slow = connect("GET / HTTP/1.1\r\nA: ");
        Thread dripping = Thread.ofVirtual().start(() -> drip(slow));

        assertEquals("", answer(slow));

        assertTrue(dripping.join(LIMIT));
    }

    private void drip(Socket slow) {
        try {
            while (!goOn.await(5, TimeUnit.MILLISECONDS)) {
                slow.getOutputStream().write('a');
            }
        } catch (IOException closed) {
            goOn.countDown();
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void moreRequestsThanCanBeAnsweredAreToldSo() throws Exception {
        start(LIMIT);
        List<Socket> first = List.of(connect(get("/long")), connect(get("/long")));
        await().atMost(LIMIT).until(() -> under.get() == WORKED_FOR);

        assertTrue(answer(connect(get("/a"))).startsWith("HTTP/1.1 503 Service Unavailable\r\n"));

        goOn.countDown();
        assertEquals("late", body(answer(first.getFirst())));
        assertEquals("late", body(answer(first.getLast())));
        await().atMost(LIMIT).until(() -> body(answer(connect(get("/a")))).equals("GET /a "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET /a?b=c HTTP/1.1~Host: x~~                                              | GET /a?b=c
            GET /a HTTP/1.0~~                                                          | GET /a
            POST /a HTTP/1.1~content-length: 3~~abc                                    | POST /a abc
            POST /a HTTP/1.1~Content-Length: 3~~abcdef                                 | POST /a abc
            PUT /a HTTP/1.1~Transfer-Encoding: chunked~~2~ab~1;x=y~c~0~Trailer: t~~    | PUT /a abc
            HEAD /a HTTP/1.1~~                                                         | ''
            GET /stream HTTP/1.0~~                                                     | onethree
            GET /stream HTTP/1.1~~                                                     | 3~one~5~three~0~~
            """)
    void bodiesGoBothWays(String request, String answer) throws Exception {
        start(LIMIT);

        String said = answer(connect(request.strip().replace("~", "\r\n")));

        assertTrue(said.startsWith("HTTP/1.1 200 OK\r\n"), said);
        assertEquals(answer.strip(), body(said).replace("\r\n", "~").strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "~~",
                "get / HTTP/1.1~~",
                "GET / HTTP/2~~",
                "GET http://x/ HTTP/1.1~~",
                "GET /%zz HTTP/1.1~~",
                "GET / HTTP/1.1~no header~~",
                "GET / HTTP/1.1~ folded: x~~",
                "POST / HTTP/1.1~Content-Length: 1~Content-Length: 2~~",
                "POST / HTTP/1.1~Content-Length: 1~Transfer-Encoding: chunked~~",
                "POST / HTTP/1.1~Content-Length: -1~~",
                "POST / HTTP/1.1~Transfer-Encoding: gzip~~"
            })
    void whatIsNoRequestIsToldSo(String rubbish) throws Exception {
        start(LIMIT);
        Socket socket = connect(rubbish.replace("~", "\r\n"));
        socket.shutdownOutput();

        String said = answer(socket);

        assertTrue(said.startsWith("HTTP/1.1 400 Bad Request\r\n"), said);
        assertTrue(body(said).startsWith("error: The request is not answered. "), said);
    }

    @Test
    void aHeadThatDoesNotEndIsCutOff() throws Exception {
        start(LIMIT);
        Socket socket = connect("GET / HTTP/1.1\r\nA: " + "a".repeat(RequestHead.BYTES_MAX + 1));
        socket.shutdownOutput();

        assertTrue(answer(socket).startsWith("HTTP/1.1 400 "));
    }

    @Test
    void aBodyThatNobodyWantsDoesNotTakeTheAnswerAway() throws Exception {
        start(LIMIT);
        Socket socket = connect("POST /unread HTTP/1.1\r\nContent-Length: 300000\r\n\r\n" + "a".repeat(300_000));
        socket.shutdownOutput();

        assertTrue(answer(socket).startsWith("HTTP/1.1 401 Unauthorized\r\n"));
    }

    @Test
    void whoWaitsToBeAskedForItsBodyIsAsked() throws Exception {
        start(LIMIT);
        Socket socket = connect("POST /a HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
        String asked = new String(
                socket.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length()),
                StandardCharsets.US_ASCII);
        socket.getOutputStream().write("abc".getBytes(StandardCharsets.US_ASCII));

        assertEquals("HTTP/1.1 100 Continue\r\n\r\n", asked);
        assertEquals("POST /a abc", body(answer(socket)));
    }
}
