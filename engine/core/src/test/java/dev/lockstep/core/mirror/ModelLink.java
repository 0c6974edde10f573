package dev.lockstep.core.mirror;

/** The replication link of the model: a resynchronization, then a pair, then a broken link. */
final class ModelLink {
    enum Stage {
        COPYING,
        COMMITTING,
        PAIRED
    }

    final ModelWorld world;
    final ModelNode primary;
    final ModelNode secondary;
    Stage stage = Stage.COPYING;
    long commitAt;
    boolean broken;

    ModelLink(ModelWorld world, ModelNode primary, ModelNode secondary) {
        this.world = world;
        this.primary = primary;
        this.secondary = secondary;
        commitAt = world.now + 1 + world.upTo(6);
    }

    /** Both ends will notice, each in its own time. */
    void broke(String why) {
        if (broken) {
            return;
        }
        broken = true;
        world.link = null;
        world.note("link broken: " + why);
        primary.linkBroken(this, why);
        secondary.linkBroken(this, why);
    }

    /** One tick of the resynchronization, driven by the secondary. */
    void progress() {
        if (broken || !primary.alive() || world.now < commitAt) {
            return;
        }
        if (stage == Stage.COPYING) {
            stage = Stage.COMMITTING;
            secondary.disk.data.clear();
            secondary.disk.data.addAll(primary.disk.data);
            secondary.committed(primary.disk.identity);
            primary.later(world.upTo(2), () -> {
                if (!broken) {
                    stage = Stage.PAIRED;
                    primary.paired();
                }
            });
        }
    }
}
