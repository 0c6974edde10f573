package dev.lockstep.fuse.tree;

/** A bijective mixing function for longs (the finalizer of MurmurHash3, by Austin Appleby, public domain). */
final class Hash {
    private Hash() {}

    static long mix(long value) {
        long x = value;
        x ^= x >>> 33;
        x *= 0xff51afd7ed558ccdL;
        x ^= x >>> 33;
        x *= 0xc4ceb9fe1a85ec53L;
        x ^= x >>> 33;
        return x;
    }
}
