package dev.parley.benchmarks.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** How long threads of a process have run on a processor, by their name: a JVM tells Linux the names of its platform threads. */
public final class ThreadTime {
    /** Linux keeps so much of a name. */
    private static final int NAME_MAX = 15;

    private ThreadTime() {}

    /** Of those with this name that still run; nothing if there are none. */
    public static Duration of(long pid, String name) {
        String kept = name.substring(0, Math.min(name.length(), NAME_MAX));
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.filter(
                            thread -> kept.equals(text(thread.resolve("comm")).strip()))
                    .map(thread -> text(thread.resolve("stat")))
                    .map(ProcessorTime::ofStat)
                    .reduce(Duration.ZERO, Duration::plus);
        } catch (IOException e) {
            return Duration.ZERO;
        }
    }

    /** Empty, if the thread has ended. */
    private static String text(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
