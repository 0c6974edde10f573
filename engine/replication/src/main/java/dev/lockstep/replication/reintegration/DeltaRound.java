package dev.lockstep.replication.reintegration;

import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.replication.session.Answer;
import dev.lockstep.replication.track.ObjectMarks;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One pass over what is marked: first every changed directory gives up what it should not hold, then every one takes what it
 * should (so that directories can change places), then data and attributes follow. While writes go on, what does not fit together
 * any more is left for the next round; in the last round it is an error. Used once.
 */
final class DeltaRound {
    private final CopyTools tools;
    private final RoundOptions options;
    private final Coverage coverage;
    private final ObjectCopier objects;
    private final DirectoryCopier directories;
    private final Map<Place, ObjectMarks> work = new HashMap<>();

    /** @param coverage what a full copy has come by */
    DeltaRound(CopyTools tools, RoundOptions options, Coverage coverage) {
        this.tools = tools;
        this.options = options;
        this.coverage = coverage;
        this.objects = new ObjectCopier(tools, options);
        this.directories = new DirectoryCopier(tools, options, objects);
    }

    /**
     * Copies what is marked.
     *
     * @return what is not on the target's disk for certain: what was marked, and what was found missing there
     */
    List<ObjectMarks> copy(List<ObjectMarks> marks) throws IOException, InterruptedException {
        List<Place> changed = new ArrayList<>();
        for (ObjectMarks one : marks) {
            Place at = new Place(one.tree(), one.id());
            work.put(at, one);
            if (one.has(ObjectMarks.ENTRIES) && directories.isDirectory(at)) {
                changed.add(at);
            }
        }
        List<Place> owed = missedByWalks(changed);
        tools.counters().objectsKnown.add(work.size());
        for (ObjectMarks one : work.values()) {
            if (one.has(ObjectMarks.ATTRIBUTES)) {
                objects.tighten(new Place(one.tree(), one.id()));
            }
        }
        for (Place directory : changed) {
            directories.park(directory);
        }
        tools.sender().settle();
        addFound(adoptAll(changed));
        Workers workers = new Workers(options.threads(), options.name());
        try {
            for (ObjectMarks one : work.values()) {
                workers.put(() -> objects.copy(one));
            }
            workers.finish();
        } catch (IOException | InterruptedException | RuntimeException e) {
            workers.abort(e);
            throw e;
        }
        tools.sender().settle();
        owed.forEach(coverage::add);
        return List.copyOf(work.values());
    }

    /** What this round came to owe besides what was marked: to be asked for if it was given up. */
    Collection<ObjectMarks> owed() {
        Map<Place, ObjectMarks> owed = new HashMap<>(work);
        objects.created().forEach(place -> owed.put(place, ObjectMarks.everything(place.tree(), place.id())));
        return owed.values();
    }

    /** Adds what the walks of a full copy have missed in changed directories to the work, and directories among it to those. */
    private List<Place> missedByWalks(List<Place> changed) throws Broken {
        List<Place> missed = new ArrayList<>();
        Set<Place> known = new HashSet<>();
        for (int i = 0; i < changed.size(); i++) {
            Place directory = changed.get(i);
            for (DirectoryEntry entry : directories.entries(directory)) {
                Place place = new Place(directory.tree(), entry.id());
                if (!coverage.has(place) && known.add(place)) {
                    missed.add(place);
                    ObjectMarks before = work.put(place, ObjectMarks.everything(place.tree(), place.id()));
                    boolean listed = before != null && before.has(ObjectMarks.ENTRIES);
                    if (entry.kind() == ObjectKind.DIRECTORY && !listed) {
                        changed.add(place);
                    }
                }
            }
        }
        return missed;
    }

    private void addFound(Set<Place> adopted) throws Broken {
        for (Place directory : adopted) {
            if (options.children() && work.containsKey(directory)) {
                for (DirectoryEntry entry : directories.entries(directory)) {
                    work.putIfAbsent(
                            new Place(directory.tree(), entry.id()),
                            ObjectMarks.attributes(directory.tree(), entry.id()));
                }
            }
            work.putIfAbsent(directory, ObjectMarks.attributes(directory.tree(), directory.id()));
        }
        for (Place place : objects.created()) {
            work.put(place, ObjectMarks.everything(place.tree(), place.id()));
        }
    }

    /** Adopts directories and, wave by wave, the new directories found in them. @return all that were adopted */
    private Set<Place> adoptAll(List<Place> first) throws IOException, InterruptedException {
        Set<Place> adopted = new HashSet<>();
        Deque<Place> wave = new ArrayDeque<>(first);
        Set<Place> seen = new HashSet<>(first);
        while (!wave.isEmpty()) {
            Wave answers = new Wave();
            while (!wave.isEmpty()) {
                Place directory = wave.poll();
                directories.adopt(directory, answer -> answers.take(directory, answer));
            }
            tools.sender().settle();
            for (Place directory : answers.untold) {
                answers.found.addAll(everyEntryIsOwed(directory));
            }
            adopted.addAll(answers.done);
            for (Place one : answers.found) {
                if (seen.add(one) && directories.isDirectory(one)) {
                    wave.add(one);
                }
            }
            if (answers.done.isEmpty()) {
                answers.absent.forEach(left -> objects.mismatch(left, new Answer.Absent()));
                tools.sender().check();
            } else {
                wave.addAll(answers.absent);
            }
        }
        return adopted;
    }

    private List<Place> everyEntryIsOwed(Place directory) throws Broken {
        List<Place> owed = new ArrayList<>();
        for (DirectoryEntry entry : directories.entries(directory)) {
            Place place = new Place(directory.tree(), entry.id());
            work.put(place, ObjectMarks.everything(place.tree(), place.id()));
            owed.add(place);
        }
        return owed;
    }

    /** The answers to one wave of listings, given on the transport's thread. */
    private final class Wave {
        private final Queue<Place> done = new ConcurrentLinkedQueue<>();
        private final Queue<Place> absent = new ConcurrentLinkedQueue<>();
        private final Queue<Place> found = new ConcurrentLinkedQueue<>();

        /** Where more was made than an answer can name. */
        private final Queue<Place> untold = new ConcurrentLinkedQueue<>();

        void take(Place directory, Answer answer) {
            switch (answer) {
                case Answer.Created(long[] ids) -> {
                    objects.created(directory.tree(), ids);
                    for (long id : ids) {
                        found.add(new Place(directory.tree(), id));
                    }
                    done.add(directory);
                }
                case Answer.Done _ -> {
                    untold.add(directory);
                    done.add(directory);
                }
                case Answer.Absent _ -> absent.add(directory);
                default -> objects.mismatch(directory, answer);
            }
        }
    }
}
