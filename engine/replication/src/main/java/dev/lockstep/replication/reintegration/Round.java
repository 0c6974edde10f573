package dev.lockstep.replication.reintegration;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.replication.session.Answer;
import dev.lockstep.replication.track.ObjectMarks;
import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.ObjectCodec;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One pass over what is marked: first every changed directory gives up what it should not hold, then every one takes what it
 * should (so that directories can change places), then data and attributes follow. While writes go on, what does not fit together
 * any more is left for the next round; in the last round it is an error.
 */
final class Round {
    private final CopyTools tools;
    private final Options options;

    /** Ids the target made empty in this round, by tree. */
    private final List<Set<Long>> created = new ArrayList<>();

    /**
     * How a round is done.
     *
     * @param strict no write is going on: everything must fit
     * @param children also compare the attributes of everything in a changed directory
     * @param zoneBytes unit of the marks
     * @param threads parallel readers
     * @param name of the threads
     * @param redo where to put what has to be looked at again
     * @param detail told about each file copied
     * @param tooLong whether the round must be given up
     */
    record Options(
            boolean strict,
            boolean children,
            long zoneBytes,
            int threads,
            String name,
            Redo redo,
            Consumer<String> detail,
            BooleanSupplier tooLong) {}

    /** Marks an object for the next round. */
    @FunctionalInterface
    interface Redo {
        void again(int tree, long id);
    }

    private record Place(int tree, long id) {}

    Round(CopyTools tools, Options options) {
        this.tools = tools;
        this.options = options;
        tools.trees().forEach(_ -> created.add(new HashSet<>()));
    }

    /**
     * Copies what is marked.
     *
     * @return what is not on the target's disk for certain: what was marked, and what was found missing there
     */
    List<ObjectMarks> delta(List<ObjectMarks> marks) throws IOException, InterruptedException {
        Map<Place, ObjectMarks> work = new HashMap<>();
        List<Place> directories = new ArrayList<>();
        for (ObjectMarks one : marks) {
            Place at = new Place(one.tree(), one.id());
            work.put(at, one);
            if (one.has(ObjectMarks.ENTRIES) && isDirectory(at)) {
                directories.add(at);
            }
        }
        tools.counters().objectsKnown.add(work.size());
        for (Place directory : directories) {
            park(directory);
        }
        tools.sender().settle();
        Set<Place> adopted = adoptAll(directories);
        for (Place directory : adopted) {
            if (options.children() && work.containsKey(directory)) {
                for (DirectoryEntry entry : entries(directory)) {
                    work.putIfAbsent(
                            new Place(directory.tree(), entry.id()),
                            ObjectMarks.attributes(directory.tree(), entry.id()));
                }
            }
            work.putIfAbsent(directory, ObjectMarks.attributes(directory.tree(), directory.id()));
        }
        for (int tree = 0; tree < created.size(); tree++) {
            for (long id : created.get(tree)) {
                work.put(new Place(tree, id), ObjectMarks.everything(tree, id));
            }
        }
        Workers workers = new Workers(options.threads(), options.name());
        try {
            for (ObjectMarks one : work.values()) {
                workers.put(() -> copy(one.tree(), one.id(), one));
            }
            workers.finish();
        } catch (IOException | InterruptedException | RuntimeException e) {
            workers.abort(e);
            throw e;
        }
        tools.sender().settle();
        return List.copyOf(work.values());
    }

    /**
     * Copies everything.
     *
     * @param empty which trees of the target hold nothing
     */
    void full(boolean[] empty) throws IOException, InterruptedException {
        for (int tree = 0; tree < empty.length; tree++) {
            int index = tree;
            BackingTree backing = tools.trees().get(tree);
            if (!empty[tree]) {
                walk(backing, (id, kind) -> {
                    if (kind == ObjectKind.DIRECTORY) {
                        park(new Place(index, id));
                    }
                });
                tools.sender().settle();
            }
            walk(backing, (id, kind) -> {
                tools.counters().objectsKnown.increment();
                if (kind == ObjectKind.DIRECTORY) {
                    adopt(new Place(index, id), answer -> adoptedInWalk(new Place(index, id), answer));
                }
            });
            tools.sender().settle();
        }
        Workers workers = new Workers(options.threads(), options.name());
        try {
            for (int tree = 0; tree < empty.length; tree++) {
                int index = tree;
                walk(
                        tools.trees().get(tree),
                        (id, _) -> workers.put(() -> copy(index, id, ObjectMarks.everything(index, id))));
            }
            workers.finish();
        } catch (IOException | InterruptedException | RuntimeException e) {
            workers.abort(e);
            throw e;
        }
        tools.sender().settle();
    }

