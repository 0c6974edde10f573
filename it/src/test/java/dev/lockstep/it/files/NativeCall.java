package dev.lockstep.it.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Calls functions of the C library by name; every function has one shape only. */
final class NativeCall {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_OF = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Map<String, MethodHandle> BOUND = new ConcurrentHashMap<>();

    /** One argument: a number or memory. */
    record Argument(Object value, MemoryLayout layout) {}

    private NativeCall() {}

    static Argument i(int value) {
        return new Argument(value, JAVA_INT);
    }

    static Argument l(long value) {
        return new Argument(value, JAVA_LONG);
    }

    static Argument m(MemorySegment value) {
        return new Argument(value, ADDRESS);
    }

    /** Bytes with a zero at their end. */
    static Argument text(Arena arena, byte[] bytes) {
        MemorySegment memory = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
        return m(memory);
    }

    /**
     * Calls a function.
     *
     * @param variadic index of the first variable argument, -1 for a function without
     * @return its result, or the negated errno if the result is -1
     */
    static long call(Arena arena, String name, MemoryLayout result, int variadic, Argument... arguments) {
        List<Object> values = new ArrayList<>();
        MemorySegment state = arena.allocate(STATE);
        values.add(state);
        for (Argument argument : arguments) {
            values.add(argument.value());
        }
        try {
            MethodHandle function = BOUND.computeIfAbsent(name, missing -> bind(missing, result, variadic, arguments));
            long value = ((Number) function.invokeWithArguments(values)).longValue();
            return value == -1 ? -(int) ERRNO_OF.get(state, 0L) : value;
        } catch (Throwable failure) {
            throw new IllegalStateException("calling " + name, failure);
        }
    }

    private static MethodHandle bind(String name, MemoryLayout result, int variadic, Argument... arguments) {
        MemoryLayout[] layouts = new MemoryLayout[arguments.length];
        for (int index = 0; index < arguments.length; index++) {
            layouts[index] = arguments[index].layout();
        }
        Linker.Option[] options = variadic < 0
                ? new Linker.Option[] {ERRNO}
                : new Linker.Option[] {ERRNO, Linker.Option.firstVariadicArg(variadic)};
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, layouts), options);
    }
}
