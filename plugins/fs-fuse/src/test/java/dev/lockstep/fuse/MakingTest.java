package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.PathFilter;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.fs.Timestamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object that is just being made is not taken for one that was made behind the interception. */
class MakingTest {
    private static final long LIMIT_SECONDS = 20;

    /** How long something is given that waits for what it interrupts. */
    private static final long INTERRUPTION_SECONDS = 1;

    private static final Attributes ATTRIBUTES =
            new Attributes(ObjectKind.FILE, 0644, 0, 0, 0, Timestamp.EPOCH, Timestamp.EPOCH, 0, 1);

    private final RecordingGate gate = new RecordingGate();
    private final FailingCalls calls = new FailingCalls();

    @TempDir
    Path base;

    @Test
    void givenADirectoryThatIsListedForACopy_whenAnObjectIsBeingMadeInIt_thenTheObjectIsReplicatedAllTheSame()
            throws Exception {
        try (MountKit kit = MountKit.open(base, gate, PathFilter.ALL, calls.calls())) {
            kit.tree().expose(Exposure.READ_WRITE);
            CompletableFuture<List<DirectoryEntry>> listing = new CompletableFuture<>();
            calls.meanwhile("nameToHandle", "MKDIR", () -> interrupt(listing, () -> entries(kit)));
            Files.createDirectory(kit.path("d"));
            listing.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            long id = gate.of(Mutation.Create.class).getFirst().id();
            kit.guard();
            kit.reopen(gate);
            assertEquals(
                    List.of(id), entries(kit).stream().map(DirectoryEntry::id).toList());
        }
    }

    @Test
    void givenASecondaryThatIsRead_whenThePeerMakesAnObject_thenItHasTheIdOfThePeer() throws Exception {
        try (MountKit kit = MountKit.open(base, gate, PathFilter.ALL, calls.calls())) {
            kit.tree().expose(Exposure.READ_ONLY);
            CompletableFuture<String> reading = new CompletableFuture<>();
            calls.meanwhile("nameToHandle", "APPLY", () -> interrupt(reading, () -> ls(kit)));
            long id = 4711;
            kit.backing()
                    .apply(new Mutation.Create(
                            0, StableId.ROOT, new byte[] {'f'}, id, ATTRIBUTES, new byte[0], List.of()));
            reading.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            kit.guard();
            kit.reopen(gate);
            assertEquals(
                    List.of(id), entries(kit).stream().map(DirectoryEntry::id).toList());
        }
    }

    /** A deed of another thread, that ends within this one or waits for its end. */
    private static <T> void interrupt(CompletableFuture<T> done, Supplier<T> deed) {
        Thread.ofPlatform().start(() -> {
            try {
                done.complete(deed.get());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.get(INTERRUPTION_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // it waits
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<DirectoryEntry> entries(MountKit kit) {
        try {
            return kit.backing().entries(StableId.ROOT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String ls(MountKit kit) {
        try {
            return Shell.run(kit.directory, "ls -l");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
