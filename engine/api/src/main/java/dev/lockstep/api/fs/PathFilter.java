package dev.lockstep.api.fs;

/** Which paths of a tree are replicated. Pure and thread-safe. */
@FunctionalInterface
public interface PathFilter {
    /** Everything is replicated. */
    PathFilter ALL = (path, directory) -> true;

    /**
     * Whether an object is replicated.
     *
     * @param relativePath its path relative to the root, {@code /} between names, bytes that are not UTF-8 replaced
     * @param directory whether it is a directory
     */
    boolean isReplicated(String relativePath, boolean directory);
}
