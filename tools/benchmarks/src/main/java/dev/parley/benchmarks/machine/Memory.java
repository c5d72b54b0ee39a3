package dev.parley.benchmarks.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a process of Java holds. */
public final class Memory {
    private static final int ANSWER_SECONDS_MAX = 30;
    private static final long BYTES_PER_KIB = 1_024;

    private Memory() {}

    /** Bytes of its objects that are still needed; it collects garbage first. */
    public static long live(long pid) throws InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process = new ProcessBuilder(List.of(jcmd, Long.toString(pid), "GC.class_histogram"))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(ANSWER_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("jcmd cannot see into process " + pid + ": " + output);
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

    /** Bytes of the machine's memory that a process takes (VmRSS of proc_pid_status(5)). */
    public static long resident(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return BYTES_PER_KIB
                    * lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
