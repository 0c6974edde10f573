package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.PathFilter;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.sys.SystemCalls;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.locks.Lock;

/**
 * The covered directory by stable id. Everything goes through a private mount of it and through file handles, one name at a
 * time: no path that could lead into the FUSE mount is ever resolved. Results below zero are negated error numbers.
 * Thread-safe.
 */
public final class CoveredTree implements AutoCloseable {
    /** Name of the engine's own directory at the root, invisible through the mount. */
    private static final byte[] HIDDEN = ".lockstep".getBytes(StandardCharsets.US_ASCII);

    private static final String OPERATION = "TREE";
    private static final int PATH_DESCRIPTORS = 4096;
    private static final int DATA_DESCRIPTORS = 512;
    private static final byte[] ITSELF = {};
    private static final byte[] DOT = {'.'};

    private final SystemCalls calls;
    private final PathFilter filter;
    private final Told told;
    private final int mount;
    private final int root;
    private final ObjectIndex index;
    private final ObjectLabel label;
    private final KeptIds keptIds;
    private final IdSource ids = new IdSource(new SecureRandom());
    private final OrderLocks locks = new OrderLocks();
    private final KernelReferences references;
    private final DescriptorCache paths;
    private final DescriptorCache data;
    private final BackingFiles backing;
    private final DescriptorBudget budget;
    private final Newcomers newcomers = new Newcomers(this);
    private final EarlyWriteBack early;

    private final Cradle cradle;

    /**
     * A tree without objects yet; {@link IndexBuilder} finds them.
     *
     * @param mount descriptor of a private mount of the directory; taken over
     * @param keptIds ids of objects without a label
     * @param filter what is replicated
     * @param budget what descriptors may be used for
     * @param told what an operator should read
     * @throws java.io.UncheckedIOException never; problems are {@code IllegalStateException}s with the errno
     */
    public CoveredTree(
            SystemCalls calls, int mount, KeptIds keptIds, PathFilter filter, DescriptorBudget budget, Told told) {
        this.calls = calls;
        this.keptIds = keptIds;
        this.filter = filter;
        this.told = told;
        this.mount = mount;
        // open_by_handle_at(2) wants a descriptor that is really open.
        root = calls.files().open(OPERATION, mount, DOT, OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC, 0);
        if (root < 0) {
            throw new IllegalStateException("the covered directory cannot be opened, errno " + -root);
        }
        FileHandle handle = FileHandle.current();
        int result = calls.files().nameToHandle(OPERATION, root, ITSELF, handle.empty());
        if (result < 0) {
            calls.files().close(OPERATION, root);
            throw new IllegalStateException("the file system has no file handles, errno " + -result);
        }
        index = new ObjectIndex(handle.packedLength(), budget.objects());
        label = new ObjectLabel(calls.attributes());
        references = new KernelReferences(calls.files(), budget.orphans());
        backing = new BackingFiles(calls.files(), this::open, budget);
        this.budget = budget;
        cradle = new Cradle(this);
        paths = new DescriptorCache(
                calls.files(),
                PATH_DESCRIPTORS,
                budget.caches(),
                id -> openByHandle(id, OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC));
        data = new DescriptorCache(
                calls.files(), DATA_DESCRIPTORS, budget.caches(), id -> openContent(id, OpenFlags.RDWR));
        early = new EarlyWriteBack(
                calls.files(), data::of, () -> calls.process().markIoFlusher(OPERATION));
    }

    public SystemCalls calls() {
        return calls;
    }

    /** The order of operations. */
    public OrderLocks locks() {
        return locks;
    }

    /** What the kernel knows of the mounted tree. */
    public KernelReferences references() {
        return references;
    }

    /** Where files without a name lie. */
    public Cradle cradle() {
        return cradle;
    }

    /** What applications have open. */
    public BackingFiles backing() {
        return backing;
    }

    /** What descriptors and openings may be used for. */
    public DescriptorBudget budget() {
        return budget;
    }

    ObjectIndex index() {
        return index;
    }

    ObjectLabel label() {
        return label;
    }

