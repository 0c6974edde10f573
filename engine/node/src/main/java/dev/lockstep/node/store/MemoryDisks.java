package dev.lockstep.node.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Tells directories whose content is in memory alone: nothing written there survives the loss of power, flushed or not. */
public final class MemoryDisks {
    private static final Set<String> TYPES = Set.of("tmpfs", "ramfs", "devtmpfs");

    private MemoryDisks() {}

    /** The type of the file system in memory that a directory lies on; empty if it lies on none, or that cannot be told. */
    public static Optional<String> typeAt(Path directory) {
        return OwnMounts.typeBelow(real(directory)).filter(TYPES::contains);
    }

    /** A mount of this engine that is dead answers nothing: then the path is taken as it is written. */
    private static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException unreadable) {
            return directory.toAbsolutePath().normalize();
        }
    }
}
