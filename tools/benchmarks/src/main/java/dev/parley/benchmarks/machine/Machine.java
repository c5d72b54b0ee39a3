package dev.parley.benchmarks.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What was measured on what: a figure without it says nothing.
 *
 * @param commit of the checkout, with a plus sign if it was changed since
 */
public record Machine(String processor, int cores, long memoryMib, String system, String jdk, String commit) {
    private static final int GIT_SECONDS_MAX = 10;

    public static Machine here(Path checkout) {
        return new Machine(
                field("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch", "unknown")),
                Runtime.getRuntime().availableProcessors(),
                field("/proc/meminfo", "MemTotal")
                        .map(text -> Long.parseLong(text.split(" ", 2)[0]) / 1024)
                        .orElse(0L),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.version().toString(),
                commit(checkout));
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

    private static String commit(Path checkout) {
        String head = git(checkout, "rev-parse", "--short=12", "HEAD");
        return git(checkout, "status", "--porcelain", "--untracked-files=no").isEmpty() ? head : head + "+";
    }

    private static String git(Path checkout, String... arguments) {
        List<String> command = Stream.concat(Stream.of("git", "-C", checkout.toString()), Stream.of(arguments))
                .toList();
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            return process.waitFor(GIT_SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? output.strip()
                    : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
