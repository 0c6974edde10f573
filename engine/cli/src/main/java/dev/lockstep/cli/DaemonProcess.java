package dev.lockstep.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The process that works with a state directory: the one that holds its lock open. */
final class DaemonProcess {
    private DaemonProcess() {}

    /** Its number; empty when there is none, or when this user may not look. */
    static OptionalLong of(Path var) {
        try {
            Path lock = var.resolve("control").resolve("daemon.lock").toRealPath();
            long process = Long.parseLong(Files.readString(lock).strip());
            return holds(Path.of("/proc", Long.toString(process), "fd"), lock)
                    ? OptionalLong.of(process)
                    : OptionalLong.empty();
        } catch (IOException | RuntimeException none) {
            return OptionalLong.empty();
        }
    }

    /** The number alone may be that of another process by now. */
    private static boolean holds(Path descriptors, Path lock) throws IOException {
        try (Stream<Path> open = Files.list(descriptors)) {
            return open.anyMatch(descriptor -> leadsTo(descriptor, lock));
        }
    }

    private static boolean leadsTo(Path descriptor, Path lock) {
        try {
            return Files.readSymbolicLink(descriptor).equals(lock);
        } catch (IOException closed) {
            return false;
        }
    }
}
