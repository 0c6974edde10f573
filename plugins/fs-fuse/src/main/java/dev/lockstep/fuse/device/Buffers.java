package dev.lockstep.fuse.device;

import dev.lockstep.fuse.sys.ProcessCalls;
import dev.lockstep.fuse.wire.Frame;
import dev.lockstep.fuse.wire.Negotiation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory of one reader. There is room for the largest request and reply, because one cannot know what comes next; the system gives a
 * page when it is used first, and gets all back when large requests have stopped coming.
 */
final class Buffers {
    private static final String OPERATION = "READER";
    private static final long PAGE = 4096;
    /** Room for the largest write and its headers; the kernel asks for 4 KiB more. */
    private static final long REQUEST_SIZE = Negotiation.MAX_WRITE + 2 * PAGE;

    private static final long REPLY_SIZE = Negotiation.MAX_WRITE + PAGE;
    private static final long SCRATCH_SIZE = 128L << 10;
    /** Requests and replies of this many bytes are nothing to give back. */
    private static final long SMALL = 64L << 10;

    private final ProcessCalls process;
    private final MemorySegment all;
    private final MemorySegment request;
    private final MemorySegment reply;
    private final MemorySegment scratch;
    private boolean grown;

    /** Buffers that go with an arena. */
    Buffers(ProcessCalls process, Arena arena) {
        this.process = process;
        all = process.map(OPERATION, REQUEST_SIZE + PAGE + REPLY_SIZE + SCRATCH_SIZE, arena);
        request = all.asSlice(0, REQUEST_SIZE);
        // Bodies of replies begin page-aligned: reads of the backing file then copy whole pages.
        reply = all.asSlice(REQUEST_SIZE + PAGE - Frame.HEADER, Frame.HEADER + REPLY_SIZE);
        scratch = all.asSlice(REQUEST_SIZE + PAGE + REPLY_SIZE);
    }

    MemorySegment request() {
        return request;
    }

    MemorySegment reply() {
        return reply;
    }

    MemorySegment scratch() {
        return scratch;
    }

    /** A request or reply of this many bytes was there. */
    void used(long bytes) {
        grown |= bytes > SMALL;
    }

    /** Whether there is something to give back. */
    boolean isGrown() {
        return grown;
    }

    /** Gives back everything; what stood in the buffers is lost. */
    void giveBack() {
        process.giveBack(OPERATION, all);
        grown = false;
    }
}
