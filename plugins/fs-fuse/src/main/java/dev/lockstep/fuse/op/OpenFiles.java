package dev.lockstep.fuse.op;

import dev.lockstep.fuse.tree.BackingFile;
import dev.lockstep.fuse.tree.BackingFiles;
import dev.lockstep.fuse.tree.Shares;
import java.util.HashMap;
import java.util.Map;

/** Everything applications have open through one mount. Thread-safe. */
final class OpenFiles {
    private final BackingFiles backing;
    private final Shares openings;
    private final HandleTable<OpenFile> handles = new HandleTable<>();
    private final Map<Long, OpenInode> inodes = new HashMap<>();
    private final UntoldErrors untold = new UntoldErrors();

    OpenFiles(BackingFiles backing, Shares openings) {
        this.backing = backing;
        this.openings = openings;
    }

    /** Enters an opening, for which its user's share was taken; the acquired file is released when it ends. */
    long add(long id, BackingFile file, int uid, boolean direct, boolean writable, boolean appends) {
        OpenInode inode;
        synchronized (inodes) {
            inode = inodes.computeIfAbsent(id, OpenInode::new);
            inode.opens++;
        }
        return handles.add(
                new OpenFile(file, uid, inode, direct, writable, appends, new AnticipatedFlush(id, untold, file)));
    }

    /** The opening with this number, or null. */
    OpenFile get(long handle) {
        return handles.get(handle);
    }

    /** What is known of a file if it is open, else null. */
    OpenInode inode(long id) {
        synchronized (inodes) {
            return inodes.get(id);
        }
    }

    /** Content or attributes of an object are about to change, in its order, by something else than a write. */
    void changing(long id) {
        OpenInode open = inode(id);
        if (open != null) {
            open.changing();
        }
    }

    /** Ends an opening. Its descriptor is closed as soon as no anticipated flush uses it. */
    void close(long handle) {
        OpenFile file = handles.remove(handle);
        if (file != null) {
            synchronized (inodes) {
                if (--file.inode().opens == 0) {
                    inodes.remove(file.inode().id);
                }
            }
            openings.giveBack(file.uid());
            if (file.anticipated().release()) {
                backing.release(file.backing());
            }
        }
    }

    /** Ends all of them: the mount is gone and nothing uses them. */
    void closeAll() {
        for (OpenFile file : handles.removeAll()) {
            openings.giveBack(file.uid());
            backing.release(file.backing());
        }
        synchronized (inodes) {
            inodes.clear();
        }
    }
}
