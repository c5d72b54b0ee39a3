package dev.parley.localstack.process;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One line of a log as a person reads it: a structured one (ECS) in short, any other as it is, neither very long. */
final class LogLine {
    private static final int CHARACTERS_MAX = 500;
    private static final JsonMapper JSON = new JsonMapper();

    private LogLine() {}

    static String readable(String line) {
        return line.startsWith("{") ? structured(line) : shortened(line);
    }

    private static String structured(String line) {
        try {
            JsonNode entry = JSON.readTree(line);
            String what = entry.path("@timestamp").asString("") + " "
                    + entry.path("log").path("level").asString("") + " "
                    + shortened(entry.path("message").asString(line));
            String trace = entry.path("error").path("stack_trace").asString("");
            return trace.isEmpty() ? what : what + "\n  " + shortened(rootCause(trace));
        } catch (JacksonException e) {
            return shortened(line);
        }
    }

    /** The line of a stack trace that says what went wrong first. */
    private static String rootCause(String trace) {
        return trace.lines()
                .filter(line -> line.startsWith("Caused by: "))
                .reduce((earlier, later) -> later)
                .orElseGet(() -> trace.lines().findFirst().orElse(""));
    }

    private static String shortened(String text) {
        return text.length() <= CHARACTERS_MAX ? text : text.substring(0, CHARACTERS_MAX) + " ...";
    }
}