    /** A visitor that may wait. */
    @FunctionalInterface
    private interface Step {
        void at(long id, ObjectKind kind) throws IOException, InterruptedException;
    }

    private static void walk(BackingTree backing, Step step) throws IOException, InterruptedException {
        InterruptedException[] interrupted = new InterruptedException[1];
        try {
            backing.walk((id, kind) -> {
                try {
                    step.at(id, kind);
                } catch (InterruptedException e) {
                    interrupted[0] = e;
                    throw new IOException("interrupted", e);
                }
            });
        } catch (IOException e) {
            if (interrupted[0] != null) {
                throw interrupted[0];
            }
            throw e;
        }
    }

    private void checkTime() throws RoundTooLong {
        if (options.tooLong().getAsBoolean()) {
            throw new RoundTooLong();
        }
    }

    private void park(Place directory) throws IOException, InterruptedException {
        checkTime();
        List<DirectoryEntry> wanted = entries(directory);
        tools.sender().sendListing(Frame.PARK, directory.tree(), directory.id(), wanted, answer -> {
            // a directory the target does not have holds nothing it should not
            if (!(answer instanceof Answer.Absent)) {
                expectDone(directory, answer);
            }
        });
    }

    private void adopt(Place directory, Consumer<Answer> answered) throws IOException, InterruptedException {
        checkTime();
        if (isDirectory(directory)) {
            tools.sender().sendListing(Frame.ADOPT, directory.tree(), directory.id(), entries(directory), answered);
        }
    }

    private void adoptedInWalk(Place directory, Answer answer) {
        switch (answer) {
            case Answer.Created(long[] ids) -> addCreated(directory.tree(), ids);
            case Answer.Done _ -> {}
            default -> mismatch(directory.tree(), directory.id(), answer);
        }
    }

    private void addCreated(int tree, long[] ids) {
        Set<Long> known = created.get(tree);
        synchronized (known) {
            for (long id : ids) {
                known.add(id);
            }
        }
    }

    /** Adopts directories and, wave by wave, the new directories found in them. @return all that were adopted */
    private Set<Place> adoptAll(List<Place> first) throws IOException, InterruptedException {
        Set<Place> adopted = new HashSet<>();
        Deque<Place> wave = new ArrayDeque<>(first);
        Set<Place> seen = new HashSet<>(first);
        while (!wave.isEmpty()) {
            Queue<Place> absent = new ConcurrentLinkedQueue<>();
            Queue<Place> done = new ConcurrentLinkedQueue<>();
            Queue<Place> found = new ConcurrentLinkedQueue<>();
            while (!wave.isEmpty()) {
                Place directory = wave.poll();
                adopt(directory, answer -> {
                    switch (answer) {
                        case Answer.Created(long[] ids) -> {
                            addCreated(directory.tree(), ids);
                            done.add(directory);
                            for (long id : ids) {
                                found.add(new Place(directory.tree(), id));
                            }
                        }
                        case Answer.Done _ -> {
                            done.add(directory);
                            options.redo().again(directory.tree(), directory.id());
                        }
                        case Answer.Absent _ -> absent.add(directory);
                        default -> mismatch(directory.tree(), directory.id(), answer);
                    }
                });
            }
            tools.sender().settle();
            adopted.addAll(done);
            for (Place one : found) {
                if (seen.add(one) && isDirectory(one)) {
                    wave.add(one);
                }
            }
            if (done.isEmpty()) {
                absent.forEach(left -> mismatch(left.tree(), left.id(), new Answer.Absent()));
                tools.sender().check();
            } else {
                wave.addAll(absent);
            }
        }
        return adopted;
    }

