package dev.lockstep.fuse.tree;

import dev.lockstep.fuse.sys.FileCalls;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongToIntFunction;

/**
 * A bounded number of open descriptors of objects by id. Each object has one place it can take; what is in use there is not
 * displaced, the newcomer is then closed after use. Thread-safe.
 */
final class DescriptorCache {
    private static final String OPERATION = "DESCRIPTORS";
    private static final int LOCKS = 64;

    private final FileCalls files;
    private final Semaphore room;
    private final LongToIntFunction opener;
    private final Descriptor[] places;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    /**
     * An empty cache.
     *
     * @param size how many, a power of two of at least {@value #LOCKS}
     * @param room what is kept takes of; what finds none is closed after use
     * @param opener opens the object of an id; a negated errno when it cannot
     */
    DescriptorCache(FileCalls files, int size, Semaphore room, LongToIntFunction opener) {
        if (Integer.bitCount(size) != 1 || size < LOCKS) {
            throw new IllegalArgumentException("size " + size);
        }
        this.files = files;
        this.room = room;
        this.opener = opener;
        places = new Descriptor[size];
        Arrays.setAll(locks, i -> new ReentrantLock());
    }

    /** A descriptor of an object, open until given back. */
    Descriptor of(long id) {
        int place = place(id);
        ReentrantLock lock = locks[place & (LOCKS - 1)];
        lock.lock();
        try {
            Descriptor present = places[place];
            if (present != null && present.id() == id) {
                present.users++;
                return present;
            }
        } finally {
            lock.unlock();
        }
        int number = opener.applyAsInt(id);
        if (number < 0) {
            return Descriptor.borrowed(id, number);
        }
        lock.lock();
        try {
            Descriptor present = places[place];
            boolean taken = present != null && (present.users > 0 || present.id() == id);
            if (taken || (present == null && !room.tryAcquire())) {
                return new Descriptor(this, id, number, true);
            }
            if (present != null) {
                files.close(OPERATION, present.number());
            }
            places[place] = new Descriptor(this, id, number, false);
            return places[place];
        } finally {
            lock.unlock();
        }
    }

    /** A descriptor opened by somebody else, closed when given back; or a failure. */
    Descriptor once(long id, int number) {
        return number < 0 ? Descriptor.borrowed(id, number) : new Descriptor(this, id, number, true);
    }

    /** Drops the descriptor of an object that is going away, so that its space is freed. */
    void forget(long id) {
        int place = place(id);
        ReentrantLock lock = locks[place & (LOCKS - 1)];
        lock.lock();
        try {
            Descriptor present = places[place];
            if (present != null && present.id() == id) {
                places[place] = null;
                room.release();
                dropWhenUnused(present);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Drops all of them. */
    void clear() {
        for (int place = 0; place < places.length; place++) {
            ReentrantLock lock = locks[place & (LOCKS - 1)];
            lock.lock();
            try {
                if (places[place] != null) {
                    dropWhenUnused(places[place]);
                    places[place] = null;
                    room.release();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    void giveBack(Descriptor descriptor) {
        ReentrantLock lock = locks[place(descriptor.id()) & (LOCKS - 1)];
        lock.lock();
        try {
            descriptor.users--;
            if (descriptor.users == 0 && descriptor.stray) {
                files.close(OPERATION, descriptor.number());
            }
        } finally {
            lock.unlock();
        }
    }

    private void dropWhenUnused(Descriptor descriptor) {
        descriptor.stray = true;
        if (descriptor.users == 0) {
            files.close(OPERATION, descriptor.number());
        }
    }

    private int place(long id) {
        return (int) (Hash.mix(id) >>> 32) & (places.length - 1);
    }
}
