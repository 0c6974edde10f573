package dev.lockstep.api.fs;

import java.util.List;

/**
 * Everything replicated about an object but its names and its data.
 *
 * @param id stable id
 * @param attributes attributes at one moment
 * @param extendedAttributes all that are replicated (the engine's own left out)
 * @param flags inode flags (chattr), as in FS_IOC_GETFLAGS, of a file or directory: those a node can take over from its peer, 0
 *     where there are none
 */
public record ObjectState(long id, Attributes attributes, List<ExtendedAttribute> extendedAttributes, int flags) {
    /** Copies the list. */
    public ObjectState {
        extendedAttributes = List.copyOf(extendedAttributes);
    }
}