    private void copy(int tree, long id, ObjectMarks marks) throws IOException, InterruptedException {
        checkTime();
        BackingTree backing = tools.trees().get(tree);
        try {
            ObjectState state = backing.state(id);
            boolean isNew;
            synchronized (created.get(tree)) {
                isNew = created.get(tree).contains(id);
            }
            if (state.attributes().kind() == ObjectKind.FILE && (isNew || marks.hasData())) {
                copyData(tree, id, marks, isNew, state.attributes().size());
                state = backing.state(id);
            }
            ObjectState last = state;
            tools.sender()
                    .send(
                            Frame.STATE,
                            2 + ObjectCodec.sizeOf(state),
                            out -> ObjectCodec.putState(out.putShort((short) tree), last),
                            answer -> expectDone(tree, id, answer));
        } catch (FileSystemFailure e) {
            if (e.errno() != FileSystemFailure.ENOENT) {
                throw new Broken("this node cannot read " + backing.describe(id) + ": " + e.getMessage());
            }
            // gone meanwhile: the change of its directory is marked
        }
        tools.counters().objects.increment();
    }

    private void copyData(int tree, long id, ObjectMarks marks, boolean isNew, long size)
            throws IOException, InterruptedException {
        FileCopy file = new FileCopy(tools, tree, id, answer -> expectDone(tree, id, answer));
        if (isNew) {
            tools.counters().bytesKnown.add(size);
            file.send(0, size);
        } else {
            long zone = marks.nextMarked(0);
            while (zone != ObjectMarks.ENDLESS && zone <= size / options.zoneBytes()) {
                long end = marks.nextUnmarked(zone);
                long from = zone * options.zoneBytes();
                long to = end > size / options.zoneBytes() ? size : Math.min(size, end * options.zoneBytes());
                tools.counters().bytesKnown.add(to - from);
                file.compare(from, to);
                zone = end == ObjectMarks.ENDLESS ? end : marks.nextMarked(end);
            }
        }
        if (file.copied()) {
            tools.counters().files.increment();
            options.detail().accept("Copied " + tools.trees().get(tree).describe(id));
        }
    }

    private void expectDone(Place directory, Answer answer) {
        expectDone(directory.tree(), directory.id(), answer);
    }

    private void expectDone(int tree, long id, Answer answer) {
        if (!(answer instanceof Answer.Done)) {
            mismatch(tree, id, answer);
        }
    }

    /**
     * The target could not do what was asked of an object. While writes go on this may be because names and objects were read at
     * different moments; in the last round it may only be because the object has no name.
     */
    private void mismatch(int tree, long id, Answer answer) {
        boolean full = answer instanceof Answer.Failed failed && failed.errno() == FileSystemFailure.ENOSPC;
        if (full || (options.strict() && !nameless(tree, id))) {
            tools.sender()
                    .fail(Sender.sentence(answer) + " ("
                            + tools.trees().get(tree).describe(id) + ")");
        } else if (!options.strict()) {
            options.redo().again(tree, id);
        }
    }

    private boolean nameless(int tree, long id) {
        try {
            return tools.trees().get(tree).state(id).attributes().links() == 0;
        } catch (FileSystemFailure e) {
            return e.errno() == FileSystemFailure.ENOENT;
        }
    }

    private boolean isDirectory(Place directory) throws Broken {
        try {
            return tools.trees()
                            .get(directory.tree())
                            .state(directory.id())
                            .attributes()
                            .kind()
                    == ObjectKind.DIRECTORY;
        } catch (FileSystemFailure e) {
            if (e.errno() == FileSystemFailure.ENOENT) {
                return false;
            }
            throw new Broken("this node cannot read an object: " + e.getMessage());
        }
    }

    private List<DirectoryEntry> entries(Place directory) throws Broken {
        try {
            return tools.trees().get(directory.tree()).entries(directory.id());
        } catch (FileSystemFailure e) {
            if (e.errno() == FileSystemFailure.ENOENT) {
                return List.of();
            }
            throw new Broken("this node cannot read a directory: " + e.getMessage());
        }
    }
}
