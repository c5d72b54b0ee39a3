package dev.parley.benchmarks.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The memory of a Java process. */
public final class ProcessMemory {
    private static final int ANSWER_SECONDS_MAX = 30;

    private ProcessMemory() {}

    /** Bytes of reachable objects, after a garbage collection. */
    public static long live(long pid) throws InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process = new ProcessBuilder(List.of(jcmd, Long.toString(pid), "GC.class_histogram"))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(ANSWER_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("jcmd fails for process " + pid + ": " + output);
            }
            return total(output);
        } catch (IOException e) {
            throw new IllegalStateException("jcmd cannot be started", e);
        }
    }

    /** The last line of a histogram: {@code Total 123456 7890123}, objects and bytes. */
    static long total(String histogram) {
        return histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .map(line -> line.strip().split("\\s+"))
                .mapToLong(fields -> Long.parseLong(fields[2]))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no total in " + histogram));
    }
}
