package dev.lockstep.replication.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.fs.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Random operations in a small name space, so that they meet each other. */
public final class Chaos {
    private static final int NAMES = 6;
    private static final int DEPTH = 3;

    /** Renames make the tree deeper and deeper: without a bound it grows faster than a slow moment lets it be copied. */
    private static final int OBJECTS_MAX = 400;

    private static final int WRITE_MAX = 5000;
    private static final int OFFSET_MAX = 200_000;
    private static final int PUNCH = 3;

    private final Application app;
    private final Random random;

    /** On the present life of a node. */
    public Chaos(Application app, Random random) {
        this.app = app;
        this.random = random;
    }

    private record Place(int tree, long parent, String name, Optional<Long> id) {}

    /** One operation. */
    public CompletableFuture<Integer> step() {
        Place place = place();
        if (place.id().isEmpty() && app.tree(place.tree()).size() >= OBJECTS_MAX) {
            return app.chmod(place.tree(), StableId.ROOT, random.nextInt(01000));
        }
        if (place.id().isEmpty()) {
            return app.create(place.tree(), place.parent(), place.name(), Application.newId(), kind(place.name()));
        }
        long id = place.id().get();
        boolean directory = place.name().startsWith("d");
        return switch (random.nextInt(13)) {
            case 0 -> remove(place, id, directory);
            case 1, 2 -> rename(place, id);
            case 3 -> directory ? app.chmod(place.tree(), id, random.nextInt(01000)) : link(place, id);
            case 4 -> app.chmod(place.tree(), id, random.nextInt(010000));
            case 5 -> random.nextInt(3) == 0 ? flags(place.tree(), id) : extended(place.tree(), id);
            case 6 -> directory ? touch(place.tree(), id) : app.truncate(place.tree(), id, random.nextInt(OFFSET_MAX));
            case 7 -> app.flush(place.tree(), id);
            case 9 -> nameless(place.tree());
            case 8 -> directory ? touch(place.tree(), id) : punch(place.tree(), id);
            default -> directory ? touch(place.tree(), id) : write(place.tree(), id);
        };
    }

    /** A file without a name is made, written, given a name, or given up. */
    private CompletableFuture<Integer> nameless(int tree) {
        String name = "n" + random.nextInt(NAMES);
        Optional<Long> known = app.tree(tree).lookup(StableId.CRADLE, name.getBytes(UTF_8));
        if (known.isEmpty()) {
            return app.create(tree, StableId.CRADLE, name, Application.newId(), ObjectKind.FILE);
        }
        long id = known.get();
        Place to = place();
        boolean free = to.tree() == tree && to.id().isEmpty() && to.name().startsWith("f");
        return switch (random.nextInt(5)) {
            case 0 -> app.remove(tree, StableId.CRADLE, name, id, false);
            case 1, 2 ->
                free
                        ? app.rename(tree, StableId.CRADLE, name, to.parent(), to.name(), id, Mutation.Rename.NOREPLACE)
                        : write(tree, id);
            default -> write(tree, id);
        };
    }

    private Place place() {
        int tree = random.nextInt(app.node().trees());
        long parent = StableId.ROOT;
        int depth = random.nextInt(DEPTH);
        for (int i = 0; i < depth; i++) {
            Optional<Long> below = app.tree(tree).lookup(parent, name(true).getBytes(UTF_8));
            if (below.isPresent()) {
                parent = below.get();
            }
        }
        String name = name(random.nextInt(3) == 0);
        return new Place(tree, parent, name, app.tree(tree).lookup(parent, name.getBytes(UTF_8)));
    }

    private String name(boolean directory) {
        return (directory ? "d" : "f") + random.nextInt(NAMES);
    }

    private ObjectKind kind(String name) {
        if (name.startsWith("d")) {
            return ObjectKind.DIRECTORY;
        }
        return random.nextInt(8) == 0 ? ObjectKind.SYMBOLIC_LINK : ObjectKind.FILE;
    }

    private CompletableFuture<Integer> remove(Place place, long id, boolean directory) {
        if (random.nextInt(4) == 0) {
            app.tree(place.tree()).hold(id);
            CompletableFuture<Integer> removed = app.remove(place.tree(), place.parent(), place.name(), id, directory);
            return removed.thenCombine(write(place.tree(), id), Math::max);
        }
        return app.remove(place.tree(), place.parent(), place.name(), id, directory);
    }

    private CompletableFuture<Integer> rename(Place from, long id) {
        Place to = place();
        boolean same =
                from.tree() == to.tree() && from.name().charAt(0) == to.name().charAt(0);
        if (!same) {
            return app.chmod(from.tree(), id, random.nextInt(01000));
        }
        int flags = to.id().isPresent() && random.nextBoolean() ? Mutation.Rename.EXCHANGE : 0;
        return app.rename(from.tree(), from.parent(), from.name(), to.parent(), to.name(), id, flags);
    }

    private CompletableFuture<Integer> link(Place place, long id) {
        Place to = place();
        if (to.tree() != place.tree() || to.name().startsWith("d")) {
            return write(place.tree(), id);
        }
        return app.run(
                new Intent.Entries(to.tree(), to.parent(), StableId.NONE),
                new Mutation.Link(to.tree(), id, to.parent(), to.name().getBytes(UTF_8)),
                to.parent(),
                id);
    }

    private CompletableFuture<Integer> extended(int tree, long id) {
        byte[] name = ("user.x" + random.nextInt(2)).getBytes(UTF_8);
        Mutation mutation = random.nextInt(3) == 0
                ? new Mutation.RemoveExtendedAttribute(tree, id, name)
                : new Mutation.SetExtendedAttribute(
                        tree,
                        id,
                        name,
                        new byte[] {(byte) random.nextInt()},
                        Mutation.SetExtendedAttribute.MODE_UNCHANGED);
        return app.run(new Intent.AttributesOf(tree, id), mutation, id);
    }

    private CompletableFuture<Integer> flags(int tree, long id) {
        return app.run(new Intent.AttributesOf(tree, id), new Mutation.SetFlags(tree, id, random.nextInt(0x100)), id);
    }

    private CompletableFuture<Integer> touch(int tree, long id) {
        int mask = Mutation.SetAttributes.MODIFIED | Mutation.SetAttributes.OWNER;
        return app.run(
                new Intent.AttributesOf(tree, id),
                new Mutation.SetAttributes(
                        tree, id, mask, 0, random.nextInt(100), 0, 0, time(), Timestamp.EPOCH, false),
                id);
    }

    private Timestamp time() {
        return new Timestamp(random.nextInt(), random.nextInt(1000));
    }

    private CompletableFuture<Integer> punch(int tree, long id) {
        long offset = random.nextInt(OFFSET_MAX);
        long length = 1L + random.nextInt(OFFSET_MAX);
        return app.run(
                new Intent.Data(tree, id, offset, length),
                new Mutation.Allocate(tree, id, PUNCH, offset, length, false),
                id);
    }

    private CompletableFuture<Integer> write(int tree, long id) {
        byte[] data = new byte[1 + random.nextInt(WRITE_MAX)];
        random.nextBytes(data);
        return app.write(tree, id, random.nextInt(OFFSET_MAX), data, random.nextInt(10) == 0);
    }

    /** Many operations, acknowledged or not. */
    public List<CompletableFuture<Integer>> steps(int count) {
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(step());
        }
        return all;
    }
}
