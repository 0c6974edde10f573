package dev.lockstep.config;

import java.util.Optional;
import java.util.Set;

/**
 * What a reader asks about the node it runs on. Each question is answered at once, without waiting for the network
 * longer than a name lookup.
 */
public interface SiteChecks {

    /** A site about which nothing is known, and nothing is refused: for a file that is checked away from its cluster. */
    SiteChecks ANYWHERE = new SiteChecks() {
        @Override
        public boolean isDirectory(String path) {
            return true;
        }

        @Override
        public boolean isMountPoint(String path) {
            return false;
        }

        @Override
        public Optional<String> memoryDiskAt(String path) {
            return Optional.empty();
        }

        @Override
        public boolean isPlaceOfTheEngine(String path) {
            return false;
        }

        @Override
        public boolean isExecutableInBin(String path) {
            return true;
        }

        @Override
        public boolean isResolvable(String hostName) {
            return true;
        }

        @Override
        public Optional<Set<String>> localAddresses() {
            return Optional.empty();
        }

        @Override
        public boolean isOnLocalNetwork(String address) {
            return true;
        }

        @Override
        public Optional<String> hostName() {
            return Optional.empty();
        }
    };

    /** Whether there is a directory at this absolute path. */
    boolean isDirectory(String path);

    /** Whether this directory is a mount point, mounts made by Lockstep itself not counted. */
    boolean isMountPoint(String path);

    /** The type of the file system this directory lies on if that is in memory alone ({@code tmpfs}), else empty. */
    Optional<String> memoryDiskAt(String path);

    /** Whether the engine itself is installed or keeps its state in this directory, above it or below it. */
    boolean isPlaceOfTheEngine(String path);

    /** Whether there is an executable file at this path, relative to the module's {@code bin} or absolute. */
    boolean isExecutableInBin(String path);

    /** Whether this name has an address. */
    boolean isResolvable(String hostName);

    /** The addresses of the local interfaces, numeric, IPv6 without brackets and scope; empty if not known. */
    Optional<Set<String>> localAddresses();

    /** Whether a local interface has an address in the network of this numeric address. */
    boolean isOnLocalNetwork(String address);

    /** The host's own name, if known. */
    Optional<String> hostName();
}
