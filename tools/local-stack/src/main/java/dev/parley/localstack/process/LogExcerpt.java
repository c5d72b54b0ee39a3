package dev.parley.localstack.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The last lines of a log: at most 256 KiB, lines of at most 500 characters, structured lines (ECS) abridged. */
public final class LogExcerpt {
    private static final int BYTES_MAX = 256 * 1024;
    private static final int CHARACTERS_MAX = 500;

    private LogExcerpt() {}

    public static String of(Path log, int linesMax) {
        try {
            List<String> lines = end(log).stripTrailing().lines().toList();
            String text = lines.stream()
                    .skip(Math.max(0, lines.size() - linesMax))
                    .map(line -> line.startsWith("{") ? abridged(line) : truncated(line))
                    .collect(Collectors.joining("\n"));
            return text.isEmpty() ? "(it is empty)" : text;
        } catch (IOException e) {
            return "(it cannot be read: " + e.getMessage() + ")";
        }
    }

    private static String end(Path log) throws IOException {
        try (InputStream file = Files.newInputStream(log)) {
            file.skipNBytes(Math.max(0, Files.size(log) - BYTES_MAX));
            return new String(file.readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
        }
    }

    private static String abridged(String line) {
        try {
            JsonNode entry = JsonMapper.shared().readTree(line);
            String message = entry.path("@timestamp").asString("") + " "
                    + entry.path("log").path("level").asString("") + " "
                    + truncated(entry.path("message").asString(line));
            String trace = entry.path("error").path("stack_trace").asString("");
            return trace.isEmpty() ? message : message + "\n  " + truncated(rootCause(trace));
        } catch (JacksonException e) {
            return truncated(line);
        }
    }

    /** The last "Caused by" line of a stack trace, or its first line. */
    private static String rootCause(String trace) {
        return trace.lines()
                .filter(line -> line.startsWith("Caused by: "))
                .reduce((earlier, later) -> later)
                .orElseGet(() -> trace.lines().findFirst().orElse(""));
    }

    private static String truncated(String text) {
        return text.length() <= CHARACTERS_MAX ? text : text.substring(0, CHARACTERS_MAX) + " ...";
    }
}
