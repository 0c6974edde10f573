package dev.lockstep.replication.engine;

import dev.lockstep.api.words.Trouble;
import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.replication.state.CopyRecord;
import dev.lockstep.replication.state.RecordStore;
import dev.lockstep.replication.state.StateIo;
import dev.lockstep.replication.track.DirtyMap;
import dev.lockstep.replication.track.LogRecovery;
import dev.lockstep.replication.track.ObjectMarks;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The durable truth about the local copy: its record and its dirty map, changed together. The record names the log its marks are in, and
 * is stored after the log it names and before the log it no longer names is removed.
 *
 * <p>Changes are made holding the engine's lock; {@link #identity} may be asked at any time.
 */
final class Copy {
    private final RecordStore store;
    private final DirtyMap map;
    private final Teller teller;
    private final SecureRandom random = new SecureRandom();
    private volatile CopyRecord record;
    private boolean unsaved;

    private final AtomicBoolean logRefused = new AtomicBoolean();

    private Copy(RecordStore store, DirtyMap map, Teller teller, CopyRecord record) {
        this.store = store;
        this.map = map;
        this.teller = teller;
        this.record = record;
    }

    /** Reads what is on disk. A log that cannot be trusted is given up: everything counts as changed. */
    static Copy open(StateIo io, int trees, long zoneBytes, Teller teller, Executor background) throws IOException {
        RecordStore store = new RecordStore(io);
        DirtyMap map = new DirtyMap(io, trees, zoneBytes, background);
        CopyRecord record = store.load(teller::trouble);
        Copy copy = new Copy(store, map, teller, record);
        if (record.lineage() != 0) {
            Optional<LogRecovery.Recovered> recovered = new LogRecovery(io, trees, zoneBytes).read(record.lineage());
            if (recovered.isPresent()) {
                copy.resume(recovered.get());
            } else {
                teller.trouble(
                        "The log of changed zones is damaged or missing and is not trusted: the next reintegration"
                                + " compares everything.");
                copy.store("give-up-log", record.untracked());
            }
        }
        map.deleteOthers();
        return copy;
    }

    /** A log that was read and cannot be written on is given up: that takes no room. */
    private void resume(LogRecovery.Recovered recovered) throws IOException {
        try {
            map.resume(recovered, record.identity().inPair());
        } catch (IOException e) {
            giveUpLog(e);
        }
    }

    DirtyMap map() {
        return map;
    }

    ReplicaIdentity identity() {
        return record.identity();
    }

    long lastSynchronizedMillis() {
        return record.lastSynchronizedMillis();
    }

    boolean tracked() {
        return record.lineage() != 0;
    }

    /**
     * Goes on without the peer, in a new generation.
     *
     * @param forget the marks mean nothing any more: the next copy compares everything
     */
    void alone(boolean forget) throws IOException {
        CopyRecord next = record.alone(newNumber());
        if (forget || !tracked()) {
            store("store-alone", next.untracked());
            map.forget();
            map.deleteOthers();
        } else {
            store("store-alone", next);
        }
    }

    void forget() throws IOException {
        store("store-untracked", record.untracked());
        map.forget();
        map.deleteOthers();
    }

    /**
     * The log cannot be written: everything counts as changed from now on. The record that says so needs no room.
     *
     * @throws IOException if that cannot be recorded either
     */
    void giveUpLog(IOException why) throws IOException {
        store("store-untracked", record.untracked());
        if (!logRefused.getAndSet(true)) {
            teller.trouble("What this node owes the other is not noted piece by piece any more (" + Trouble.of(why)
                    + "): the next reintegration compares everything. Make room on the disk of the module's state.");
        }
        try {
            map.forget();
            map.deleteOthers();
        } catch (IOException left) {
            teller.trouble("A log that is of no use any more could not be removed: " + Trouble.of(left));
        }
    }

    /** Whether there is anything to lose by {@link #blank}. */
    boolean known() {
        return !record.equals(CopyRecord.blank());
    }

