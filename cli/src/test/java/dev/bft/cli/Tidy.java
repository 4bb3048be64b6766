package dev.bft.cli;

import com.sun.source.tree.AssertTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.UnionTypeTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The house rules that show in the source text: sizes, names and what is never written. */
final class Tidy {

    private static final int FILE_LINES_MAX = 400;
    private static final int METHOD_LINES_MAX = 40;
    private static final int METHOD_PARAMETERS_MAX = 4;
    private static final int CONSTRUCTOR_PARAMETERS_MAX = 6;

    private static final Set<String> CAUGHT_TOO_WIDELY =
            Set.of("Throwable", "Exception", "RuntimeException", "java.lang.Throwable", "java.lang.Exception");

    /**
     * The files that may catch everything: those that run what others wrote, or that end the process for any error. Each
     * says why beside the catch.
     */
    private static final Set<String> MAY_CATCH_ALL = Set.of("dev/bft/protocol/Upcalls.java");

    private static final Pattern EMPTY_NAME = Pattern.compile("(Manager|Helper|Utils?|Impl)(?![a-z])");
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");
    private static final Pattern OLD_CODE = Pattern.compile(
            "\\s*//\\s*(.*[\\w)\\]\"] *=[^=].*;|return\\b.*;|(.*\\s)?[\\w.]+\\(.*\\);|.*\\) *\\{|})\\s*");

    private final String file;
    private final String source;
    private final List<String> findings = new ArrayList<>();

    private Tidy(String file, String source) {
        this.file = file;
        this.source = source;
    }

    /** Returns one line for each broken rule: file, line, what is wrong, and the fix. */
    static List<String> check(String file, String source) {
        Tidy tidy = new Tidy(file, source);
        tidy.checkLines();
        tidy.checkTree();
        return tidy.findings;
    }

    private void checkLines() {
        List<String> lines = source.lines().toList();
        if (lines.size() > FILE_LINES_MAX) {
            report(lines.size(), lines.size() + " lines in a file; split it by question, at most " + FILE_LINES_MAX);
        }
        for (int i = 0; i < lines.size(); i++) {
            if (UNFINISHED.matcher(lines.get(i)).find()) {
                report(i + 1, "an unfinished mark; do it now, or name the missing rule by its section");
            }
            if (OLD_CODE.matcher(lines.get(i)).matches()) {
                report(i + 1, "code in a comment; delete it, or put words round it");
            }
        }
    }

    private void checkTree() {
        JavaFileObject input = new SimpleJavaFileObject(URI.create("string:///A.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        JavacTask javac = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, problem -> {}, List.of("-proc:none"), null, List.of(input));
        try {
            for (CompilationUnitTree unit : javac.parse()) {
                new Rules(unit, Trees.instance(javac).getSourcePositions()).scan(unit, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void report(long line, String what) {
        findings.add(file + ":" + line + ": " + what);
    }

    /** Visits the parsed file; knows nothing of types, so it goes by what is written. */
    private final class Rules extends TreePathScanner<Void, Void> {

        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final LineMap lines;
        private final boolean maySpeak;

        Rules(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
            this.lines = unit.getLineMap();
            this.maySpeak = file.contains("dev/bft/cli/") || source.contains("static void main(String");
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            if (EMPTY_NAME.matcher(type.getSimpleName()).find()) {
                report(type, type.getSimpleName() + " says nothing; name what it is in the paper's words");
            }
            return super.visitClass(type, null);
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            boolean constructor = method.getName().contentEquals("<init>");
            int max = constructor ? CONSTRUCTOR_PARAMETERS_MAX : METHOD_PARAMETERS_MAX;
            int count = method.getParameters().size();
            if (count > max && !isSignatureGiven(method, constructor)) {
                report(method, count + " parameters of " + nameOf(method) + "; make a record of what belongs together");
            }
            if (method.getBody() != null && lineCount(method.getBody()) > METHOD_LINES_MAX) {
                report(
                        method,
                        lineCount(method.getBody()) + " lines in " + nameOf(method) + "; split it by question, at most "
                                + METHOD_LINES_MAX);
            }
            return super.visitMethod(method, null);
        }

        @Override
        public Void visitLambdaExpression(LambdaExpressionTree lambda, Void unused) {
            if (lineCount(lambda.getBody()) > METHOD_LINES_MAX) {
                report(lambda, lineCount(lambda.getBody()) + " lines in a lambda; make it a method");
            }
            return super.visitLambdaExpression(lambda, null);
        }

        @Override
        public Void visitAssert(AssertTree tree, Void unused) {
            report(tree, "assert is off in production; Invariant.check for our state, drop for what others send");
            return super.visitAssert(tree, null);
        }

        @Override
        public Void visitCatch(CatchTree tree, Void unused) {
            Tree caught = tree.getParameter().getType();
            List<? extends Tree> types =
                    caught instanceof UnionTypeTree union ? union.getTypeAlternatives() : List.of(caught);
            if (types.stream().anyMatch(t -> CAUGHT_TOO_WIDELY.contains(t.toString()))
                    && MAY_CATCH_ALL.stream().noneMatch(file::endsWith)) {
                report(
                        tree,
                        "catches " + caught + "; catch what can be handled here and let the rest stop the process");
            }
            return super.visitCatch(tree, null);
        }

        @Override
        public Void visitMemberSelect(MemberSelectTree tree, Void unused) {
            String written = tree.toString();
            if (!maySpeak && (written.equals("System.out") || written.equals("System.err"))) {
                report(tree, written + " outside the command line and a process's main; return or report it");
            }
            return super.visitMemberSelect(tree, null);
        }

        /** A record's components are its schema; an overriding or native method has the signature of its original. */
        private boolean isSignatureGiven(MethodTree method, boolean constructor) {
            Tree owner = getCurrentPath().getParentPath().getLeaf();
            boolean ofLibrary = owner instanceof ClassTree type
                    && type.getImplementsClause().stream()
                            .anyMatch(t -> t.toString().endsWith("Library"));
            return (constructor && owner.getKind() == Tree.Kind.RECORD)
                    || ofLibrary
                    || method.getModifiers().getFlags().contains(Modifier.NATIVE)
                    || method.getModifiers().getAnnotations().stream()
                            .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
        }

        private String nameOf(MethodTree method) {
            return method.getName().contentEquals("<init>") ? "a constructor" : method.getName() + "()";
        }

        private long lineCount(Tree tree) {
            long first = lines.getLineNumber(positions.getStartPosition(unit, tree));
            return lines.getLineNumber(positions.getEndPosition(unit, tree)) - first + 1;
        }

        private void report(Tree tree, String what) {
            Tidy.this.report(lines.getLineNumber(positions.getStartPosition(unit, tree)), what);
        }
    }
}
