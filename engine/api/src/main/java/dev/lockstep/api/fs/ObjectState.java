package dev.lockstep.api.fs;

import java.util.List;

/**
 * Everything replicated about an object but its names and its data.
 *
 * @param id stable id
 * @param attributes attributes at one moment
 * @param extendedAttributes all that are replicated (the engine's own left out)
 */
public record ObjectState(long id, Attributes attributes, List<ExtendedAttribute> extendedAttributes) {
    /** Copies the list. */
    public ObjectState {
        extendedAttributes = List.copyOf(extendedAttributes);
    }
}
