package dev.lockstep.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses and host names as texts, without any lookup. */
final class Addresses {
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern DOTTED = Pattern.compile("[0-9.]+");
    private static final Pattern HOST_NAME = Pattern.compile(
            "(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\\.?");
    private static final Pattern MAC = Pattern.compile("[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}");

    private Addresses() {}

    /** The address a text spells, if it is a numeric one; IPv6 without brackets. */
    static Optional<InetAddress> numeric(String text) {
        if (IPV4.matcher(text).matches() || (text.indexOf(':') >= 0 && text.indexOf('%') < 0)) {
            try {
                return Optional.of(InetAddress.ofLiteral(text));
            } catch (IllegalArgumentException malformed) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Whether a text is an IPv4 address. */
    static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches();
    }

    /** Whether a text is an IPv6 address without brackets. */
    static boolean isIpv6(String text) {
        return text.indexOf(':') >= 0
                && numeric(text).filter(Inet6Address.class::isInstance).isPresent();
    }

    /** Whether a text can be a host name. Digits and dots alone are a mistyped address. */
    static boolean isHostName(String text) {
        return HOST_NAME.matcher(text).matches() && !DOTTED.matcher(text).matches();
    }

    /** Whether a text is an address or can be a host name. */
    static boolean isAddressOrName(String text) {
        return numeric(text).isPresent() || isHostName(text);
    }

    /** Whether a text is a hardware address of a single interface. */
    static boolean isUnicastMac(String text) {
        return MAC.matcher(text).matches() && (Integer.parseInt(text.substring(0, 2), 16) & 1) == 0;
    }

    /** One spelling for one address, so that two spellings can be compared; other texts as they are. */
    static String canonical(String text) {
        return numeric(text).map(InetAddress::getHostAddress).orElse(text);
    }
}
