package dev.lockstep.node.store;

import dev.lockstep.node.Fault;
import java.util.ArrayList;
import java.util.List;

/**
 * What an operator is told about a configuration that is good.
 *
 * @param warnings sentences about what is probably not what was meant
 * @param remarks sentences about what is accepted without effect, or read in another way than it is written
 * @param faults those of both that are about a place in a file, for programs
 */
public record Advice(List<String> warnings, List<String> remarks, List<Fault> faults) {
    /** Nothing to tell. */
    public static final Advice NONE = new Advice(List.of(), List.of());

    /** Copies the lists. */
    public Advice {
        warnings = List.copyOf(warnings);
        remarks = List.copyOf(remarks);
        faults = List.copyOf(faults);
    }

    /** Sentences alone. */
    public Advice(List<String> warnings, List<String> remarks) {
        this(warnings, remarks, List.of());
    }

    /** Warnings alone. */
    public static Advice warning(List<String> warnings) {
        return new Advice(warnings, List.of());
    }

    /** This advice, and more warnings after its own. */
    Advice and(List<String> more) {
        List<String> all = new ArrayList<>(warnings);
        all.addAll(more);
        return new Advice(all, remarks, faults);
    }
}
