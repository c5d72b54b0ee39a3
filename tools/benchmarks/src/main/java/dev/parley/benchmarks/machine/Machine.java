package dev.parley.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine and the version that were measured.
 *
 * @param commit of the checkout, with a plus sign if it was changed since
 */
public record Machine(String processor, int cores, long memoryMib, String system, String jdk, String commit) {
    /** This machine; {@code ./parley bench} passes the commit. */
    public static Machine here() {
        return new Machine(
                field("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch", "unknown")),
                Runtime.getRuntime().availableProcessors(),
                field("/proc/meminfo", "MemTotal")
                        .map(text -> Long.parseLong(text.split(" ", 2)[0]) / 1024)
                        .orElse(0L),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.version().toString(),
                System.getProperty("parley.commit", "unknown"));
    }

    public String sentence() {
        return cores + " cores (" + processor + "), " + memoryMib + " MiB, " + system + ", JDK " + jdk + ", commit "
                + commit;
    }

    private static Optional<String> field(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
