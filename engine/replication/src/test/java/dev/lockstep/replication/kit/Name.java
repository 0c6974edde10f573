package dev.lockstep.replication.kit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes as a key. */
@SuppressWarnings("ArrayRecordComponent")
record Name(byte[] bytes) implements Comparable<Name> {
    @Override
    public boolean equals(Object other) {
        return other instanceof Name name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public int compareTo(Name other) {
        return Arrays.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
