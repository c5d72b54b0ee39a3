package dev.parley.system;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The complete log lines of a service so far. */
record LogLines(List<String> lines) {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    static LogLines of(LocalStack stack, String service) throws IOException {
        String text = Files.readString(stack.process(service, 0).log());
        return new LogLines(
                text.substring(0, text.lastIndexOf('\n') + 1).lines().toList());
    }

    /** The lines that contain this text, each of which must be JSON. */
    List<JsonNode> with(String text) {
        return lines.stream()
                .filter(line -> line.contains(text))
                .map(MAPPER::readTree)
                .toList();
    }
}
