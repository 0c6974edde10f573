package dev.lockstep.core.config;

import com.google.re2j.Pattern;
import dev.lockstep.api.fs.PathFilter;
import java.util.ArrayList;
import java.util.List;

/**
 * The filter of one replicated directory.
 *
 * <p>An object is left out when it, or a directory above it, is named by a path or matches an expression that leaves
 * out. With selecting expressions ({@code !}), a file is replicated only if it matches one of them; directories always
 * are, since the files below are reached through them.
 */
final class ExclusionFilter implements PathFilter {
    private static final String END = "\\z";

    private final List<String> excludedPaths;

    /** Match a path if their expression matches it or one above it: a path is looked at once, however deep it is. */
    private final List<Pattern> excluding = new ArrayList<>();

    /** Must be tried on a path and on each one above it. */
    private final List<Pattern> stepwise = new ArrayList<>();

    private final List<Pattern> selecting = new ArrayList<>();

    ExclusionFilter(List<String> excludedPaths, List<PathExpression> expressions) {
        this.excludedPaths = excludedPaths;
        for (PathExpression expression : expressions) {
            if (expression.only()) {
                selecting.add(expression.pattern());
            } else {
                exclude(expression);
            }
        }
    }

    /**
     * What is found in a path above is found in the path too, unless it asks for the end. An expression that asks for it once, as the
     * last thing, is given the end of a name instead. (To a boundary of words a slash is as good as the end.)
     */
    private void exclude(PathExpression expression) {
        String translated = expression.translated();
        int ends = ends(translated);
        if (ends == 0) {
            excluding.add(expression.pattern());
        } else if (ends == 1 && translated.endsWith(END)) {
            String inside = translated.substring(0, translated.length() - END.length()) + "(?:/|" + END + ")";
            excluding.add(new PathExpression(expression.written(), inside, false, expression.ignoreCase()).pattern());
        } else {
            stepwise.add(expression.pattern());
        }
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
        for (String path : excludedPaths) {
            if (relativePath.startsWith(path)
                    && (relativePath.length() == path.length() || relativePath.charAt(path.length()) == '/')) {
                return true;
            }
        }
        if (matchesOne(excluding, relativePath)) {
            return true;
        }
        for (int end = relativePath.indexOf('/');
                end >= 0 && !stepwise.isEmpty();
                end = relativePath.indexOf('/', end + 1)) {
            if (matchesOne(stepwise, relativePath.substring(0, end))) {
                return true;
            }
        }
        return matchesOne(stepwise, relativePath);
    }

    private static boolean matchesOne(List<Pattern> patterns, String path) {
        for (Pattern pattern : patterns) {
            if (pattern.matcher(path).find()) {
                return true;
            }
        }
        return false;
    }

    /** How often an expression asks for the end of the path, not counting a backslash that stands for itself. */
    private static int ends(String translated) {
        int ends = 0;
        for (int at = 0; at < translated.length(); at++) {
            if (translated.charAt(at) == '\\') {
                at++;
                ends += translated.startsWith("z", at) ? 1 : 0;
            }
        }
        return ends;
    }
}
