package dev.lockstep.core.mirror;

import java.util.Set;

/**
 * The replication link of the model: a reintegration, then a pair, then a broken link. Broken is what the network knows; each
 * end notices in its own time and acts on what had arrived before.
 */
final class ModelLink {
    enum Stage {
        COPYING,
        /** The secondary may have become up to date. */
        PAIRING,
        STREAMING
    }

    private static final int CONFIRMED_WITHIN = 15;

    final ModelEngine primary;
    final ModelEngine secondary;
    private final ModelWorld world;
    Stage stage = Stage.COPYING;
    boolean broken;
    private long pairAt;

    ModelLink(ModelWorld world, ModelEngine primary, ModelEngine secondary) {
        this.world = world;
        this.primary = primary;
        this.secondary = secondary;
        pairAt = world.now + 1 + world.upTo(6);
    }

    void broke(String why) {
        if (broken) {
            return;
        }
        broken = true;
        world.note("link broken in " + stage + ": " + why);
        primary.noticesEnd(this, why);
        secondary.noticesEnd(this, why);
    }

    boolean streams() {
        return !broken && stage == Stage.STREAMING;
    }

    /** One tick of the reintegration, driven by the primary. */
    void progress() {
        if (broken || world.now < pairAt) {
            return;
        }
        if (stage == Stage.COPYING) {
            if (!primary.disk().takes()) {
                broke("the disk of the primary does not record the pair");
                return;
            }
            stage = Stage.PAIRING;
            pairAt = world.now + CONFIRMED_WITHIN;
            ReplicaIdentity pair = primary.pairing();
            Set<Integer> copied = Set.copyOf(primary.disk().data);
            secondary.after(world.diskTime(), () -> secondary.finish(this, pair, copied));
        } else if (stage == Stage.PAIRING) {
            broke("not confirmed in time");
        }
    }

    void confirmed() {
        primary.after(world.upTo(2), () -> primary.paired(this));
    }
}
