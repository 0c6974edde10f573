package dev.lockstep.fuse.tree;

import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.tree.BackingFile.Access;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files applications have open: one descriptor for each object and way of opening, however many openings there are. A bounded
 * number of those used last stays open. Thread-safe.
 */
public final class BackingFiles {
    private static final String OPERATION = "OPEN";
    private static final int IDLE_MAX = 1024;

    private final FileCalls calls;
    private final Opener opener;
    private final DescriptorBudget budget;
    private final Map<Access, Map<Long, BackingFile>> present = new EnumMap<>(Access.class);
    /** Used by nobody; the one that has been so for longest comes first. */
    private final Map<BackingFile, Boolean> idle = new LinkedHashMap<>();

    /** Opens an object by its id: a descriptor, or a negated errno. */
    @FunctionalInterface
    public interface Opener {
        int open(long id, int flags);
    }

    /**
     * The outcome of an opening.
     *
     * @param file null if it failed
     * @param errno 0 if it did not
     */
    public record Opened(BackingFile file, int errno) {}

    /**
     * Nothing is open yet.
     *
     * @param opener how a file is opened
     */
    public BackingFiles(FileCalls calls, Opener opener, DescriptorBudget budget) {
        this.calls = calls;
        this.opener = opener;
        this.budget = budget;
        for (Access access : Access.values()) {
            present.put(access, new HashMap<>());
        }
    }

    /** Opens a file for a user. {@link #release} follows. */
    public Opened acquire(long id, Access access, int uid) {
        Opened shared = share(id, access, uid);
        if (shared != null) {
            return shared;
        }
        if (!budget.files().take(uid)) {
            return refused(Errno.ENFILE);
        }
        int descriptor = opener.open(id, flags(access));
        if (descriptor < 0) {
            budget.files().giveBack(uid);
            return refused(-descriptor);
        }
        return new Opened(enter(new BackingFile(id, access, descriptor), uid), 0);
    }

    /** Takes over the descriptor of a new file, for which its user's share was taken. {@link #release} follows. */
    public BackingFile adopt(long id, Access access, int descriptor, int uid) {
        return enter(new BackingFile(id, access, descriptor), uid);
    }

    /** How a file is opened on the covered directory. */
    public static int flags(Access access) {
        return switch (access) {
            case READ -> OpenFlags.RDONLY;
            case WRITE -> OpenFlags.RDWR;
            case APPEND -> OpenFlags.RDWR | OpenFlags.APPEND;
        };
    }

    /** An opening ends. */
    public void release(BackingFile file) {
        List<BackingFile> gone = new ArrayList<>(1);
        synchronized (this) {
            if (--file.users > 0) {
                return;
            }
            budget.files().giveBack(file.uid);
            if (file.last) {
                present.get(file.access()).remove(file.id(), file);
                gone.add(file);
            } else {
                keep(file, gone);
            }
        }
        close(gone);
    }

    /** A file lost its last name: its space is free as soon as nobody has it open. */
    void forget(long id) {
        close(end(id, false));
    }

    /** A file may be opened in other ways than before: whoever does so now opens it anew. Who has it open is not concerned. */
    public void renew(long id) {
        close(end(id, true));
    }

    private synchronized List<BackingFile> end(long id, boolean anew) {
        List<BackingFile> gone = new ArrayList<>(0);
        for (Map<Long, BackingFile> files : present.values()) {
            BackingFile file = files.get(id);
            if (file == null) {
                continue;
            }
            file.last = true;
            if (file.users == 0) {
                drop(file);
                gone.add(file);
            }
            if (anew || file.users == 0) {
                files.remove(id);
            }
        }
        return gone;
    }

    /** The descriptor of a file somebody has open, or -1. */
    synchronized int descriptorOf(long id) {
        for (Map<Long, BackingFile> files : present.values()) {
            BackingFile file = files.get(id);
            if (file != null && file.users > 0) {
                return file.descriptor();
            }
        }
        return -1;
    }

    /** Closes what nobody uses. */
    public void closeIdle() {
        List<BackingFile> gone;
        synchronized (this) {
            gone = List.copyOf(idle.keySet());
            for (BackingFile file : gone) {
                drop(file);
                present.get(file.access()).remove(file.id(), file);
            }
        }
        close(gone);
    }

    /** The opening of a file that is open already, or null. */
    private synchronized Opened share(long id, Access access, int uid) {
        BackingFile file = present.get(access).get(id);
        if (file == null) {
            return null;
        }
        if (file.users == 0) {
            if (!budget.files().take(uid)) {
                return refused(Errno.ENFILE);
            }
            drop(file);
            file.uid = uid;
        }
        file.users++;
        return new Opened(file, 0);
    }

    private BackingFile enter(BackingFile fresh, int uid) {
        BackingFile used;
        synchronized (this) {
            used = present.get(fresh.access()).putIfAbsent(fresh.id(), fresh);
            if (used == null) {
                fresh.uid = uid;
                fresh.users = 1;
                return fresh;
            }
            if (used.users == 0) {
                drop(used);
                used.uid = uid;
            } else {
                budget.files().giveBack(uid);
            }
            used.users++;
        }
        // Somebody else was faster.
        calls.close(OPERATION, fresh.descriptor());
        return used;
    }

    /** Keeps a file that nobody uses any more, in place of the one that has been so for longest. */
    private void keep(BackingFile file, List<BackingFile> gone) {
        boolean room = idle.size() < IDLE_MAX && budget.caches().tryAcquire();
        Iterator<BackingFile> oldest = idle.keySet().iterator();
        if (room) {
            idle.put(file, true);
        } else if (oldest.hasNext()) {
            BackingFile displaced = oldest.next();
            oldest.remove();
            present.get(displaced.access()).remove(displaced.id(), displaced);
            gone.add(displaced);
            idle.put(file, true);
        } else {
            present.get(file.access()).remove(file.id(), file);
            gone.add(file);
        }
    }

    private void drop(BackingFile file) {
        idle.remove(file);
        budget.caches().release();
    }

    private void close(List<BackingFile> gone) {
        for (BackingFile file : gone) {
            calls.close(OPERATION, file.descriptor());
        }
    }

    private static Opened refused(int errno) {
        return new Opened(null, errno);
    }
}
