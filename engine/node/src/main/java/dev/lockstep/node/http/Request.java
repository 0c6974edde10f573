package dev.lockstep.node.http;

import dev.lockstep.core.mirror.Caller;
import dev.lockstep.node.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A request as routes see it: names in its path, parameters, a body with a bound. Used by one thread. */
final class Request {
    /** Largest body that is a text, in bytes. */
    static final int TEXT_BYTES = 64 << 10;

    private static final Pattern NAME = Pattern.compile("[\\w@.:-]{1,64}");
    private static final int PARAMETERS = 64;

    private final Exchange exchange;
    private final List<String> names;
    private final List<String[]> parameters;

    Request(Exchange exchange, List<String> names) throws Refusal {
        this.exchange = exchange;
        this.names = names;
        parameters = split(exchange.query().orElse(""));
    }

    private static List<String[]> split(String query) throws Refusal {
        List<String[]> found = new ArrayList<>();
        if (query.isEmpty()) {
            return found;
        }
        String[] pairs = query.split("&", PARAMETERS + 1);
        if (pairs.length > PARAMETERS) {
            throw invalid("The request has more than " + PARAMETERS + " parameters.", "");
        }
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            found.add(new String[] {
                decoded(equals < 0 ? pair : pair.substring(0, equals)),
                decoded(equals < 0 ? "" : pair.substring(equals + 1))
            });
        }
        return found;
    }

    static String decoded(String text) throws Refusal {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw invalid("The address of the request is malformed.", String.valueOf(malformed.getMessage()));
        }
    }

    static Refusal invalid(String message, String reason) {
        return new Refusal(Refusal.Kind.INVALID, message, reason, "See docs/api.md for what can be asked.");
    }

    /** A name in the path, from 0. */
    String name(int position) {
        return names.get(position);
    }

    /** The value of a parameter; empty when it was not given. */
    Optional<String> parameter(String name) {
        return parameters.stream()
                .filter(pair -> pair[0].equals(name))
                .map(pair -> pair[1])
                .findFirst();
    }

    /** All values of a parameter. */
    List<String> parameters(String name) {
        return parameters.stream()
                .filter(pair -> pair[0].equals(name))
                .map(pair -> pair[1])
                .toList();
    }

    /** Whether a parameter is {@code true}; false when it was not given. */
    boolean flag(String name) {
        return parameter(name)
                .filter(value -> value.isEmpty() || value.equals("true"))
                .isPresent();
    }

    /** The number in a parameter. */
    int number(String name, int otherwise, int least, int most) throws Refusal {
        Optional<String> text = parameter(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException none) {
            throw invalid("The parameter " + name + " is '" + text.get() + "', which is no number.", "");
        }
        throw invalid(
                "The parameter " + name + " is " + text.get() + ".", "It goes from " + least + " to " + most + ".");
    }

    /** Who asks: the component named by {@code identity}, else the user the client names. */
    Caller caller() throws Refusal {
        Optional<String> identity = parameter("identity");
        if (identity.isPresent()) {
            return new Caller.Component(plain("identity", identity.get()));
        }
        return new Caller.Operator(
                plain("user", exchange.header("Lockstep-User").orElse("root")));
    }

    private static String plain(String what, String name) throws Refusal {
        if (!NAME.matcher(name).matches()) {
            throw invalid("The " + what + " '" + name + "' is none.", "It has 1 to 64 letters, digits and _ . - : @");
        }
        return name;
    }

    /** The body as text. */
    String text() throws Refusal, IOException {
        byte[] content = exchange.body().readNBytes(TEXT_BYTES + 1);
        if (content.length > TEXT_BYTES) {
            throw invalid("The text is too long.", "At most " + TEXT_BYTES + " bytes are taken.");
        }
        return new String(content, StandardCharsets.UTF_8);
    }

    /** The body as a stream that fails beyond {@code limitBytes}. */
    InputStream body(long limitBytes) {
        return new BoundedInput(exchange.body(), limitBytes);
    }

    /** Whether there is a body. */
    boolean hasBody() {
        return !exchange.header("Content-Length").orElse("0").matches("0+");
    }

    /** Whether the body is said to be of this type. */
    boolean bodyIs(String type) {
        return exchange.header("Content-Type").orElse("").startsWith(type);
    }

    /** Whether the client wants text for people rather than JSON. */
    boolean wantsText() {
        return exchange.header("Accept").orElse("").startsWith("text/plain");
    }
}
