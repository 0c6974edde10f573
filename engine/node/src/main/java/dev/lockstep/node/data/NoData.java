package dev.lockstep.node.data;

import dev.lockstep.core.mirror.DataRole;
import dev.lockstep.core.mirror.ReplicaIdentity;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The data of a module without replicated directories: there is nothing to do, and the automaton knows that. */
public final class NoData implements ModuleData {
    @Override
    public ReplicaIdentity identity() {
        return ReplicaIdentity.withoutData();
    }

    @Override
    public void open() {
        // Nothing to take hold of.
    }

    @Override
    public void check() {
        // Nothing to verify.
    }

    @Override
    public void setRole(DataRole role) {
        // Nothing has a role.
    }

    @Override
    public void outdated(Consumer<Optional<String>> done) {
        done.accept(Optional.empty());
    }

    @Override
    public void dropPeer(String reason) {
        // There is no link.
    }

    @Override
    public void fallSilent() {
        // There is no link.
    }

    @Override
    public void redirect(int port) {
        // There is no link.
    }

    @Override
    public boolean heardWithin(long millis) {
        return false;
    }

    @Override
    public void ticked(long millis) {
        // Nothing to look after.
    }

    @Override
    public void lived(long millis) {
        // Nothing is tried again.
    }

    @Override
    public Map<String, String> resources() {
        return Map.of();
    }

    @Override
    public void close(Predicate<String> giveBack) {
        // Nothing was taken.
    }
}
