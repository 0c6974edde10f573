package dev.lockstep.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A node as a test describes it: everything is there except what is listed.
 *
 * @param missingDirectories directories that do not exist
 * @param mountPoints directories that are mount points
 * @param memoryDisks directories on a file system in memory, and its type
 * @param enginePlaces directories the engine lives in
 * @param missingPrograms programs that are not in bin
 * @param unknownNames names without an address
 * @param addresses the local addresses
 * @param foreign addresses in no network of the node
 * @param host the host's own name
 */
record FakeSite(
        Set<String> missingDirectories,
        Set<String> mountPoints,
        Map<String, String> memoryDisks,
        Set<String> enginePlaces,
        Set<String> missingPrograms,
        Set<String> unknownNames,
        Set<String> addresses,
        Set<String> foreign,
        String host)
        implements SiteChecks {

    /** The node alpha, with one of everything that can be wrong. */
    static final FakeSite ALPHA = new FakeSite(
            Set.of("/srv/missing"),
            Set.of("/mnt/disk"),
            Map.of("/run/ledger", "tmpfs"),
            Set.of("/var/lockstep"),
            Set.of("missing_program", "restrat"),
            Set.of("nowhere.example"),
            Set.of("10.20.0.11", "fd00:77:0:0:0:0:0:1"),
            Set.of("192.0.2.9"),
            "alpha.example");

    @Override
    public boolean isDirectory(String path) {
        return !missingDirectories.contains(path);
    }

    @Override
    public boolean isMountPoint(String path) {
        return mountPoints.contains(path);
    }

    @Override
    public Optional<String> memoryDiskAt(String path) {
        return Optional.ofNullable(memoryDisks.get(path));
    }

    @Override
    public boolean isPlaceOfTheEngine(String path) {
        return enginePlaces.contains(path);
    }

    @Override
    public boolean isExecutableInBin(String path) {
        return !missingPrograms.contains(path);
    }

    @Override
    public boolean isResolvable(String hostName) {
        return !unknownNames.contains(hostName);
    }

    @Override
    public Optional<Set<String>> localAddresses() {
        return Optional.of(addresses);
    }

    @Override
    public boolean isOnLocalNetwork(String address) {
        return !foreign.contains(address);
    }

    @Override
    public Optional<String> hostName() {
        return Optional.of(host);
    }
}
