package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.core.config.ReplicatedDirectory;
import dev.lockstep.core.config.RfsConfig.RfsTuning;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Rules on replicated directories. */
final class RfsRules {
    /** Directories of one module: each is a mount with readers and memory of its own. */
    private static final int DIRECTORIES_MAX = 32;

    /** All expressions of one directory together, counted as {@link PosixExpression#size} does: each is looked for in every path. */
    private static final int EXPRESSIONS_MAX = 4 * PosixExpression.SIZE_MAX;

    private final XmlElement rfs;
    private final ModuleContext context;
    private final Diagnostics diagnostics;

    private RfsRules(XmlElement rfs, ModuleContext context, Diagnostics diagnostics) {
        this.rfs = rfs;
        this.context = context;
        this.diagnostics = diagnostics;
    }

    static void check(XmlElement service, ModuleContext context, Diagnostics diagnostics) {
        service.children("rfs").forEach(rfs -> {
            var rules = new RfsRules(rfs, context, diagnostics);
            rules.checkSizes();
            rules.checkPolicy();
            rules.checkDirectories();
            rfs.children("replicated").forEach(rules::checkContent);
        });
    }

    private void checkSizes() {
        var packet = context.platform() == Platform.LINUX ? Written.whole(rfs, "packetsize") : OptionalInt.empty();
        var reintegration = Written.whole(rfs, "reipacketsize");
        if (packet.isPresent() && reintegration.isPresent() && reintegration.getAsInt() > packet.getAsInt()) {
            diagnostics.error(
                    rfs,
                    "reipacketsize",
                    reintegration.getAsInt() + " is larger than the packetsize of " + packet.getAsInt(),
                    "Write at most " + packet.getAsInt() + ".");
        }
        var zone = Written.whole(rfs, "ruzone_blocksize");
        int effective = reintegration.orElse(Math.min(RfsTuning.DEFAULT_SIZE, packet.orElse(RfsTuning.DEFAULT_SIZE)));
        if (zone.isPresent() && effective > 0 && zone.getAsInt() % effective != 0) {
            diagnostics.error(
                    rfs,
                    "ruzone_blocksize",
                    zone.getAsInt() + " is no multiple of the reipacketsize of " + effective
                            + (reintegration.isPresent() ? "" : ", its default"),
                    "Write a multiple of " + effective + ", or change reipacketsize.");
        }
    }

    private void checkPolicy() {
        rfs.value("namespacepolicy")
                .filter(policy ->
                        context.platform() == Platform.LINUX && Set.of("1", "3").contains(policy))
                .ifPresent(policy -> diagnostics.warn(
                        rfs,
                        "namespacepolicy",
                        "the policy " + policy + " means something on Windows only; here 4 is used",
                        "Write 4, or remove it."));
    }

    private void checkDirectories() {
        var directories = rfs.children("replicated");
        if (directories.isEmpty()) {
            diagnostics.error(rfs, "no directory is replicated", "Add <replicated dir=\"...\"/>, or remove rfs.");
        }
        if (directories.size() > DIRECTORIES_MAX) {
            diagnostics.error(
                    directories.get(DIRECTORIES_MAX),
                    "more than " + DIRECTORIES_MAX + " directories are replicated",
                    "Replicate a directory that holds several of them, or divide them among modules.");
            return;
        }
        var seen = new HashMap<String, XmlElement>();
        for (var replicated : directories) {
            var written = Written.filled(replicated, "dir");
            if (written.isPresent() && isUsable(replicated, written.get())) {
                var path = ReplicatedPath.normalized(written.get(), context.platform());
                checkOverlap(replicated, path, seen);
                seen.putIfAbsent(path, replicated);
            }
        }
    }

    private boolean isUsable(XmlElement replicated, String written) {
        if (!ReplicatedPath.isAbsolute(written, context.platform())) {
            refuse(
                    replicated,
                    "\"" + written + "\" is not absolute",
                    context.platform() == Platform.LINUX
                            ? "Write a path that begins with /."
                            : "Write a path that begins with a drive, such as d:\\data.");
            return false;
        }
        if (ReplicatedPath.hasParentStep(written)) {
            refuse(replicated, "\"" + written + "\" contains ..", "Write the path without it.");
            return false;
        }
        var path = ReplicatedPath.normalized(written, context.platform());
        if (ReplicatedPath.isRoot(path, context.platform())) {
            refuse(replicated, "the root of a file system cannot be replicated", "Replicate a directory in it.");
            return false;
        }
        if (context.platform() == Platform.LINUX && path.chars().anyMatch(Character::isWhitespace)) {
            refuse(replicated, "\"" + path + "\" contains a blank", "Rename the directory.");
            return false;
        }
        if (!context.site().isDirectory(path)) {
            refuse(
                    replicated,
                    "there is no directory " + path + " on this node",
                    "Create it on both nodes, or correct the path.");
            return false;
        }
        if (context.platform() == Platform.LINUX && context.site().isMountPoint(path)) {
            refuse(
                    replicated,
                    path + " is a mount point",
                    "Replicate a directory below it, or mount the file system one level higher.");
            return false;
        }
        if (context.site().isPlaceOfTheEngine(path)) {
            refuse(
                    replicated,
                    path + " holds, or lies in, the installation or the state of Lockstep on this node",
                    "Replicate another directory: the engine would wait for itself, and each node needs its own state.");
            return false;
        }
        context.site()
                .memoryDiskAt(path)
                .ifPresent(type -> diagnostics.warn(
                        replicated,
                        "dir",
                        path + " lies in memory (" + type
                                + "): what is written there is gone when this node loses power, also"
                                + " when it was flushed",
                        "Replicate a directory on a disk."));
        return true;
    }

