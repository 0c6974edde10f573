package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.core.config.ServiceMode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;

/** Values of attributes as the checks need them: absent when they were not written or are not valid. */
final class Written {
    private Written() {}

    /** A whole number. */
    static OptionalInt whole(XmlElement element, String attribute) {
        var value = element.value(attribute).filter(text -> text.matches("-?[0-9]{1,9}"));
        return value.map(text -> OptionalInt.of(Integer.parseInt(text))).orElse(OptionalInt.empty());
    }

    /** A duration whose unit is this one when no suffix is written. */
    static Optional<Duration> time(XmlElement element, String attribute, ChronoUnit unit) {
        return element.value(attribute).flatMap(text -> switch (Durations.read(text, unit)) {
            case Durations.Valid valid -> Optional.of(valid.duration());
            case Durations.Invalid _ -> Optional.empty();
        });
    }

    /** The mode of a service. */
    static Optional<ServiceMode> mode(XmlElement service) {
        return service.value("mode").flatMap(text -> switch (text) {
            case "mirror" -> Optional.of(ServiceMode.MIRROR);
            case "farm" -> Optional.of(ServiceMode.FARM);
            case "light" -> Optional.of(ServiceMode.LIGHT);
            default -> Optional.empty();
        });
    }

    /** A value that is not blank. */
    static Optional<String> filled(XmlElement element, String attribute) {
        return element.value(attribute).filter(text -> !text.isBlank());
    }

    /** An address without the brackets IPv6 may be written in. */
    static String withoutBrackets(String address) {
        return address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
    }
}
