package dev.lockstep.api.fs;

/** What an object of a tree is. The code travels between nodes and equals the type digit of POSIX {@code st_mode >> 12}. */
public enum ObjectKind {
    FIFO(1),
    CHARACTER_DEVICE(2),
    DIRECTORY(4),
    BLOCK_DEVICE(6),
    FILE(8),
    SYMBOLIC_LINK(10),
    SOCKET(12);

    private final int code;

    ObjectKind(int code) {
        this.code = code;
    }

    /** The type digit of {@code st_mode}. */
    public int code() {
        return code;
    }

    /** The kind in a {@code st_mode}.
     * @throws IllegalArgumentException if the type digit is none of these */
    public static ObjectKind ofMode(int mode) {
        return ofCode((mode >>> 12) & 0xF);
    }

    /** The kind with this code.
     * @throws IllegalArgumentException if there is none */
    public static ObjectKind ofCode(int code) {
        for (ObjectKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no object kind has code " + code);
    }
}
