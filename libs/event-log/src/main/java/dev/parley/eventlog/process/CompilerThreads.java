package dev.parley.eventlog.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The threads of the JVM's optimizing compiler, C2, which has work for minutes after a start. */
public final class CompilerThreads {
    private static final Path THREADS = Path.of("/proc/self/task");

    /** What Linux shows of {@code C2 CompilerThread0}. */
    private static final String NAME = "C2 CompilerThre";

    /** Added to the nice value of the process: a third of the processor time of a thread of it that competes. */
    private static final int NICER = 5;

    private static final int NICE_MAX = 19;

    /** The position of the nice value in {@code /proc/PID/stat}, counted from the field after the name (proc_pid_stat(5)). */
    private static final int NICE = 16;

    /** Of setpriority(2). */
    private static final int PRIO_PROCESS = 0;

    private CompilerThreads() {}

    /**
     * Has requests precede the compiler, in the background. C1 keeps its priority, because code that it has not compiled is slow. A
     * thread that C2 starts later inherits the priority of the one that starts it. Where this is not possible, nothing changes.
     */
    public static void lowerPriority() {
        Thread.ofPlatform().name("compiler-priority").daemon().start(() -> lower(THREADS));
    }

    /** How many threads of C2 have a lower priority now. */
    static int lower(Path threads) {
        List<Path> compilers = ofC2(threads);
        if (compilers.isEmpty()) {
            // C1 only, or no Linux: the function is not looked up for nothing.
            return 0;
        }
        MethodHandle setPriority = setPriority();
        int lowered = 0;
        for (Path thread : compilers) {
            int id = Integer.parseInt(thread.getFileName().toString());
            int nice = Math.min(NICE_MAX, nice(thread) + NICER);
            lowered += call(setPriority, id, nice) == 0 ? 1 : 0;
        }
        return lowered;
    }

    /** As that of the process, which a thread inherits; the normal one if it has ended meanwhile. */
    private static int nice(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            return Integer.parseInt(
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1))
                            .get(NICE));
        } catch (IOException _) {
            return 0;
        }
    }

    private static List<Path> ofC2(Path threads) {
        try (Stream<Path> all = Files.list(threads)) {
            return all.filter(thread -> NAME.equals(name(thread))).toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip();
        } catch (IOException _) {
            return "a thread that has ended";
        }
    }

    /** The function {@code setpriority(int which, id_t who, int priority)} of the C library. */
    @SuppressWarnings("restricted")
    private static MethodHandle setPriority() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setpriority"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    }

    private static int call(MethodHandle setPriority, int thread, int nice) {
        try {
            return (int) setPriority.invokeExact(PRIO_PROCESS, thread, nice);
        } catch (Throwable e) {
            throw new IllegalStateException("setpriority cannot be called", e);
        }
    }
}
