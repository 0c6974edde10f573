package dev.lockstep.fuse.mount;

import dev.lockstep.fuse.device.TurnWatch;
import dev.lockstep.fuse.sys.SystemCalls;
import dev.lockstep.fuse.tree.DescriptorBudget;

/**
 * What all directories of this host share.
 *
 * @param calls how the kernel is reached
 * @param budget what descriptors may be used for
 * @param turns notices requests that take long
 * @param mounts notices mounts that are taken away or covered by hand
 */
public record Host(SystemCalls calls, DescriptorBudget budget, TurnWatch turns, MountWatch mounts) {
    /** Nothing is mounted yet. */
    public static Host of(SystemCalls calls, DescriptorBudget budget) {
        return new Host(calls, budget, new TurnWatch(), new MountWatch(new MountChanges(calls.files())));
    }
}
