package dev.lockstep.node.hooks;

import java.util.Set;
import org.codehaus.groovy.ast.ClassCodeVisitorSupport;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.expr.ClassExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.StaticMethodCallExpression;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.CompilePhase;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.codehaus.groovy.syntax.SyntaxException;

/** Refuses the calls by which a hook would end the daemon by mistake: {@code System.exit} and its like. No protection against intent. */
final class DaemonGuard extends CompilationCustomizer {
    private static final Set<String> ENDINGS = Set.of("exit", "halt");
    private static final Set<String> OWNERS = Set.of("java.lang.System", "java.lang.Runtime");

    DaemonGuard() {
        super(CompilePhase.CANONICALIZATION);
    }

    @Override
    public void call(SourceUnit source, GeneratorContext context, ClassNode classNode) {
        new Visitor(source).visitClass(classNode);
    }

    private static final class Visitor extends ClassCodeVisitorSupport {
        private final SourceUnit source;

        Visitor(SourceUnit source) {
            this.source = source;
        }

        @Override
        protected SourceUnit getSourceUnit() {
            return source;
        }

        @Override
        public void visitMethodCallExpression(MethodCallExpression call) {
            if (ENDINGS.contains(String.valueOf(call.getMethodAsString())) && endsDaemon(call.getObjectExpression())) {
                refuse(call);
            }
            super.visitMethodCallExpression(call);
        }

        @Override
        public void visitStaticMethodCallExpression(StaticMethodCallExpression call) {
            if (ENDINGS.contains(call.getMethod())
                    && OWNERS.contains(call.getOwnerType().getName())) {
                refuse(call);
            }
            super.visitStaticMethodCallExpression(call);
        }

        private static boolean endsDaemon(Expression receiver) {
            return switch (receiver) {
                case ClassExpression type -> OWNERS.contains(type.getType().getName());
                case MethodCallExpression call -> "getRuntime".equals(call.getMethodAsString());
                case PropertyExpression property -> "runtime".equals(property.getPropertyAsString());
                default -> OWNERS.contains(receiver.getType().getName());
            };
        }

        private void refuse(Expression call) {
            getSourceUnit()
                    .addError(new SyntaxException(
                            "this call would end the daemon; leave a hook with return, or throw an exception to fail",
                            call.getLineNumber(),
                            call.getColumnNumber()));
        }
    }
}
