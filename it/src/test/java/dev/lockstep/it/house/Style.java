package dev.lockstep.it.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** What a machine can see of the code style. Patterns are written so that they do not find themselves here. */
final class Style {
    /** A class longer than this is two classes. */
    static final int FILE_LINES_MAX = 400;

    /** A method longer than this is two methods. */
    static final int METHOD_LINES_MAX = 70;

    private static final Map<String, Pattern> BANNED = Map.of(
            "wait for a condition instead of sleeping", Pattern.compile("Thread\\.sleep\\("),
            "only a launcher ends the process",
                    Pattern.compile("System\\.exit\\(|Runtime\\.getRuntime\\(\\)\\.halt\\("),
            "say what happened, where and what to do instead of a stack trace",
                    Pattern.compile("\\.printStackTrac[e]\\("),
            "finish it or describe the limit in the documentation",
                    Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b"),
            "an exception may not disappear", Pattern.compile("catch \\([^)]*\\) \\{\\s*\\}"),
            "a test that does not run proves nothing", Pattern.compile("@Disable[d]|@Ignor[e]\\b|@PendingFeatur[e]"),
            "a path of one machine", Pattern.compile("(?<![\\w.])/(work|home)/\\w"),
            "a word that says nothing about the product",
                    Pattern.compile("(?i)\\b(c[e]o|su[b]agents?|cl[a]ude|ch[a]tgpt|l[l]m)\\b"));

    private static final List<String> LAUNCHERS = List.of("/Main.java", "/Demo.java", "/Bench.java", "Benchmark.java");

    private Style() {}

    /** The breaches in one source file, each as {@code name:line: sentence}. */
    static List<String> breaches(String name, String text) {
        List<String> breaches = new ArrayList<>();
        BANNED.forEach((why, pattern) -> {
            if (why.startsWith("only a launcher") && LAUNCHERS.stream().anyMatch(name::endsWith)) {
                return;
            }
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                breaches.add(name + ":" + lineAt(text, matcher.start()) + ": `" + matcher.group() + "`: " + why);
            }
        });
        return breaches;
    }

    /** The length of a source file in lines. */
    static int lines(String text) {
        return (int) text.lines().count();
    }

    /** The methods of a Java source that are too long, as {@code name:line method (length)}. */
    static List<String> longMethods(String name, String text) throws IOException {
        List<String> found = new ArrayList<>();
        JavaFileObject source = new InMemory(text);
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, diagnostic -> {}, List.of("-proc:none"), null, List.of(source));
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        for (CompilationUnitTree unit : task.parse()) {
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitMethod(MethodTree method, Void nothing) {
                    long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, method));
                    long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, method));
                    if (last - first + 1 > METHOD_LINES_MAX && !isTable(method)) {
                        found.add(name + ":" + first + " " + method.getName() + " (" + (last - first + 1) + " lines)");
                    }
                    return super.visitMethod(method, null);
                }
            }.scan(unit, null);
        }
        return found;
    }

    /** A method that is one expression, a list of rows, may be as long as the table it holds. */
    private static boolean isTable(MethodTree method) {
        return method.getBody() != null
                && method.getBody().getStatements().size() == 1
                && method.getBody().getStatements().getFirst() instanceof ReturnTree returned
                && returned.getExpression() instanceof MethodInvocationTree;
    }

    private static int lineAt(String text, int offset) {
        return (int) text.substring(0, offset).chars().filter(c -> c == '\n').count() + 1;
    }

    private static final class InMemory extends SimpleJavaFileObject {
        private final String text;

        InMemory(String text) {
            super(URI.create("string:///Source.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
