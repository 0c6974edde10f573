package dev.lockstep.fuse.device;

import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.wire.Frame;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The descriptor of one FUSE connection. It stays open until its owner has let go of it and every deferred reply has been given,
 * so that a late reply can never reach a descriptor number that means something else by then.
 */
public final class Device {
    /** The largest body a deferred reply has: an entry and an open file. */
    static final int DEFERRED_BODY_MAX = 256;

    private static final String OPERATION = "DEVICE";
    private static final ThreadLocal<MemorySegment> SMALL_REPLY =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Frame.HEADER + DEFERRED_BODY_MAX, 8));

    private final FileCalls files;
    private final int descriptor;
    private final DiskThreads disk;
    private final AtomicInteger holders = new AtomicInteger(1);

    /**
     * Takes over an open descriptor of /dev/fuse.
     *
     * @param disk waits for the local disk when every reader is busy
     */
    public Device(FileCalls files, int descriptor, DiskThreads disk) {
        this.files = files;
        this.descriptor = descriptor;
        this.disk = disk;
    }

    public int descriptor() {
        return descriptor;
    }

    /** Reads one request; see read(2) on /dev/fuse. */
    public long read(MemorySegment buffer) {
        return files.read(OPERATION, descriptor, buffer, 0, buffer.byteSize());
    }

    /** Waits for a request, but only so long; whether there was none. */
    boolean isQuiet(int milliseconds) {
        return files.poll(OPERATION, descriptor, FileCalls.POLL_READABLE, milliseconds) == 0;
    }

    /** The threads that wait for the local disk when no reader can be spared for it. */
    DiskThreads disk() {
        return disk;
    }

    /**
     * Sends a reply whose body stands in {@code buffer} behind the room for the header.
     *
     * @return whether the kernel took it; it does not when the request was interrupted or the connection aborted
     */
    boolean send(MemorySegment buffer, int bodyLength, int errno, long unique) {
        Frame.header(buffer, bodyLength, errno, unique);
        long written = files.write(OPERATION, descriptor, buffer, 0, Frame.HEADER + (long) bodyLength);
        if (written == -Errno.EINVAL) {
            throw new IllegalStateException("the kernel refused a FUSE reply of " + bodyLength + " bytes as malformed");
        }
        return written >= 0;
    }

    /** Sends a reply with a small body, from any thread. */
    boolean send(byte[] body, int errno, long unique) {
        MemorySegment buffer = SMALL_REPLY.get();
        int length = errno == 0 ? body.length : 0;
        MemorySegment.copy(body, 0, buffer, ValueLayout.JAVA_BYTE, Frame.HEADER, length);
        return send(buffer, length, errno, unique);
    }

    /**
     * Tells the kernel that what it knows of an object's attributes is no longer right. Takes no lock in the kernel that a request
     * could hold, because no cached data are concerned.
     */
    void invalidateAttributes(long id) {
        MemorySegment buffer = SMALL_REPLY.get();
        Frame.attributesChanged(buffer, id);
        // ENOENT: the kernel does not know the object any more, which is as good.
        files.write(OPERATION, descriptor, buffer, 0, Frame.NOTIFICATION);
    }

    /**
     * Tells the kernel that neither attributes nor content of an object are what it has cached; mappings read it anew. Waits for
     * reads of it that are under way: never to be called by a reader.
     *
     * @return 0, or why the kernel did not do it
     */
    public int contentChanged(long id) {
        MemorySegment buffer = SMALL_REPLY.get();
        Frame.contentChanged(buffer, id);
        long result = files.write(OPERATION, descriptor, buffer, 0, Frame.NOTIFICATION);
        return result < 0 && result != -Errno.ENOENT ? (int) -result : 0;
    }

    void hold() {
        holders.incrementAndGet();
    }

    void letGo() {
        if (holders.decrementAndGet() == 0) {
            files.close(OPERATION, descriptor);
        }
    }

    /** Gives the descriptor up; it is closed when no deferred reply is outstanding. */
    public void close() {
        letGo();
    }
}