    private void checkOverlap(XmlElement replicated, String path, Map<String, XmlElement> seen) {
        seen.forEach((other, element) -> {
            if (path.equals(other)) {
                refuse(
                        replicated,
                        path + " is replicated already, at line "
                                + element.place().line(),
                        "Remove one of the two.");
            } else if (ReplicatedPath.isInside(path, other, context.platform())
                    || ReplicatedPath.isInside(other, path, context.platform())) {
                refuse(
                        replicated,
                        path + " and " + other + " of line " + element.place().line() + " are inside each other",
                        "Replicate the outer one only.");
            }
        });
        context.otherModules()
                .forEach((name, module) -> module.rfs().stream()
                        .flatMap(other -> other.directories().stream())
                        .map(ReplicatedDirectory::dir)
                        .filter(other -> path.equals(other)
                                || ReplicatedPath.isInside(path, other, context.platform())
                                || ReplicatedPath.isInside(other, path, context.platform()))
                        .forEach(other -> refuse(
                                replicated,
                                path + " is replicated by the module " + name
                                        + (path.equals(other) ? "" : " (" + other + ")"),
                                "Give each module directories of its own.")));
    }

    private void refuse(XmlElement replicated, String problem, String remedy) {
        diagnostics.error(replicated, "dir", problem, remedy);
    }

    private void checkContent(XmlElement replicated) {
        replicated.children("tocheck").forEach(check -> checkRelative(check, "path"));
        int size = 0;
        for (var left : replicated.children("notreplicated")) {
            boolean path = left.attribute("path").isPresent();
            boolean expression = left.attribute("regexpath").isPresent();
            if (path == expression) {
                diagnostics.error(
                        left,
                        path ? "both path and regexpath are written" : "neither path nor regexpath is written",
                        "Write one of them; use a second notreplicated for the other.");
            }
            checkRelative(left, "path");
            size += checkExpression(left);
            if (size > EXPRESSIONS_MAX) {
                diagnostics.error(
                        left,
                        "regexpath",
                        "up to here the expressions of this directory have more than " + EXPRESSIONS_MAX
                                + " parts, repetitions written out",
                        "Use fewer and shorter ones; each is looked for in every path.");
                return;
            }
        }
    }

    private void checkRelative(XmlElement element, String attribute) {
        Written.filled(element, attribute).ifPresent(path -> {
            if (path.startsWith("/") || ReplicatedPath.isAbsolute(path, context.platform())) {
                diagnostics.error(
                        element,
                        attribute,
                        "\"" + path + "\" is absolute",
                        "Write it relative to the replicated directory.");
            } else if (ReplicatedPath.hasParentStep(path)) {
                diagnostics.error(
                        element,
                        attribute,
                        "\"" + path + "\" leaves the replicated directory",
                        "Write a path inside it, without ..");
            } else if (ReplicatedPath.relative(path, context.platform()).isEmpty()) {
                diagnostics.error(
                        element,
                        attribute,
                        "\"" + path + "\" is the replicated directory itself",
                        "Name something in it.");
            }
        });
    }

    /** How large the expression of an element is; 0 without a good one. */
    private int checkExpression(XmlElement left) {
        var written = Written.filled(left, "regexpath").orElse("");
        if (written.isEmpty()) {
            return 0;
        }
        var expression = written.startsWith("!") ? written.substring(1) : written;
        if (expression.isEmpty()) {
            diagnostics.error(left, "regexpath", "there is no expression after !", "Write one.");
            return 0;
        }
        try {
            return PosixExpression.size(expression);
        } catch (PosixExpression.Invalid invalid) {
            diagnostics.error(
                    left,
                    "regexpath",
                    "\"" + expression + "\" is no POSIX extended regular expression: " + invalid.getMessage(),
                    "Correct it; a dot for itself is written \\. and a digit [0-9].");
            return 0;
        }
    }
}
