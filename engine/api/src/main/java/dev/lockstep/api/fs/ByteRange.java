package dev.lockstep.api.fs;

/**
 * A part of a file.
 *
 * @param offset its first byte
 * @param length its bytes
 */
public record ByteRange(long offset, long length) {
    /** Where it ends: the first byte behind it. */
    public long end() {
        return offset + length;
    }
}
