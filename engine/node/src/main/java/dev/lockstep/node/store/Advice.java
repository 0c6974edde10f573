package dev.lockstep.node.store;

import java.util.ArrayList;
import java.util.List;

/**
 * What an operator is told about a configuration that is good.
 *
 * @param warnings sentences about what is probably not what was meant
 * @param remarks sentences about what is accepted without effect, or read in another way than it is written
 */
public record Advice(List<String> warnings, List<String> remarks) {
    /** Nothing to tell. */
    public static final Advice NONE = new Advice(List.of(), List.of());

    /** Copies the lists. */
    public Advice {
        warnings = List.copyOf(warnings);
        remarks = List.copyOf(remarks);
    }

    /** Warnings alone. */
    public static Advice warning(List<String> warnings) {
        return new Advice(warnings, List.of());
    }

    /** This advice, and more warnings after its own. */
    Advice and(List<String> more) {
        List<String> all = new ArrayList<>(warnings);
        all.addAll(more);
        return new Advice(all, remarks);
    }
}
