package dev.lockstep.core.config;

import com.google.re2j.Pattern;

/**
 * An expression on the path of an object relative to the replicated directory, searched anywhere in it. Matching takes
 * time in proportion to the length of the path, whatever the expression says.
 *
 * @param written as written in the configuration, without a leading {@code !}
 * @param translated the same for {@link Pattern}
 * @param only whether it was written with {@code !}: only files that match one such expression are replicated
 * @param ignoreCase whether case is ignored, as on Windows
 */
public record PathExpression(String written, String translated, boolean only, boolean ignoreCase) {

    /** The compiled expression. As in POSIX, a dot also matches a line end. */
    public Pattern pattern() {
        return Pattern.compile(translated, Pattern.DOTALL | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0));
    }
}
