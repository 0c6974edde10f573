package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.ByteRange;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.StableId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Space that is reserved is told from holes and from data, and can be reserved again elsewhere. */
class ReservedSpaceTest {
    private static final int K = 1024;

    @TempDir
    Path base;

    /** A deed, the file it leaves, and what of it is reserved. */
    private record Case(String deed, List<ByteRange> reserved) {}

    private static ByteRange range(long from, long to) {
        return new ByteRange(from * K, (to - from) * K);
    }

    private static final List<Case> CASES = List.of(
            new Case("head -c 100000 /dev/zero > f", List.of()),
            new Case("truncate -s 1M f", List.of()),
            new Case(": > f", List.of()),
            new Case("fallocate -l 64K f", List.of(range(0, 64))),
            new Case("fallocate -n -l 64K f", List.of(range(0, 64))),
            new Case("echo x > f; fallocate -n -o 64K -l 64K f", List.of(range(64, 128))),
            new Case("fallocate -l 64K f; fallocate -p -o 16K -l 16K f", List.of(range(0, 16), range(32, 64))),
            new Case(
                    "fallocate -l 64K f; dd if=/dev/urandom of=f bs=16K seek=1 count=1 conv=notrunc status=none",
                    List.of(range(0, 16), range(32, 64))),
            new Case(
                    "dd if=/dev/urandom of=f bs=16K count=2 status=none; fallocate -p -l 16K f;"
                            + " fallocate -n -o 1M -l 1M f",
                    List.of(range(1024, 2048))));

    @Test
    void givenFilesWithReservedSpace_whenItIsReservedElsewhere_thenItIsTheSameThere_whateverWasThereBefore()
            throws Exception {
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.mounted(Files.createDirectories(base.resolve("mount")), gate)) {
                for (Case before : CASES) {
                    gate.disconnected = false;
                    Shell.run(kit.directory, "rm -f *; " + forEach(_ -> ": > f; " + before.deed));
                    gate.awaitIdle();
                    gate.disconnected = true;
                    Shell.run(kit.directory, forEach(i -> ": > f; " + CASES.get(i).deed) + "sync *");
                    gate.awaitIdle();
                    for (DirectoryEntry file : kit.backing().entries(StableId.ROOT)) {
                        reserve(kit, peer, before, file);
                    }
                }
            }
        }
    }

    private static String forEach(IntFunction<String> deed) {
        return IntStream.range(0, CASES.size())
                .mapToObj(i -> deed.apply(i).replaceAll("\\bf\\b", "f" + i) + "\n")
                .collect(Collectors.joining());
    }

    private static void reserve(MountKit kit, MountKit peer, Case before, DirectoryEntry file) throws Exception {
        String name = new String(file.name(), StandardCharsets.US_ASCII);
        Case after = CASES.get(Integer.parseInt(name.substring(1)));
        long id = file.id();
        List<ByteRange> reserved = kit.backing().reserved(id);
        assertEquals(after.reserved, reserved, after.deed);
        long size = kit.backing().state(id).attributes().size();
        punchHoles(kit.backing(), peer.backing(), id);
        byte[] content = content(peer, name, size);
        peer.backing().reserve(id, size, reserved);
        String what = before.deed + " / " + after.deed;
        assertEquals(after.reserved, peer.backing().reserved(id), what);
        assertArrayEquals(content, content(peer, name, size), "content of " + what);
    }

    /** What a reintegration does before: data where the other has none goes. */
    private static void punchHoles(BackingTree from, BackingTree to, long id) throws Exception {
        int page = 4 * K;
        for (long at = to.nextData(id, 0); at >= 0; at = to.nextData(id, at)) {
            if (from.nextData(id, at) != at) {
                to.apply(new Mutation.Allocate(0, id, 3, at, page, false));
            }
            at += page;
        }
    }

    /** As far as the file goes. */
    private static byte[] content(MountKit kit, String name, long size) throws Exception {
        byte[] all = Files.readAllBytes(kit.path(name));
        return Arrays.copyOf(all, (int) Math.min(size, all.length));
    }
}
