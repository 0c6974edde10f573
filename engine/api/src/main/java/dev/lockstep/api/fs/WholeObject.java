package dev.lockstep.api.fs;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A name in a directory with as much of the object as is known at once.
 *
 * @param entry the name, and what it names
 * @param state the state of the object, with which it is complete; empty if state and content come later
 * @param content all there is in a file that comes with its state, else empty; no holes, no reserved space
 */
public record WholeObject(DirectoryEntry entry, Optional<ObjectState> state, ByteBuffer content) {}
