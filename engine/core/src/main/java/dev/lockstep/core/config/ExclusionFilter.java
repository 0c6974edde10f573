package dev.lockstep.core.config;

import com.google.re2j.Pattern;
import dev.lockstep.api.fs.PathFilter;
import java.util.List;
import java.util.function.Predicate;

/**
 * The filter of one replicated directory.
 *
 * <p>An object is left out when it, or a directory above it, is named by a path or matches an expression that leaves
 * out. With selecting expressions ({@code !}), a file is replicated only if it matches one of them; directories always
 * are, since the files below are reached through them.
 */
final class ExclusionFilter implements PathFilter {
    private final List<String> excludedPaths;
    private final List<Predicate<String>> excluding;
    private final List<Predicate<String>> selecting;

    ExclusionFilter(List<String> excludedPaths, List<PathExpression> expressions) {
        this.excludedPaths = excludedPaths;
        this.excluding = predicates(expressions, false);
        this.selecting = predicates(expressions, true);
    }

    @Override
    public boolean isReplicated(String relativePath, boolean directory) {
        if (relativePath.isEmpty()) {
            return true;
        }
        if (isExcluded(relativePath)) {
            return false;
        }
        return directory || selecting.isEmpty() || matchesOne(selecting, relativePath);
    }

    private boolean isExcluded(String relativePath) {
        for (int end = relativePath.indexOf('/'); end >= 0; end = relativePath.indexOf('/', end + 1)) {
            if (isNamedOrMatches(relativePath.substring(0, end))) {
                return true;
            }
        }
        return isNamedOrMatches(relativePath);
    }

    private boolean isNamedOrMatches(String path) {
        return excludedPaths.contains(path) || matchesOne(excluding, path);
    }

    private static boolean matchesOne(List<Predicate<String>> predicates, String path) {
        for (var predicate : predicates) {
            if (predicate.test(path)) {
                return true;
            }
        }
        return false;
    }

    private static List<Predicate<String>> predicates(List<PathExpression> expressions, boolean only) {
        return expressions.stream()
                .filter(expression -> expression.only() == only)
                .map(PathExpression::pattern)
                .map(ExclusionFilter::found)
                .toList();
    }

    private static Predicate<String> found(Pattern pattern) {
        return path -> pattern.matcher(path).find();
    }
}
