package dev.parley.benchmarks.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The memory of a Java process. */
public final class ProcessMemory {
    private ProcessMemory() {}

    /** Bytes of reachable objects, after a garbage collection. */
    public static long live(long pid) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process = new ProcessBuilder(List.of(jcmd, Long.toString(pid), "GC.class_histogram"))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.onExit().join().exitValue() != 0) {
                throw new IllegalStateException("jcmd fails for process " + pid + ": " + output);
            }
            return live(output);
        } catch (IOException e) {
            throw new IllegalStateException("jcmd cannot be started", e);
        }
    }

    /**
     * The sum of the lines of a histogram: {@code 1: 80023 6401840 [B}, objects and bytes. What the serial collector fills gaps with
     * are dead objects that it has not removed, up to a twentieth of the heap.
     */
    static long live(String histogram) {
        List<String[]> classes = histogram
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length >= 4 && fields[0].matches("\\d+:"))
                .toList();
        if (classes.isEmpty()) {
            throw new IllegalStateException("no classes in " + histogram);
        }
        return classes.stream()
                .filter(fields -> !fields[3].contains("jdk.internal.vm.Filler"))
                .mapToLong(fields -> Long.parseLong(fields[2]))
                .sum();
    }
}