    KeptIds keptIds() {
        return keptIds;
    }

    PathFilter filter() {
        return filter;
    }

    /** Tells an operator what happened. */
    public void notice(String text) {
        told.notice(text);
    }

    /** Tells an operator what failed, or is not as it should be. */
    public void trouble(String text) {
        told.trouble(text);
    }

    /**
     * What tells the root directory from any other there is or was: its file handle, in a form that can be kept in a file. It stays
     * the same as long as the directory exists, across mounts and reboots.
     */
    public String rootHandle() {
        FileHandle handle = FileHandle.current();
        int result = calls.files().nameToHandle(OPERATION, root, ITSELF, handle.empty());
        if (result < 0) {
            throw new IllegalStateException("the file system has no file handles, errno " + -result);
        }
        return handle.text();
    }

    /** Whether the root directory carries the label of one that was offered before. */
    public boolean isLabelled() {
        return label.read(OPERATION, root) == StableId.ROOT;
    }

    /** Whether the root directory has no name any more: somebody removed it, and another one may lie in its place. */
    public boolean isRemoved() {
        Status status = new Status();
        return calls.attributes().status(OPERATION, root, status) == 0 && status.links() == 0;
    }

    /** An open descriptor of the root directory. */
    public int root() {
        return root;
    }

    /** A new id. */
    public long newId(boolean local) {
        long id;
        do {
            id = ids.next(local);
        } while (index.contains(id));
        return id;
    }

    /** Whether this name in this directory is the engine's own. */
    public static boolean isHidden(long directory, byte[] name) {
        return directory == StableId.ROOT && Arrays.equals(name, HIDDEN);
    }

    static byte[] hiddenName() {
        return HIDDEN.clone();
    }

    /** An O_PATH descriptor of an object, also of one without a name that the kernel still knows. */
    public Descriptor path(long id) {
        if (id == StableId.ROOT) {
            return Descriptor.borrowed(id, root);
        }
        int orphan = orphan(id);
        return orphan >= 0 ? Descriptor.borrowed(id, orphan) : paths.of(id);
    }

    /** A descriptor for reading and writing a file. */
    Descriptor data(long id) {
        return data.of(id);
    }

    /** A piece of a file was written to memory: if it is one of many, the disk may begin with it. */
    public void written(long id, long offset, long length) {
        early.written(id, offset, length);
    }

    /** A descriptor for reading a file, which may be immutable. */
    Descriptor readable(long id) {
        Descriptor file = data.of(id);
        return file.errno() == Errno.EPERM ? data.once(id, openContent(id, OpenFlags.RDONLY)) : file;
    }

    /**
     * Opens a file or directory anew; the caller closes it. Anything else is EINVAL: opening a device or a pipe does something to
     * it.
     */
    int openContent(long id, int flags) {
        Status status = new Status();
        try (Descriptor object = path(id)) {
            if (object.failed()) {
                return object.number();
            }
            int result = calls.attributes().status(OPERATION, object.number(), status);
            if (result < 0) {
                return result;
            }
        }
        return status.isFile() || status.isDirectory() ? open(id, flags) : -Errno.EINVAL;
    }

    /** Opens an object anew that is known to be a file or directory; the caller closes it. */
    public int open(long id, int flags) {
        int orphan = orphan(id);
        if (orphan >= 0 || id == StableId.ROOT) {
            int from = id == StableId.ROOT ? root : orphan;
            return calls.files().reopen(OPERATION, from, flags | OpenFlags.CLOEXEC);
        }
        return openByHandle(id, flags | OpenFlags.CLOEXEC | OpenFlags.NOFOLLOW);
    }

    /** A descriptor of an object without a name, or -1: one that is kept, or that of an application. */
    private int orphan(long id) {
        int orphan = references.orphan(id);
        return orphan < 0 && references.isOrphan(id) ? backing.descriptorOf(id) : orphan;
    }

    private int openByHandle(long id, int flags) {
        FileHandle handle = FileHandle.current();
        if (!index.handle(id, handle)) {
            return -Errno.ENOENT;
        }
        return calls.files().openByHandle(OPERATION, root, handle.memory(), flags);
    }

