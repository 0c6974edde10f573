package dev.lockstep.api.fs;

/**
 * The attributes of an object that are replicated, plus its link count for information.
 *
 * @param kind what it is
 * @param mode permission bits including set-uid, set-gid and sticky (lower 12 bits of {@code st_mode})
 * @param uid numeric owner
 * @param gid numeric group
 * @param size bytes, meaningful for files
 * @param modified modification time
 * @param accessed access time; replicated only when set on purpose
 * @param device device number of a device node (Linux {@code dev_t} encoding), else 0
 * @param links number of names; not replicated by itself
 */
public record Attributes(
        ObjectKind kind,
        int mode,
        int uid,
        int gid,
        long size,
        Timestamp modified,
        Timestamp accessed,
        long device,
        int links) {}
