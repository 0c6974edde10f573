package dev.lockstep.replication.kit;

import java.util.stream.LongStream;

/** Which seeded histories a run tries: the same every time, so that it judges a change and not its luck, unless asked otherwise. */
public final class Seeds {
    private Seeds() {}

    /** {@code -Dseed=S} is that one, {@code -Dseeds=N} are N new ones; else the first {@code standard}. */
    public static LongStream asked(int standard) {
        Long one = Long.getLong("seed");
        if (one != null) {
            return LongStream.of(one);
        }
        Long more = Long.getLong("seeds");
        long first = more == null ? 1 : System.nanoTime() & 0xFFFF_FFFFL;
        return LongStream.range(first, first + (more == null ? standard : more));
    }
}
