package dev.lockstep.replication.engine;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.api.words.Counted;
import dev.lockstep.api.words.Trouble;
import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.replication.ReintegrationMode;
import dev.lockstep.replication.ReintegrationSummary;
import dev.lockstep.replication.reintegration.ReintegrationTarget;
import dev.lockstep.replication.session.Conversation;
import dev.lockstep.replication.session.Notes;
import dev.lockstep.replication.stream.SecondaryApplier;
import dev.lockstep.replication.track.DirtyMap;
import dev.lockstep.replication.track.MarkFrames;
import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.IdentityCodec;
import dev.lockstep.replication.wire.MalformedFrame;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** This node as the one that joins: obeys the reintegration, then follows the stream. */
final class SecondarySession implements Conversation {
    private final House house;
    private final ReplicationLink link;
    private final boolean copyAll;
    private final Owner owner;
    private final ReintegrationTarget target;
    private final SecondaryApplier applier;
    private final long begunAt;

    private volatile Stage stage = Stage.INTRODUCED;
    private volatile boolean full;

    /** How often the disk had refused data before this node began to be compared. */
    private volatile long refusals;

    private String closeReason;

    /** Where a session is. */
    enum Stage {
        /** Waiting for the plan. */
        INTRODUCED,
        /** Preparing for it. */
        PREPARING,
        COPYING,
        /** Making the end of the copy durable. */
        FINISHING,
        FOLLOWING,
        OVER
    }

    /** The engine. */
    interface Owner {
        /** In the engine's lock, whether this is still the session in charge. */
        boolean inCharge(SecondarySession session);

        /** The copy is equal to the primary's, durably: called in the engine's lock. */
        void following(SecondarySession session);

        /** The session is over; {@code stage} is the one it ended in. Must not block. */
        void over(SecondarySession session, Stage stage, String reason);
    }

    SecondarySession(House house, ReplicationLink link, boolean copyAll, Owner owner) {
        this.house = house;
        this.link = link;
        this.copyAll = copyAll;
        this.owner = owner;
        List<BackingTree> trees = house.trees().get();
        this.target = new ReintegrationTarget(link, trees, house.copy().map());
        this.applier =
                new SecondaryApplier(link, trees, house.flushes(), reason -> end("this node cannot follow: " + reason));
        this.begunAt = house.time().nanoTime();
    }

    /** Sends the introduction. */
    void introduce() {
        Notes.join(
                link,
                new Notes.Join(
                        house.copy().identity(),
                        copyAll,
                        house.copy().map().suspect(),
                        house.trees().get().size(),
                        house.copy().map().zoneBytes()));
    }

    Stage stage() {
        return stage;
    }

    SecondaryApplier applier() {
        return applier;
    }

    long copiedBytes() {
        return target.bytes();
    }

    @Override
    public void received(FrameReader in) throws MalformedFrame {
        Stage now = stage;
        switch (in.type()) {
            case Frame.MUTATION -> {
                expect(now == Stage.FOLLOWING, in);
                applier.received(in);
            }
            case Frame.TIGHTEN,
                    Frame.PARK,
                    Frame.ADOPT,
                    Frame.MAKE,
                    Frame.STATE,
                    Frame.DATA,
                    Frame.HOLE,
                    Frame.RESERVE -> {
                expect(now == Stage.COPYING, in);
                target.change(in);
            }
            case Frame.SIGN -> {
                expect(now == Stage.COPYING, in);
                house.pool().execute(target.compare(in));
            }
            case Frame.SYNC -> {
                expect(now == Stage.COPYING || now == Stage.FOLLOWING, in);
                int number = in.number();
                house.pool().execute(() -> sync(number));
            }
            case Frame.PLAN -> {
                expect(now == Stage.INTRODUCED, in);
                Notes.Plan plan = Notes.readPlan(in);
                if (advance(Stage.PREPARING)) {
                    house.pool().execute(() -> prepare(plan));
                }
            }
            case Frame.FINISH -> {
                expect(now == Stage.COPYING, in);
                ReplicaIdentity pair = IdentityCodec.read(in);
                in.end();
                int number = in.number();
                if (advance(Stage.FINISHING)) {
                    house.pool().execute(() -> finish(number, pair));
                }
            }
            case Frame.BYE -> end("the primary says: " + in.text());
            default -> throw new MalformedFrame("a frame of type " + in.type() + " does not belong here");
        }
    }

    /** Goes to a stage unless the session is over. */
    private synchronized boolean advance(Stage next) {
        if (stage == Stage.OVER) {
            return false;
        }
        stage = next;
        return true;
    }

    private static void expect(boolean allowed, FrameReader in) throws MalformedFrame {
        if (!allowed) {
            throw new MalformedFrame("a frame of type " + in.type() + " does not belong here");
        }
    }

    private ReintegrationMode mode() {
        return full ? ReintegrationMode.FULL : ReintegrationMode.DELTA;
    }

