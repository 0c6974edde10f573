package dev.lockstep.node.hooks;

import groovy.lang.Script;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.codehaus.groovy.ast.ClassCodeVisitorSupport;
import org.codehaus.groovy.ast.ClassHelper;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.DynamicVariable;
import org.codehaus.groovy.ast.Variable;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.CompilePhase;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.codehaus.groovy.syntax.Types;

/**
 * Finds the variables that hooks read and nobody gives them: at run time each would be a failed hook, on the day it is needed. Looks at
 * scripts while they are compiled; {@link #sentences} tells what was found. A name that a script assigns itself is its own. In closures
 * only names that look like a {@code <var>} count, since a closure may be run on behalf of another object.
 */
final class UndeclaredVariables extends CompilationCustomizer {
    /** What every hook sees; see {@code docs/hooks.md}. */
    private static final Set<String> GIVEN =
            Set.of("module", "node", "state", "nextState", "action", "force", "args", "env", "log", "out");

    private static final Pattern LIKE_A_VAR = Pattern.compile("[A-Z][A-Z0-9_]*");

    private final Set<String> declared;
    private final List<Use> uses = new ArrayList<>();
    private final Set<String> assigned = new HashSet<>();

    private record Use(String name, String file, int line) {}

    /**
     * For a module with these variables.
     *
     * @param declared names of its {@code <var>} elements
     */
    UndeclaredVariables(Set<String> declared) {
        super(CompilePhase.CANONICALIZATION);
        this.declared = declared;
    }

    @Override
    public void call(SourceUnit source, GeneratorContext context, ClassNode classNode) {
        new Visitor(source).visitClass(classNode);
    }

    /** One sentence for each name, with its first place. */
    List<String> sentences() {
        Set<String> told = new TreeSet<>();
        List<String> sentences = new ArrayList<>();
        for (Use use : uses) {
            if (!declared.contains(use.name()) && !assigned.contains(use.name()) && told.add(use.name())) {
                sentences.add(use.file() + ":" + use.line() + ": no <var> declares " + use.name()
                        + ": the hook will fail there. Add <var name=\"" + use.name()
                        + "\" value=\"...\"/> to <user>, or"
                        + " correct the name.");
            }
        }
        return sentences;
    }

    private final class Visitor extends ClassCodeVisitorSupport {
        private final SourceUnit source;
        private int closures;

        Visitor(SourceUnit source) {
            this.source = source;
        }

        @Override
        protected SourceUnit getSourceUnit() {
            return source;
        }

        @Override
        public void visitBinaryExpression(BinaryExpression expression) {
            if (expression.getOperation().getType() == Types.EQUAL
                    && expression.getLeftExpression() instanceof VariableExpression left
                    && left.getAccessedVariable() instanceof DynamicVariable) {
                assigned.add(left.getName());
            }
            super.visitBinaryExpression(expression);
        }

        @Override
        public void visitClosureExpression(ClosureExpression closure) {
            closures++;
            super.visitClosureExpression(closure);
            closures--;
        }

        @Override
        public void visitVariableExpression(VariableExpression variable) {
            if (variable.getAccessedVariable() instanceof DynamicVariable) {
                read(variable.getName(), variable);
            }
            super.visitVariableExpression(variable);
        }

        /** {@code hook.NAME} in a class that was given the hook as a {@link Script}. */
        @Override
        public void visitPropertyExpression(PropertyExpression property) {
            String name = property.getPropertyAsString();
            if (name != null && LIKE_A_VAR.matcher(name).matches() && isScript(property.getObjectExpression())) {
                read(name, property);
            }
            super.visitPropertyExpression(property);
        }

        private static boolean isScript(Expression object) {
            if (!(object instanceof VariableExpression variable)) {
                return false;
            }
            Variable accessed = variable.getAccessedVariable();
            ClassNode type = accessed == null ? variable.getType() : accessed.getOriginType();
            return type != null && type.equals(ClassHelper.make(Script.class));
        }

        private void read(String name, Expression where) {
            if (!GIVEN.contains(name)
                    && (closures == 0 || LIKE_A_VAR.matcher(name).matches())) {
                String file = HookCompiler.fileName(
                        String.valueOf(java.nio.file.Path.of(source.getName()).getFileName()));
                uses.add(new Use(name, file, where.getLineNumber()));
            }
        }
    }
}