    /**
     * To be held from giving a new object its name until it is registered: whoever lists the directory meanwhile must not take
     * it for one that was made behind the interception. Nothing else may be waited for.
     */
    public Lock making() {
        return newcomers.making();
    }

    /**
     * The stable id of a name that has just been looked at. An object nobody has labelled was made behind the interception; it gets
     * an id of this node alone, because the peer does not have it, and the operator is told.
     *
     * @param directory descriptor of the directory
     * @param status attributes of the name; looked at again if they are of no object that is known
     */
    public long identify(String operation, int directory, byte[] name, Status status) {
        return newcomers.identify(operation, directory, name, status);
    }

    /** Labels an object that is new here and enters it into the index. */
    public int register(String operation, int object, long inode, long id) {
        int result = label(operation, object, id);
        return result < 0 ? result : enter(operation, object, inode, id);
    }

    /** Labels an object that is new here. {@link #enter} follows. */
    public int label(String operation, int object, long id) {
        return label.write(operation, object, id);
    }

    /** Enters a labelled object into the index. */
    public int enter(String operation, int object, long inode, long id) {
        FileHandle handle = FileHandle.current();
        int result = calls.files().nameToHandle(operation, object, ITSELF, handle.empty());
        if (result >= 0) {
            if (!budget.objects().hasRoom() && !index.contains(id)) {
                return -Errno.ENOSPC;
            }
            index.put(id, inode, handle);
        }
        return result;
    }

    /**
     * An object lost a name. If it was the last, the object is forgotten, and kept reachable only if the kernel still knows it.
     *
     * @param object an O_PATH descriptor of it; taken over
     */
    public void lostName(String operation, long id, int object, boolean directory, Status status) {
        int result = calls.attributes().status(operation, object, status);
        boolean gone = directory || result < 0 || status.links() == 0;
        if (gone) {
            // First reachable in the new way, then no more in the old.
            boolean kept = references.keepOrphan(id, object);
            forget(id);
            if (kept) {
                return;
            }
        }
        calls.files().close(operation, object);
    }

    /** Forgets an object: it is gone, or nothing of the tree any more. */
    public void forget(long id) {
        index.remove(id);
        paths.forget(id);
        data.forget(id);
        backing.forget(id);
    }

    /** Whether an object under this name would be replicated. */
    public boolean isReplicated(long parent, int parentDescriptor, byte[] name, boolean directory) {
        if (StableId.isLocal(parent)) {
            return false;
        }
        if (isUnfiltered()) {
            return true;
        }
        String path = names().pathOf(parentDescriptor);
        String text = new String(name, StandardCharsets.UTF_8);
        return filter.isReplicated(path.isEmpty() ? text : path + "/" + text, directory);
    }

    /**
     * Whether something below a directory would be on the other side of the border between replicated and not replicated if the
     * directory had another name. Walks what is below it, which only a filter makes necessary.
     */
    public boolean wouldChangeSides(long directory, int newParent, byte[] newName) {
        if (isUnfiltered() || StableId.isLocal(directory)) {
            return false;
        }
        String parent = names().pathOf(newParent);
        String text = new String(newName, StandardCharsets.UTF_8);
        return new BorderCheck(this).changesSides(directory, parent.isEmpty() ? text : parent + "/" + text);
    }

    /** The object with this inode number; {@link StableId#NONE} if it is not known. */
    public long idOfInode(long inode) {
        return index.idOfInode(inode);
    }

    /** Whether everything is replicated. */
    public boolean isUnfiltered() {
        return filter.equals(PathFilter.ALL);
    }

    /** How objects are called in messages. */
    public ObjectNames names() {
        return new ObjectNames(this);
    }

    /** Gives back all descriptors. */
    @Override
    public void close() {
        early.close();
        index.close();
        references.clear();
        paths.clear();
        data.clear();
        backing.closeIdle();
        calls.files().close(OPERATION, root);
        calls.files().close(OPERATION, mount);
    }
}
