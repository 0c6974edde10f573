package dev.lockstep.fuse.op;

import dev.lockstep.fuse.sys.FileCalls;
import java.util.HashMap;
import java.util.Map;

/** Everything applications have open through one mount. Thread-safe. */
final class OpenFiles {
    private static final String OPERATION = "FILES";

    private final FileCalls files;
    private final HandleTable<OpenFile> handles = new HandleTable<>();
    private final Map<Long, OpenInode> inodes = new HashMap<>();
    private final UntoldErrors untold = new UntoldErrors();

    OpenFiles(FileCalls files) {
        this.files = files;
    }

    /** Enters an opening; the descriptor is taken over. */
    long add(long id, int descriptor, boolean direct, boolean writable, boolean appends) {
        OpenInode inode;
        synchronized (inodes) {
            inode = inodes.computeIfAbsent(id, OpenInode::new);
            inode.opens++;
        }
        return handles.add(
                new OpenFile(descriptor, inode, direct, writable, appends, new AnticipatedFlush(id, untold)));
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
            if (file.anticipated().release()) {
                files.close(OPERATION, file.descriptor());
            }
        }
    }

    /** Ends all of them: the mount is gone and nothing uses them. */
    void closeAll() {
        for (OpenFile file : handles.removeAll()) {
            files.close(OPERATION, file.descriptor());
        }
        synchronized (inodes) {
            inodes.clear();
        }
    }
}
