package dev.parley.system;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a service has logged up to a moment, whole lines only. */
record LogLines(List<String> lines) {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    static LogLines of(LocalStack stack, String service) throws IOException {
        String text = Files.readString(stack.process(service, 0).log());
        return new LogLines(
                text.substring(0, text.lastIndexOf('\n') + 1).lines().toList());
    }

    /** The lines that have this text anywhere, each of which must be JSON. */
    List<JsonNode> with(String text) {
        return lines.stream()
                .filter(line -> line.contains(text))
                .map(MAPPER::readTree)
                .toList();
    }
}
