package dev.lockstep.replication.reintegration;

import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.track.LongSet;
import dev.lockstep.replication.wire.Frame;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What a tree that holds nothing gets, in one walk: every directory its entries, and with them, many in one frame, content and state of
 * everything but directories and large files. Those are left to be copied when everything has its name. While writes go on; what does
 * not fit together is left to the rounds that follow. Used once.
 */
final class FirstCopy {
    /** Entries a worker takes at a time. */
    private static final int SHARE = 512;

    private final CopyTools tools;
    private final RoundOptions options;
    private final Coverage coverage;
    private final ObjectCopier objects;
    private final DirectoryCopier directories;
    private final int tree;
    private final LongSet seen = new LongSet();

    /** Further names of files that have several. */
    private final List<Share> links = new ArrayList<>();

    private final Queue<Place> left = new ConcurrentLinkedQueue<>();

    /** Entries of one directory. */
    record Share(Place directory, List<DirectoryEntry> entries) {}

    FirstCopy(
            CopyTools tools,
            RoundOptions options,
            Coverage coverage,
            ObjectCopier objects,
            DirectoryCopier directories,
            int tree) {
        this.tools = tools;
        this.options = options;
        this.coverage = coverage;
        this.objects = objects;
        this.directories = directories;
        this.tree = tree;
    }

    /** Copies. @return what is still to be copied: of all this the names are there */
    List<Place> copy() throws IOException, InterruptedException {
        Workers workers = new Workers(options.threads(), options.name());
        try {
            walk(workers);
            workers.finish();
        } catch (IOException | InterruptedException | RuntimeException e) {
            workers.abort(e);
            throw e;
        }
        for (Share share : links) {
            send(share, EntryBatch.Contents.NONE);
        }
        tools.sender().settle();
        return List.copyOf(left);
    }

    private void walk(Workers workers) throws IOException, InterruptedException {
        Deque<Place> pending = new ArrayDeque<>();
        for (long top : new long[] {StableId.ROOT, StableId.CRADLE}) {
            Place directory = new Place(tree, top);
            // what nobody sees may lie here all the same: files without a name
            directories.park(directory);
            come(directory);
            pending.add(directory);
        }
        while (!pending.isEmpty()) {
            Place directory = pending.poll();
            left.add(directory);
            List<DirectoryEntry> inner = new ArrayList<>();
            List<DirectoryEntry> whole = new ArrayList<>();
            List<DirectoryEntry> again = new ArrayList<>();
            for (DirectoryEntry entry : directories.entries(directory)) {
                Place place = new Place(tree, entry.id());
                if (!come(place)) {
                    again.add(entry);
                } else if (entry.kind() == ObjectKind.DIRECTORY) {
                    inner.add(entry);
                    pending.add(place);
                } else {
                    whole.add(entry);
                }
            }
            // at once: what is in them comes after them
            send(new Share(directory, inner), EntryBatch.Contents.LATER);
            for (int from = 0; from < whole.size(); from += SHARE) {
                Share share = new Share(directory, whole.subList(from, Math.min(from + SHARE, whole.size())));
                workers.put(() -> send(share, EntryBatch.Contents.WHOLE));
            }
            if (!again.isEmpty()) {
                links.add(new Share(directory, again));
            }
        }
    }

    /** @return whether this is the first time */
    private boolean come(Place place) {
        boolean first = seen.add(place.id());
        if (first) {
            tools.counters().objectsKnown.increment();
            coverage.add(place);
        }
        return first;
    }

    private void send(Share share, EntryBatch.Contents contents) throws IOException, InterruptedException {
        int from = 0;
        while (from < share.entries().size()) {
            options.checkTime();
            EntryBatch batch = new EntryBatch(tools, options, objects, share, from, contents);
            tools.sender().send(Frame.MAKE, EntryBatch.BYTES, batch::put, batch::answered);
            batch.large().forEach(left::add);
            tools.sender().pause(tools.throttle().take(batch.bytes()));
            from = batch.next();
        }
    }
}
