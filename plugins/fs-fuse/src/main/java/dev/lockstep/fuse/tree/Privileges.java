package dev.lockstep.fuse.tree;

import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Status;

/**
 * What a change by an unprivileged user takes from a file: set-uid, set-gid (where the group may execute), file capabilities. The
 * kernel leaves this to the server (HANDLE_KILLPRIV_V2). Set-gid without group execute depends on who changes the file.
 */
public final class Privileges {
    private final AttributeCalls attributes;
    private final ExtendedAttributes extended;

    public Privileges(AttributeCalls attributes) {
        this.attributes = attributes;
        extended = new ExtendedAttributes(attributes);
    }

    /**
     * Takes them.
     *
     * @param status overwritten
     * @return 1 if there were any, 0 if not, or a negated errno
     */
    public int drop(String operation, int descriptor, Status status) {
        int result = attributes.status(operation, descriptor, status);
        if (result < 0) {
            return result;
        }
        int mode = status.mode() & Status.PERMISSIONS;
        int reduced = reduced(mode);
        boolean capability = extended.removeCapability(operation, descriptor);
        if (reduced == mode) {
            return capability ? 1 : 0;
        }
        result = attributes.changeMode(operation, descriptor, reduced);
        return result < 0 ? result : 1;
    }

    /** A mode without what {@link #drop} takes. */
    static int reduced(int mode) {
        int reduced = mode & ~Status.SET_UID;
        return (mode & Status.GROUP_EXECUTE) != 0 ? reduced & ~Status.SET_GID : reduced;
    }
}
