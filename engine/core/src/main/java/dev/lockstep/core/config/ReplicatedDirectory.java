package dev.lockstep.core.config;

import dev.lockstep.api.fs.PathFilter;
import java.util.List;

/**
 * One replicated directory.
 *
 * @param dir its absolute path, normalized
 * @param readOnlyOnSecondary whether {@code mode="read_only"} was written. Lockstep's secondary is read-only either way
 * @param toCheck paths below it that must exist before the module starts
 * @param excludedPaths files and directories below it that are left out, {@code /} between names, normalized
 * @param expressions expressions that leave out or select, in file order
 */
public record ReplicatedDirectory(
        String dir,
        boolean readOnlyOnSecondary,
        List<String> toCheck,
        List<String> excludedPaths,
        List<PathExpression> expressions) {

    /** Copies the lists. */
    public ReplicatedDirectory {
        toCheck = List.copyOf(toCheck);
        excludedPaths = List.copyOf(excludedPaths);
        expressions = List.copyOf(expressions);
    }

    /** Which paths below the directory are replicated, as a function ready for the data plane. */
    public PathFilter filter() {
        return excludedPaths.isEmpty() && expressions.isEmpty()
                ? PathFilter.ALL
                : new ExclusionFilter(excludedPaths, expressions);
    }
}
