package dev.lockstep.replication;

/**
 * How far a reintegration is.
 *
 * @param round 1 for the first pass; later ones repeat what changed meanwhile
 * @param objects objects looked at so far, all rounds
 * @param objectsKnown objects known so far that have to be looked at, all rounds
 * @param bytesCompared file bytes looked at without being sent
 * @param bytesCopied file bytes sent
 * @param bytesKnown file bytes known so far that have to be compared or copied
 * @param elapsedNanos since the start
 * @param remainingNanos estimate, -1 when there is none yet
 */
public record ReintegrationProgress(
        int round,
        long objects,
        long objectsKnown,
        long bytesCompared,
        long bytesCopied,
        long bytesKnown,
        long elapsedNanos,
        long remainingNanos) {
    /** Share of the known bytes and objects that is done, 0 to 100. */
    public int percent() {
        long known = bytesKnown + objectsKnown * OBJECT_WEIGHT;
        long done = Math.min(known, bytesCompared + bytesCopied + objects * OBJECT_WEIGHT);
        return known == 0 ? 0 : (int) (100 * done / known);
    }

    /** An object without data counts as much as so many bytes. */
    private static final long OBJECT_WEIGHT = 4096;
}
