package dev.lockstep.replication.engine;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.api.words.Trouble;
import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.core.replication.SyncPlan;
import dev.lockstep.replication.ReintegrationMode;
import dev.lockstep.replication.ReintegrationSummary;
import dev.lockstep.replication.ReplicationSettings;
import dev.lockstep.replication.reintegration.ReintegrationSource;
import dev.lockstep.replication.session.Answer;
import dev.lockstep.replication.session.Conversation;
import dev.lockstep.replication.session.Notes;
import dev.lockstep.replication.session.Requests;
import dev.lockstep.replication.stream.Gate.Admission;
import dev.lockstep.replication.stream.PrimaryStream;
import dev.lockstep.replication.track.MarkFrames;
import dev.lockstep.replication.track.MarkSet;
import dev.lockstep.replication.track.Marking;
import dev.lockstep.replication.track.ObjectMarks;
import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.IdentityCodec;
import dev.lockstep.replication.wire.MalformedFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** This node as the one that goes on: serves one joining peer, then streams to it. */
final class PrimarySession implements Conversation, PrimaryStream.Watcher {
    /** The peer introduces itself, and prepares for the plan, within the reintegration timeout; then rounds are counted. */
    private static final Duration FINISH_MAX = Duration.ofSeconds(30);

    private final House house;
    private final ReplicationLink link;
    private final Owner owner;
    private final Requests requests;
    private final ReintegrationSource source;
    private final PrimaryStream stream;
    private final long begunAt;

    private volatile Stage stage = Stage.WAITING_FOR_JOIN;
    private volatile Thread coordinator;
    private volatile long finishSince;
    private String closeReason;

    // set on the transport's thread before the coordinator starts
    private Notes.Join join;
    private SyncPlan plan;
    private boolean[] empty;
    private MarkSet targetMarks;

    /** Where a session is. */
    enum Stage {
        WAITING_FOR_JOIN,
        PREPARING,
        COPYING,
        /** The target may have become up to date. */
        PAIRING,
        STREAMING,
        /** Nothing is sent any more. */
        OVER
    }

    /** The engine. Called without locks of the session held. */
    interface Owner {
        /** In the engine's lock, whether this is still the session in charge. */
        boolean inCharge(PrimarySession session);

        /** The target may be up to date from now on: called in the engine's lock. */
        void pairing(PrimarySession session);

        /** The session is over. {@code stage} is the one it ended in. */
        void over(PrimarySession session, Stage stage, String reason);
    }

    PrimarySession(House house, ReplicationLink link, Owner owner) {
        this.house = house;
        this.link = link;
        this.owner = owner;
        this.requests = new Requests(link, house.time());
        this.stream = new PrimaryStream(link, () -> house.settings().get().acknowledge(), house.time(), this);
        this.source = new ReintegrationSource(new ReintegrationSource.Parts(
                house.module(),
                house.trees().get(),
                house.copy().map(),
                house.gate(),
                house.disk(),
                this::beginPhase,
                requests,
                house.time(),
                house.settings(),
                house.teller()::notice));
        this.begunAt = house.time().nanoTime();
    }

    Stage stage() {
        return stage;
    }

    PrimaryStream stream() {
        return stream;
    }

    Requests requests() {
        return requests;
    }

    ReintegrationSource source() {
        return source;
    }

    @Override
    public void received(FrameReader in) throws MalformedFrame {
        byte type = in.type();
        if (type >= Frame.APPLIED && type <= Frame.REJECTED && stage.compareTo(Stage.PAIRING) >= 0) {
            stream.received(in);
        } else if (Answer.is(type)) {
            requests.received(in);
        } else if (type == Frame.BYE) {
            end("the peer says: " + in.text());
        } else if (type == Frame.JOIN && stage == Stage.WAITING_FOR_JOIN) {
            joined(Notes.readJoin(in));
        } else if (type == Frame.READY && stage == Stage.PREPARING && empty == null) {
            empty = Notes.readReady(in, house.trees().get().size());
        } else if (type == Frame.MARKS && stage == Stage.PREPARING && empty != null) {
            MarkFrames.decode(
                    in, empty.length, join.zoneBytes(), house.copy().map().zoneBytes(), targetMarks);
            if (in.number() != 0) {
                startCopy();
            }
        } else {
            throw new MalformedFrame("a frame of type " + type + " does not belong here");
        }
    }

