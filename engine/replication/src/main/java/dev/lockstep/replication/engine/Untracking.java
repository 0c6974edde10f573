package dev.lockstep.replication.engine;

import dev.lockstep.api.words.Trouble;
import dev.lockstep.replication.stream.Gate;
import dev.lockstep.replication.track.Marking;
import java.io.IOException;

/** What happens when marks cannot be put on disk: it is recorded that everything counts as changed, which needs no room. */
final class Untracking implements Gate.LogLoss {
    private final Copy copy;
    private final Teller teller;
    private final Object lock;

    // guarded by the lock
    private boolean unrecorded;

    /** @param lock the engine's */
    Untracking(Copy copy, Teller teller, Object lock) {
        this.copy = copy;
        this.teller = teller;
        this.lock = lock;
    }

    @Override
    public void everythingChanged(Gate gate, Marking where, IOException why) throws IOException {
        synchronized (lock) {
            if (!copy.map().keeps(where)) {
                if (copy.map().tracks()) {
                    throw why;
                }
                // another write has told already: what is on record holds this one too
                copy.needRecorded();
                return;
            }
            record(why);
            Marking now = gate.marking();
            if (now.log() != null) {
                gate.switchTo(gate.admission(), new Marking(null, now.round(), null));
            }
        }
    }

    private void record(IOException why) throws IOException {
        try {
            copy.giveUpLog(why);
            unrecorded = false;
        } catch (IOException e) {
            if (!unrecorded) {
                unrecorded = true;
                teller.trouble(
                        "Writes of applications fail with EIO: what this node owes the other cannot be recorded: "
                                + Trouble.of(e));
            }
            throw e;
        }
    }
}
