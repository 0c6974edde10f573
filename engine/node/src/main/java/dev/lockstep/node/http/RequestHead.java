package dev.lockstep.node.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first part of a request (RFC 9112).
 *
 * @param target path and query
 * @param version {@code HTTP/1.1} or {@code HTTP/1.0}
 * @param headers by name, whatever its case; of a name that comes twice the first value
 */
record RequestHead(String method, URI target, String version, Map<String, String> headers) {
    /** Largest head, in bytes. */
    static final int BYTES_MAX = 64 << 10;

    private static final int HEADERS_MAX = 100;
    private static final Pattern FIRST_LINE = Pattern.compile("([A-Z]{1,20}) (/\\S*) (HTTP/1\\.[01])");
    private static final Pattern HEADER = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*");

    /**
     * Reads a head up to the empty line that ends it.
     *
     * @throws EOFException if the connection ends before
     */
    static RequestHead read(InputStream in) throws IOException, MalformedRequest {
        int left = BYTES_MAX;
        String first = line(in, left);
        Matcher request = FIRST_LINE.matcher(first);
        if (!request.matches()) {
            throw new MalformedRequest("It does not begin with METHOD /PATH HTTP/1.1.");
        }
        left -= first.length();
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
            left -= line.length();
            Matcher header = HEADER.matcher(line);
            if (!header.matches()) {
                throw new MalformedRequest("A header is not NAME: VALUE.");
            }
            String before = headers.putIfAbsent(header.group(1), header.group(2));
            boolean frames = header.group(1).equalsIgnoreCase("Content-Length")
                    || header.group(1).equalsIgnoreCase("Transfer-Encoding");
            if (before != null && frames) {
                throw new MalformedRequest("The header " + header.group(1) + " comes twice.");
            }
            if (headers.size() > HEADERS_MAX) {
                throw new MalformedRequest("It has more than " + HEADERS_MAX + " headers.");
            }
        }
        try {
            return new RequestHead(request.group(1), new URI(request.group(2)), request.group(3), headers);
        } catch (URISyntaxException malformed) {
            throw new MalformedRequest("Its address is malformed: " + malformed.getReason() + ".");
        }
    }

    /** A line without its end. */
    static String line(InputStream in, int limit) throws IOException, MalformedRequest {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended in the middle of a request");
            }
            if (line.size() >= limit) {
                throw new MalformedRequest("It is too long.");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** The value of a header. */
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
