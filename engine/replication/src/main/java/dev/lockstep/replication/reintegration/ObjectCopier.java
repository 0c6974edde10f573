package dev.lockstep.replication.reintegration;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.ByteRange;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.replication.session.Answer;
import dev.lockstep.replication.track.LongSet;
import dev.lockstep.replication.track.ObjectMarks;
import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.ObjectCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Copies data and attributes of single objects in one round. Thread-safe. */
final class ObjectCopier {
    private final CopyTools tools;
    private final RoundOptions options;

    /** What the target made empty in this round, by tree. */
    private final List<LongSet> created = new ArrayList<>();

    ObjectCopier(CopyTools tools, RoundOptions options) {
        this.tools = tools;
        this.options = options;
        tools.trees().forEach(_ -> created.add(new LongSet()));
    }

    /** The target made these empty: everything of them is owed. */
    void created(int tree, long[] ids) {
        LongSet known = created.get(tree);
        synchronized (known) {
            for (long id : ids) {
                known.add(id);
            }
        }
    }

    private boolean isNew(int tree, long id) {
        LongSet known = created.get(tree);
        synchronized (known) {
            return known.contains(id);
        }
    }

    /** What the target made empty so far. */
    List<Place> created() {
        List<Place> places = new ArrayList<>();
        for (int tree = 0; tree < created.size(); tree++) {
            int index = tree;
            LongSet known = created.get(tree);
            synchronized (known) {
                known.forEach(id -> places.add(new Place(index, id)));
            }
        }
        return places;
    }

    /**
     * Tells the target who may do what with an object, before it is given anything: what it does not have yet, or what cannot be
     * read here, comes later.
     */
    void tighten(Place place) throws IOException, InterruptedException {
        options.checkTime();
        ObjectState state;
        try {
            state = tools.trees().get(place.tree()).state(place.id());
        } catch (FileSystemFailure e) {
            if (e.errno() == FileSystemFailure.ENOENT) {
                return;
            }
            throw new Broken("this node cannot read "
                    + tools.trees().get(place.tree()).describe(place.id()) + ": " + e.getMessage());
        }
        tools.sender()
                .send(
                        Frame.TIGHTEN,
                        2 + ObjectCodec.sizeOf(state),
                        out -> ObjectCodec.putState(out.putShort((short) place.tree()), state),
                        answer -> {
                            if (!(answer instanceof Answer.Absent)) {
                                expectDone(place, answer);
                            }
                        });
    }

    /** Gives the target what is marked of an object. Answers are not awaited. */
    void copy(ObjectMarks marks) throws IOException, InterruptedException {
        options.checkTime();
        int tree = marks.tree();
        long id = marks.id();
        BackingTree backing = tools.trees().get(tree);
        try {
            ObjectState state = backing.state(id);
            boolean isNew = isNew(tree, id);
            if (state.attributes().kind() == ObjectKind.FILE && (isNew || marks.hasData())) {
                copyData(marks, isNew, state.attributes().size());
                state = backing.state(id);
                reserve(new Place(tree, id), isNew, state.attributes().size());
            }
            ObjectState last = state;
            tools.sender()
                    .send(
                            Frame.STATE,
                            2 + ObjectCodec.sizeOf(state),
                            out -> ObjectCodec.putState(out.putShort((short) tree), last),
                            answer -> expectDone(new Place(tree, id), answer));
        } catch (FileSystemFailure e) {
            if (e.errno() != FileSystemFailure.ENOENT) {
                throw new Broken("this node cannot read " + backing.describe(id) + ": " + e.getMessage());
            }
            // gone meanwhile: the change of its directory is marked
        }
        tools.counters().objects.increment();
    }

    private void copyData(ObjectMarks marks, boolean isNew, long size) throws IOException, InterruptedException {
        Place place = new Place(marks.tree(), marks.id());
        FileCopy file = new FileCopy(tools, place.tree(), place.id(), answer -> expectDone(place, answer));
        if (isNew) {
            tools.counters().bytesKnown.add(size);
            file.send(0, size);
        } else {
            if (marks.nextMarked(size / options.zoneBytes()) != ObjectMarks.ENDLESS) {
                // The size sent at the end may be a later one: should the file grow meanwhile and leave a hole behind
                // this
                // size, what the target still has there would come to light again.
                file.clearFrom(size);
            }
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
            options.detail().accept("Copied " + tools.trees().get(place.tree()).describe(place.id()));
        }
    }

    /** Space that is reserved and holds no data, behind the end as well, is reserved there too; what is not is given back. */
    private void reserve(Place place, boolean isNew, long size) throws IOException, InterruptedException {
        List<ByteRange> reserved = tools.trees().get(place.tree()).reserved(place.id());
        if (isNew && reserved.isEmpty()) {
            return;
        }
        tools.sender()
                .send(
                        Frame.RESERVE,
                        2 + 8 + 8 + 4 + 16 * reserved.size(),
                        out -> {
                            out.putShort((short) place.tree())
                                    .putLong(place.id())
                                    .putLong(size);
                            out.putInt(reserved.size());
                            reserved.forEach(
                                    range -> out.putLong(range.offset()).putLong(range.length()));
                        },
                        answer -> expectDone(place, answer));
    }

    void expectDone(Place place, Answer answer) {
        if (!(answer instanceof Answer.Done)) {
            mismatch(place, answer);
        }
    }

    /**
     * The target could not do what was asked of an object. While writes go on this may be because names and objects were read at
     * different moments; in the last round it may only be because the object has no name.
     */
    void mismatch(Place place, Answer answer) {
        boolean full = answer instanceof Answer.Failed failed && failed.errno() == FileSystemFailure.ENOSPC;
        if (full || (options.strict() && !nameless(place))) {
            tools.sender()
                    .fail(Sender.sentence(answer) + " ("
                            + tools.trees().get(place.tree()).describe(place.id()) + ")");
        } else if (!options.strict()) {
            options.redo().again(place.tree(), place.id());
        }
    }

    private boolean nameless(Place place) {
        try {
            return tools.trees()
                            .get(place.tree())
                            .state(place.id())
                            .attributes()
                            .links()
                    == 0;
        } catch (FileSystemFailure e) {
            return e.errno() == FileSystemFailure.ENOENT;
        }
    }
}