    private void prepare(Notes.Plan plan) {
        try {
            full = plan.full();
            refusals = house.disk().count();
            List<byte[]> marks;
            Optional<String> discarded;
            synchronized (house.lock()) {
                if (!owner.inCharge(this)) {
                    return;
                }
                discarded = discarded(plan);
                marks = plan.full()
                        ? List.of(new byte[0])
                        : MarkFrames.encode(house.copy().map().snapshot());
                if (plan.setAside()) {
                    // not startable from here on, and still set aside again if this is cut off half-way
                    house.copy().outdated();
                    setAside();
                }
                house.copy().target(plan.full());
            }
            house.teller().reintegrationStarted(mode(), plan.why());
            discarded.ifPresent(house.teller()::notice);
            boolean[] empty = target.empty();
            advance(Stage.COPYING);
            Notes.ready(link, empty);
            for (int i = 0; i < marks.size(); i++) {
                byte[] piece = marks.get(i);
                Notes.send(link, Frame.MARKS, i == marks.size() - 1 ? 1 : 0, piece.length, out -> out.put(piece));
            }
        } catch (IOException e) {
            end("this node could not prepare: " + Trouble.of(e));
        }
    }

    private Optional<String> discarded(Notes.Plan plan) {
        if (!plan.discards()) {
            return Optional.empty();
        }
        DirtyMap map = house.copy().map();
        return Optional.of(Discarded.sentence(
                map.snapshot(),
                house.trees().get(),
                map.zoneBytes(),
                house.copy().lastSynchronizedMillis(),
                map.tracks()));
    }

    private void setAside() throws FileSystemFailure {
        String label =
                Instant.ofEpochMilli(house.time().wallMillis()).toString().replace(':', '-');
        int moved = target.setAside(label);
        if (moved > 0) {
            house.teller()
                    .notice("What the replicated directories held and does not come from this mirror, "
                            + Counted.of(moved, "entry", "entries") + ", is kept in .lockstep/attic/"
                            + label + " below the replicated directory");
        }
    }

    private void sync(int number) {
        try {
            putOnDisk();
            target.answer(Frame.DONE, number);
        } catch (FileSystemFailure e) {
            target.failed(number, e);
            // the next one may succeed although what was to be written is lost
            end("this node cannot put its copy on disk: " + e.getMessage());
        }
    }

    private void putOnDisk() throws FileSystemFailure {
        Optional<FileSystemFailure> refused = house.disk().sync(house.trees().get());
        if (refused.isPresent()) {
            throw refused.get();
        }
        if (diskRefused()) {
            throw new FileSystemFailure(
                    FileSystemFailure.EIO, "the disk refused data earlier: what was to be put on it");
        }
    }

    /** Whether the disk has refused data since this node began to be compared. */
    private boolean diskRefused() {
        return house.disk().count() != refusals;
    }

    private void finish(int number, ReplicaIdentity pair) {
        try {
            // What the last round copied may be what the primary had flushed while it was alone: once this node may
            // take
            // over, a loss of power here must not take it back.
            putOnDisk();
            synchronized (house.lock()) {
                if (!owner.inCharge(this)) {
                    return;
                }
                house.copy().joined(pair, house.time().wallMillis());
                house.disk().compared(refusals);
                owner.following(this);
                advance(Stage.FOLLOWING);
            }
            Duration lasted = Duration.ofNanos(house.time().nanoTime() - begunAt);
            house.teller()
                    .reintegrationEnded(
                            mode(), new ReintegrationSummary(0, 0, 0, 0, target.bytes(), lasted.toNanos(), 0));
            target.answer(Frame.DONE, number);
            clearLimbo();
        } catch (IOException e) {
            target.failed(number, e);
            end("this node could not finish: " + Trouble.of(e));
        }
    }

    /** What no name of the primary needs. Left to the next reintegration if it fails: it harms nobody but the free space. */
    private void clearLimbo() {
        for (BackingTree tree : house.trees().get()) {
            try {
                tree.clearLimbo();
            } catch (FileSystemFailure e) {
                house.teller().trouble("Objects removed on the primary could not be deleted here: " + e.getMessage());
            }
        }
    }

    /** Whether there is anything to look at. Takes no lock. */
    boolean restless() {
        Stage now = stage;
        return now != Stage.OVER && (now.compareTo(Stage.FOLLOWING) < 0 || diskRefused());
    }

    /** Looks at the deadlines: nothing from the source for the reintegration timeout ends a copy. */
    void check() {
        if (stage.compareTo(Stage.COPYING) >= 0 && stage != Stage.OVER && diskRefused()) {
            end("the disk of this node refused data");
            return;
        }
        boolean copying = stage.compareTo(Stage.COPYING) <= 0;
        Duration limit = house.settings().get().reintegrationTimeout();
        boolean young = house.time().nanoTime() - begunAt < limit.toNanos();
        if (copying && !young && link.silentNanos() > limit.toNanos()) {
            end("the primary has been silent for " + limit.toSeconds() + " s (reitimeout)");
        }
    }

    /** Leaves the primary; {@code over} follows. */
    void end(String reason) {
        synchronized (this) {
            if (closeReason == null) {
                closeReason = reason;
            }
        }
        Notes.bye(link, reason);
        closed(reason);
    }

    /** Leaves the primary and returns when nothing is applied any more. */
    void endNow(String reason) {
        end(reason);
        stop();
    }

    /** Returns when nothing is applied any more, and nothing will be. */
    void stop() {
        applier.stop();
        target.stop();
    }

    @Override
    public void closed(String reason) {
        Stage ended;
        String first;
        synchronized (this) {
            if (stage == Stage.OVER) {
                return;
            }
            if (closeReason == null) {
                closeReason = reason;
            }
            first = closeReason;
            ended = stage;
            stage = Stage.OVER;
        }
        owner.over(this, ended, first);
    }
}
