package dev.lockstep.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Asks the daemon of this node: one HTTP request per connection over its Unix socket, which only root can reach. The JDK's clients know
 * no such sockets, and take longer to load than the rest of the command. Understands what the daemon's server sends, no more.
 */
final class DaemonClient {
    private static final int LINE_BYTES = 8_192;
    private static final int HEADERS = 64;
    private static final String UNIX = "unix:";

    private final Path var;
    private final String user;
    private final boolean json;

    DaemonClient(Path var, String user, boolean json) {
        this.var = var;
        this.user = user;
        this.json = json;
    }

    /** The same client, answered with text also when the user wants JSON. */
    DaemonClient asText() {
        return json ? new DaemonClient(var, user, false) : this;
    }

    /**
     * Asks.
     *
     * @param path below {@code /api/v1/}, encoded, with its parameters
     * @param waitMillis how long the daemon may be silent, 0 for ever
     */
    Answer ask(String method, String path, Content content, int waitMillis) throws CommandFailure {
        Path socket = socket();
        try {
            DaemonSocket connection = DaemonSocket.connect(socket, waitMillis);
            connection.write(request(method, path, content));
            return answer(new BufferedInputStream(connection.input()));
        } catch (SocketTimeoutException late) {
            throw noAnswer("it said nothing for " + waitMillis / 1_000 + " seconds");
        } catch (AccessDeniedException denied) {
            throw notAllowed(socket);
        } catch (IOException | NumberFormatException refused) {
            throw noAnswer("nothing answers on " + socket + ": " + refused.getMessage());
        }
    }

    private byte[] request(String method, String path, Content content) {
        StringBuilder head = new StringBuilder();
        head.append(method).append(" /api/v1/").append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
        head.append("Accept: ").append(json ? "application/json" : "text/plain").append("\r\n");
        head.append("Lockstep-User: ").append(user).append("\r\nConnection: close\r\n");
        if (!content.type().isEmpty()) {
            head.append("Content-Type: ").append(content.type()).append("\r\n");
        }
        head.append("Content-Length: ").append(content.bytes().length).append("\r\n\r\n");
        byte[] headBytes = head.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[headBytes.length + content.bytes().length];
        System.arraycopy(headBytes, 0, all, 0, headBytes.length);
        System.arraycopy(content.bytes(), 0, all, headBytes.length, content.bytes().length);
        return all;
    }

    private static Answer answer(InputStream in) throws IOException {
        String first = line(in);
        int blank = first.indexOf(' ');
        if (!first.startsWith("HTTP/1.1 ") || first.length() < blank + 4) {
            throw new IOException("no HTTP answer: " + first);
        }
        int status = Integer.parseInt(first.substring(blank + 1, blank + 4));
        int exit = status < 300 ? ExitCode.DONE : ExitCode.FAILED;
        long length = -1;
        boolean chunked = false;
        for (int i = 0; i < HEADERS; i++) {
            String header = line(in);
            if (header.isEmpty()) {
                break;
            }
            int colon = header.indexOf(':');
            String value = header.substring(colon + 1).strip();
            switch (header.substring(0, Math.max(0, colon)).toLowerCase(java.util.Locale.ROOT)) {
                case "lockstep-exit" -> exit = Integer.parseInt(value);
                case "content-length" -> length = Long.parseLong(value);
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                default -> {
                    continue;
                }
            }
        }
        return new Answer(status, exit, chunked ? new ChunkedBody(in) : new CountedBody(in, Math.max(0, length)));
    }

    static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.size() > LINE_BYTES) {
                throw new IOException("the answer ends in the middle of a line");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** Where the daemon is asked, as it has written down. */
    private Path socket() throws CommandFailure {
        Path file = var.resolve("control").resolve("endpoint");
        try {
            String first = Files.readString(file).lines().findFirst().orElse("");
            if (!first.startsWith(UNIX)) {
                throw noAnswer(file + " names no socket");
            }
            return Path.of(first.substring(UNIX.length()));
        } catch (NoSuchFileException none) {
            throw noAnswer("there is no " + file);
        } catch (AccessDeniedException denied) {
            throw notAllowed(file);
        } catch (IOException | RuntimeException damaged) {
            throw noAnswer(file + " cannot be used: " + damaged.getMessage());
        }
    }

    private static CommandFailure notAllowed(Path file) {
        return new CommandFailure(
                ExitCode.NOT_ALLOWED, "This user may not ask the daemon: " + file + " is root's.", "Run it as root.");
    }

    /** Nobody answers: because there is no daemon, or because there is one that cannot. */
    private CommandFailure noAnswer(String reason) {
        OptionalLong process = DaemonProcess.of(var);
        if (process.isPresent()) {
            return new CommandFailure(
                    ExitCode.BUSY,
                    "The daemon runs (process " + process.getAsLong() + ") and does not answer (" + reason + ").",
                    "It may be starting or ending: try again in a moment. If that goes on, look at its log and restart"
                            + " it; modules that run here stop with it.");
        }
        return new CommandFailure(
                ExitCode.NO_DAEMON,
                "The daemon is not running on this node (" + reason + ").",
                "Start the service that runs 'lockstep daemon', or that command itself. If its state is not in"
                        + " /var/lockstep, set LOCKSTEP_VAR.");
    }
}
