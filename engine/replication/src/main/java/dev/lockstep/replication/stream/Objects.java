package dev.lockstep.replication.stream;

import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.StableId;

/** Which object a mutation is about. */
final class Objects {
    private Objects() {}

    /** The object whose content, attributes or durability a mutation concerns; none for changes of names. */
    static long of(Mutation mutation) {
        return switch (mutation) {
            case Mutation.Write m -> m.id();
            case Mutation.SetAttributes m -> m.id();
            case Mutation.Allocate m -> m.id();
            case Mutation.SetExtendedAttribute m -> m.id();
            case Mutation.RemoveExtendedAttribute m -> m.id();
            case Mutation.SetFlags m -> m.id();
            case Mutation.Flush m -> m.id();
            case Mutation.Create _, Mutation.Link _, Mutation.Remove _, Mutation.Rename _, Mutation.Whiteout _ ->
                StableId.NONE;
        };
    }

    /** The objects to flush so that a mutation is on disk, {@link StableId#NONE} where there is no second one. */
    static long[] toFlush(Mutation mutation) {
        return switch (mutation) {
            case Mutation.Create m -> new long[] {m.id(), m.parent()};
            case Mutation.Link m -> new long[] {m.parent()};
            case Mutation.Remove m -> new long[] {m.parent()};
            case Mutation.Rename m ->
                m.parent() == m.newParent() ? new long[] {m.parent()} : new long[] {m.parent(), m.newParent()};
            case Mutation.Whiteout m -> toFlush(m.rename());
            default -> new long[] {of(mutation)};
        };
    }

    /** Whether a flush of the content is enough for a mutation: fdatasync, and writes with O_DSYNC, ask for no more. */
    static boolean dataOnly(Mutation mutation) {
        return mutation instanceof Mutation.Write || (mutation instanceof Mutation.Flush flush && flush.dataOnly());
    }
}
