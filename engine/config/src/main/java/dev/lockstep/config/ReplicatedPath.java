package dev.lockstep.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Paths as configurations write them, handled as text: the system they are for may be another. */
final class ReplicatedPath {
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:[\\\\/].*", Pattern.DOTALL);

    private ReplicatedPath() {}

    static boolean isAbsolute(String path, Platform platform) {
        return switch (platform) {
            case LINUX -> path.startsWith("/");
            case WINDOWS -> DRIVE.matcher(path).matches() || path.startsWith("\\\\");
        };
    }

    static boolean hasParentStep(String path) {
        return Arrays.asList(path.split("[/\\\\]", -1)).contains("..");
    }

    /** An absolute path with single separators and no empty or {@code .} step, and none at the end. */
    static String normalized(String path, Platform platform) {
        return switch (platform) {
            case LINUX -> "/" + steps(path, "/");
            case WINDOWS -> steps(path, "[/\\\\]").replace('/', '\\');
        };
    }

    /** A relative path with {@code /} between its steps; empty for the directory itself. */
    static String relative(String path, Platform platform) {
        return steps(path, platform == Platform.LINUX ? "/" : "[/\\\\]");
    }

    static boolean isRoot(String normalized, Platform platform) {
        return switch (platform) {
            case LINUX -> normalized.equals("/");
            case WINDOWS -> normalized.length() <= 2;
        };
    }

    static boolean isInside(String path, String directory, Platform platform) {
        return switch (platform) {
            case LINUX -> path.startsWith(directory + "/");
            case WINDOWS -> path.toLowerCase(Locale.ROOT).startsWith(directory.toLowerCase(Locale.ROOT) + "\\");
        };
    }

    private static String steps(String path, String separator) {
        return Arrays.stream(path.split(separator, -1))
                .filter(step -> !step.isEmpty() && !step.equals("."))
                .collect(Collectors.joining("/"));
    }
}