    /** This copy has never been part of a mirror: it is not the one the record speaks of. */
    void blank() throws IOException {
        store("store-blank", CopyRecord.blank());
        map.forget();
        map.deleteOthers();
    }

    /** Needs no disk when the record says so already. */
    void outdated() throws IOException {
        if (!unsaved && record.outdated().equals(record)) {
            return;
        }
        store("store-outdated", record.outdated());
    }

    void target(boolean full) throws IOException {
        store("store-target", record.target(full));
        if (full) {
            map.forget();
            map.deleteOthers();
        }
    }

    /**
     * Begins a new generation for the pair and returns the identity that has it.
     *
     * @param track whether marks tell what this node may lack after a crash; if not, everything is compared then
     */
    ReplicaIdentity pairing(boolean track) throws IOException {
        CopyRecord next = record.pairing(newNumber());
        store("store-pairing", track ? next : next.untracked());
        if (!track) {
            map.forget();
            map.deleteOthers();
        }
        return record.identity();
    }

    /**
     * The pair is complete.
     *
     * @param unsettled marks of what is not known to be on both disks
     * @param track whether marks tell from now on what this node may lack after a crash; if not, everything is compared then
     */
    void paired(List<ObjectMarks> unsettled, long millis, boolean track) throws IOException {
        if (track) {
            settle("store-paired", unsettled, lineage -> record.paired(lineage, millis));
        } else {
            store("store-paired", record.paired(0, millis).untracked());
            map.forget();
            map.deleteOthers();
        }
    }

    void joined(ReplicaIdentity pair, long millis) throws IOException {
        settle(
                "store-joined",
                List.of(),
                lineage -> CopyRecord.joined(pair.generation(), pair.history(), lineage, millis));
    }

    /** Everything marked is on both disks. */
    void settled(long millis) throws IOException {
        settle("store-settled", List.of(), lineage -> record.withLineage(lineage, millis));
    }

    /** Remembers when the copies were last equal. */
    void synchronizedAt(long millis) throws IOException {
        store("store-time", record.withLineage(record.lineage(), millis));
    }

    /** @throws IOException if the record on disk names a log that gets no marks any more */
    void needRecorded() throws IOException {
        if (unsaved) {
            throw new IOException("what this node owes the other is not on record");
        }
    }

    private interface Next {
        CopyRecord with(long lineage);
    }

    private void settle(String operation, List<ObjectMarks> unsettled, Next next) throws IOException {
        long lineage = newNumber();
        boolean stored = false;
        try {
            if (restarted(lineage, unsettled)) {
                store(operation, next.with(lineage));
            } else {
                map.forget();
                store(operation, next.with(0).untracked());
            }
            stored = true;
        } finally {
            if (!stored) {
                // the log the stored record names gets no marks any more: no write before that is stored
                map.forget();
                record = record.untracked();
                unsaved = true;
            }
        }
        map.deleteOthers();
    }

    /** Begins a new log. @return false if there is no room for it; that is no reason to have no pair */
    private boolean restarted(long lineage, List<ObjectMarks> unsettled) throws IOException {
        try {
            map.restart(lineage, unsettled);
            logRefused.set(false);
            return true;
        } catch (IOException e) {
            if (!logRefused.getAndSet(true)) {
                teller.trouble(
                        "What one node owes the other cannot be noted piece by piece (" + Trouble.of(e)
                                + "): the next reintegration compares everything. Make room on the disk of the module's state.");
            }
            return false;
        }
    }

    void close() throws IOException {
        map.close();
        store.close();
    }

    /** To be called before writes are admitted without another change of the record. */
    void ensureSaved() throws IOException {
        if (unsaved) {
            store("store-again", record);
            map.deleteOthers();
        }
    }

    private void store(String operation, CopyRecord next) throws IOException {
        store.store(operation, next);
        unsaved = false;
        boolean told = next.identity().equals(record.identity());
        record = next;
        if (!told) {
            teller.identityChanged(next.identity());
        }
    }

    private long newNumber() {
        long number = 0;
        while (number == 0) {
            number = random.nextLong() & Long.MAX_VALUE;
        }
        return number;
    }
}
