package dev.lockstep.node.hooks;

import java.util.List;

/** Hooks that cannot be used: every fault with file and line. */
public final class HookFaults extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    /** With the faults, one sentence each: {@code start_prim.groovy:12:5: ...}. */
    public HookFaults(List<String> faults) {
        super(String.join("\n", faults));
        this.faults = List.copyOf(faults);
    }

    /** The faults, one sentence each. */
    public List<String> faults() {
        return faults;
    }
}
