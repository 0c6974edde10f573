package dev.lockstep.replication.reintegration;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.replication.session.Answer;
import dev.lockstep.replication.track.LongSet;
import dev.lockstep.replication.track.ObjectMarks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One pass over whole trees while writes go on. What does not fit together any more, and what the walks miss because it moves
 * meanwhile, is left to the rounds that follow.
 */
final class FullRound {
    private final CopyTools tools;
    private final RoundOptions options;
    private final Coverage coverage;
    private final ObjectCopier objects;
    private final DirectoryCopier directories;

    /** @param coverage is told what all walks have come by */
    FullRound(CopyTools tools, RoundOptions options, Coverage coverage) {
        this.tools = tools;
        this.options = options;
        this.coverage = coverage;
        this.objects = new ObjectCopier(tools, options);
        this.directories = new DirectoryCopier(tools, options, objects);
    }

    /**
     * Copies everything.
     *
     * @param empty which trees of the target hold nothing
     */
    void copy(boolean[] empty) throws IOException, InterruptedException {
        LongSet[] shaped = new LongSet[empty.length];
        List<Place> left = new ArrayList<>();
        for (int tree = 0; tree < empty.length; tree++) {
            if (empty[tree]) {
                left.addAll(new FirstCopy(tools, options, coverage, objects, directories, tree).copy());
            } else {
                shaped[tree] = shape(tree);
            }
        }
        Workers workers = new Workers(options.threads(), options.name());
        try {
            for (Place place : left) {
                workers.put(() -> objects.copy(ObjectMarks.everything(place.tree(), place.id())));
            }
            for (int tree = 0; tree < empty.length; tree++) {
                if (!empty[tree]) {
                    copyWalked(tree, shaped[tree], workers);
                }
            }
            workers.finish();
        } catch (IOException | InterruptedException | RuntimeException e) {
            workers.abort(e);
            throw e;
        }
        tools.sender().settle();
    }

    private void copyWalked(int tree, LongSet shaped, Workers workers) throws IOException, InterruptedException {
        walk(tools.trees().get(tree), (id, kind) -> {
            workers.put(() -> objects.copy(ObjectMarks.everything(tree, id)));
            if (kind != ObjectKind.DIRECTORY || shaped.contains(id)) {
                coverage.add(new Place(tree, id));
            }
        });
    }

    /** Gives the target's directories their entries. @return the directories that went through every step */
    private LongSet shape(int tree) throws IOException, InterruptedException {
        BackingTree backing = tools.trees().get(tree);
        LongSet parked = new LongSet();
        walk(backing, (id, kind) -> {
            if (kind == ObjectKind.DIRECTORY) {
                objects.tighten(new Place(tree, id));
                directories.park(new Place(tree, id));
                parked.add(id);
            }
        });
        tools.sender().settle();
        LongSet shaped = new LongSet();
        walk(backing, (id, kind) -> {
            tools.counters().objectsKnown.increment();
            if (kind == ObjectKind.DIRECTORY) {
                Place directory = new Place(tree, id);
                directories.adopt(directory, answer -> adopted(directory, answer));
                if (parked.contains(id)) {
                    shaped.add(id);
                }
            }
        });
        tools.sender().settle();
        return shaped;
    }

    private void adopted(Place directory, Answer answer) {
        switch (answer) {
            case Answer.Created(long[] ids) -> objects.created(directory.tree(), ids);
            case Answer.Done _ -> {
                // too many to name: the walk that copies compares every one of them
            }
            default -> objects.mismatch(directory, answer);
        }
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
}