    private void joined(Notes.Join joining) throws MalformedFrame {
        int trees = house.trees().get().size();
        if (joining.trees() != trees) {
            throw new MalformedFrame("the peer replicates " + joining.trees() + " directories, this node " + trees
                    + ": apply the same configuration on both nodes");
        }
        join = joining;
        targetMarks = new MarkSet(trees);
        plan = SyncPlan.between(house.copy().identity(), joining.identity(), joining.copyAll());
        advance(Stage.PREPARING);
        Notes.plan(link, new Notes.Plan(plan.full(), plan.setAside(), plan.discards(), plan.why()));
    }

    private void startCopy() {
        if (!advance(Stage.COPYING)) {
            return;
        }
        coordinator = Thread.ofPlatform()
                .daemon()
                .name("lockstep-" + house.module() + "-reintegration")
                .start(this::copy);
    }

    /** Goes to a stage unless the session is over. */
    private synchronized boolean advance(Stage next) {
        if (stage == Stage.OVER) {
            return false;
        }
        stage = next;
        return true;
    }

    private ReintegrationMode mode() {
        return plan.full() ? ReintegrationMode.FULL : ReintegrationMode.DELTA;
    }

    private void copy() {
        house.teller().reintegrationStarted(mode(), plan.why());
        boolean frozen = false;
        try {
            boolean suspect = join.suspect() || house.copy().map().suspect();
            List<ObjectMarks> unsettled =
                    source.copyUntilFrozen(new ReintegrationSource.Task(plan.full(), empty, targetMarks, suspect));
            frozen = pair(unsettled);
        } catch (IOException e) {
            end(Trouble.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end("the reintegration was interrupted");
        } catch (RuntimeException e) {
            end("a defect of this program: " + e);
            house.teller().failed("The reintegration met a defect of this program: " + e);
        } finally {
            if (!frozen) {
                thaw();
            }
        }
    }

    private void beginPhase(Admission admission, Marking marking) throws IOException {
        synchronized (house.lock()) {
            if (!owner.inCharge(this)) {
                throw new IOException("given up");
            }
            house.gate().switchTo(admission, marking);
        }
    }

    /** Ends the rounds: operations go on as before the peer came, unless the owner has begun another phase already. */
    private void thaw() {
        synchronized (house.lock()) {
            if (owner.inCharge(this) && stage.compareTo(Stage.PAIRING) < 0) {
                house.gate().switchTo(Admission.ADMIT, house.copy().map().whileAlone());
            }
        }
        String reason;
        Stage ended;
        synchronized (this) {
            ended = stage;
            stage = Stage.OVER;
            reason = closeReason == null ? "broken off" : closeReason;
        }
        owner.over(this, ended, reason);
    }

    /** @return whether the pair is complete, or it cannot be known whether it is */
    private boolean pair(List<ObjectMarks> unsettled) throws IOException, InterruptedException {
        ReplicaIdentity pair;
        synchronized (house.lock()) {
            synchronized (this) {
                if (!owner.inCharge(this) || closeReason != null) {
                    throw new IOException(closeReason == null ? "given up" : closeReason);
                }
            }
            // with a disk that refused data the peer is whole from here on and this node is not, and no mark tells
            // where
            pair = house.copy().pairing(!house.disk().stands());
            // before the stage: whoever looks at the deadlines must not meet the stage without it
            finishSince = house.time().nanoTime();
            advance(Stage.PAIRING);
            owner.pairing(this);
        }
        try {
            Answer answer = requests.ask(Frame.FINISH, IdentityCodec.sizeOf(pair), out -> IdentityCodec.put(out, pair));
            if (!(answer instanceof Answer.Done)) {
                throw new IOException("the joining node could not finish: " + answer);
            }
            paired(unsettled);
        } catch (IOException e) {
            end("while the pair was being formed: " + Trouble.of(e));
            lost();
        }
        return true;
    }

    private void paired(List<ObjectMarks> unsettled) throws IOException {
        synchronized (house.lock()) {
            if (!owner.inCharge(this)) {
                throw new IOException("given up");
            }
            house.copy()
                    .paired(unsettled, house.time().wallMillis(), !house.disk().stands());
            synchronized (this) {
                if (stage == Stage.PAIRING) {
                    stage = Stage.STREAMING;
                }
            }
            house.gate().stream(stream);
            house.gate().switchTo(Admission.ADMIT, house.copy().map().inPair());
        }
        ReintegrationSummary summary = source.summary();
        house.teller().reintegrationEnded(mode(), summary);
        if (house.disk().stands()) {
            house.teller()
                    .notice(
                            "The secondary has what this node shows from memory; the disk of this node refused some of it."
                                    + " Its role goes to the secondary, and this node is compared with it then; if it does not, swap.");
        }
        synchronized (this) {
            if (closeReason == null) {
                return;
            }
        }
        lost();
    }

    /** The pair, complete or perhaps complete, has lost its link. */
    private void lost() {
        String reason;
        synchronized (this) {
            if (stage == Stage.OVER) {
                return;
            }
            stage = Stage.OVER;
            reason = closeReason;
        }
        stream.stop();
        owner.over(this, Stage.STREAMING, reason);
    }

    /** Gives the peer up. What follows is told by the owner's {@code over}. */
    void end(String reason) {
        synchronized (this) {
            if (closeReason == null) {
                closeReason = reason == null ? "unknown" : reason;
            }
        }
        source.fail(reason);
        try {
            Notes.bye(link, String.valueOf(reason));
        } finally {
            closed(reason);
        }
    }

    @Override
    public void closed(String reason) {
        Stage now;
        String first;
        synchronized (this) {
            if (closeReason == null) {
                closeReason = reason == null ? "unknown" : reason;
            }
            first = closeReason;
            now = stage;
            if (now == Stage.WAITING_FOR_JOIN || now == Stage.PREPARING) {
                stage = Stage.OVER;
            }
        }
        source.fail(first);
        requests.end(first);
        switch (now) {
            case WAITING_FOR_JOIN, PREPARING -> owner.over(this, now, first);
            case STREAMING -> lost();
            case COPYING, PAIRING, OVER -> {
                // the coordinator notices
            }
        }
    }

    /** Waits until the coordinator has ended. Called by the engine after {@link #end}, without its lock. */
    void awaitEnd(Duration atMost) throws InterruptedException {
        Thread running = coordinator;
        if (running != null) {
            running.join(TimeUnit.NANOSECONDS.toMillis(atMost.toNanos()));
        }
    }

    /** Whether a deadline runs. Takes no lock. */
    boolean restless() {
        return stage != Stage.STREAMING || stream.pending() > 0 || requests.waiting() > 0;
    }

    /** Looks at the deadlines. */
    void check() {
        ReplicationSettings settings = house.settings().get();
        long now = house.time().nanoTime();
        switch (stage) {
            case WAITING_FOR_JOIN, PREPARING -> {
                if (now - begunAt > settings.reintegrationTimeout().toNanos()) {
                    end("the joining node did not introduce itself in time");
                }
            }
            case COPYING -> checkRequests(settings);
            case PAIRING -> {
                if (now - finishSince > FINISH_MAX.toNanos()) {
                    end("the joining node did not confirm the pair in time");
                }
            }
            case STREAMING -> {
                stream.check(settings.lockTimeout(), settings.sendTimeout());
                checkRequests(settings);
            }
            case OVER -> {}
        }
    }

    private void checkRequests(ReplicationSettings settings) {
        if (requests.overdue(settings.reintegrationTimeout())) {
            end("a request was not answered for "
                    + settings.reintegrationTimeout().toSeconds() + " s (reitimeout)");
        }
    }

    @Override
    public void lost(String reason) {
        end(reason);
    }

    @Override
    public boolean nameless(int tree, long id) {
        List<BackingTree> trees = house.trees().get();
        try {
            return tree < trees.size() && trees.get(tree).state(id).attributes().links() == 0;
        } catch (FileSystemFailure e) {
            return e.errno() == FileSystemFailure.ENOENT;
        }
    }
}
