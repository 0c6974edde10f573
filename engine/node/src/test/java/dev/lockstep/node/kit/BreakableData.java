package dev.lockstep.node.kit;

import dev.lockstep.core.mirror.DataRole;
import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.node.data.DataFailure;
import dev.lockstep.node.data.ModuleData;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Data that remembers its roles and throws on the mailbox when told to. */
public final class BreakableData implements ModuleData {
    private final ModuleData inner;
    private final List<DataRole> roles = new CopyOnWriteArrayList<>();
    private volatile boolean broken;

    public BreakableData(ModuleData inner) {
        this.inner = inner;
    }

    /** Makes the next tick throw, once. */
    public void breakOnce() {
        broken = true;
    }

    /** The roles asked for. */
    public List<DataRole> roles() {
        return roles;
    }

    @Override
    public void ticked(long millis) {
        inner.ticked(millis);
    }

    @Override
    public void lived(long millis) {
        if (broken) {
            broken = false;
            throw new IllegalStateException("broken by the test");
        }
        inner.lived(millis);
    }

    @Override
    public void setRole(DataRole role) throws DataFailure {
        roles.add(role);
        inner.setRole(role);
    }

    @Override
    public ReplicaIdentity identity() {
        return inner.identity();
    }

    @Override
    public void open() throws DataFailure {
        inner.open();
    }

    @Override
    public void check() throws DataFailure {
        inner.check();
    }

    @Override
    public void outdated(Consumer<Optional<String>> done) {
        inner.outdated(done);
    }

    @Override
    public void dropPeer(String reason) {
        inner.dropPeer(reason);
    }

    @Override
    public void fallSilent() {
        inner.fallSilent();
    }

    @Override
    public boolean heardWithin(long millis) {
        return inner.heardWithin(millis);
    }

    @Override
    public void redirect(int port) {
        inner.redirect(port);
    }

    @Override
    public Map<String, String> resources() {
        return inner.resources();
    }

    @Override
    public void close(Predicate<String> giveBack) {
        inner.close(giveBack);
    }
}
