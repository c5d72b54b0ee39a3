package dev.parley.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTraitsReaderTest {
    @Test
    void readsTheQuestionsOfAConversation() {
        RequestTraits traits = read("""
                {"max_tokens": 1000, "system": [{"type": "text", "text": "Be kind."}], "messages": [
                  {"role": "user", "content": "What is a log?"},
                  {"role": "assistant", "content": "A list of records."},
                  {"role": "user", "content": [{"type": "text", "text": "Are you "}, {"type": "text", "text": "sure?"}]}]}
                """);

        assertThat(traits)
                .isEqualTo(new RequestTraits(
                        List.of("What is a log?", "Are you sure?"), Set.of(), false, false, false, 13, 1000, false));
    }

    @Test
    void readsTheTypesOfContent() {
        RequestTraits traits = read("""
                {"messages": [{"role": "user", "content": [
                  {"type": "image", "source": {}}, {"type": "tool_result", "content": "5"}, {"type": "text", "text": "?"}]}]}
                """);

        assertThat(traits.content()).containsExactlyInAnyOrder("image", "tool_result");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"tools\": [{}]}", "{\"mcp_servers\": [{}]}", "{\"container\": \"c\"}"})
    void findsTools(String request) {
        assertThat(read(request).tools()).isTrue();
        assertThat(read("{\"tools\": []}").tools()).isFalse();
    }

    @Test
    void findsAFormat() {
        assertThat(read("{\"output_config\": {\"format\": {}}}").structured()).isTrue();
        assertThat(read("{\"output_config\": {\"effort\": \"low\"}}").structured())
                .isFalse();
    }

    /** The other types are a model's default, or as little thinking as a model can do. */
    @ParameterizedTest
    @CsvSource({"enabled, true", "adaptive, false", "between_tools, false", "disabled, false"})
    void findsThinkingThatTheClientAsksFor(String type, boolean found) {
        assertThat(read("{\"thinking\": {\"type\": \"%s\"}}".formatted(type)).thinking())
                .isEqualTo(found);
    }

    /** Newer models think at every turn, and clients return it. */
    @Test
    void doesNotCountReturnedThinkingAsContent() {
        RequestTraits traits = read("""
                {"messages": [
                  {"role": "user", "content": "What is a log?"},
                  {"role": "assistant", "content": [
                    {"type": "thinking", "thinking": "", "signature": "s"},
                    {"type": "redacted_thinking", "data": "d"},
                    {"type": "text", "text": "A list of records."}]},
                  {"role": "user", "content": "And a table?"}]}
                """);

        assertThat(traits.content()).isEmpty();
        assertThat(traits.rule()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[\"not an object\"]"})
    void doesNotFailOnARequestThatClaudeRefuses(String request) {
        assertThat(read(request).questions()).containsExactly("");
    }

    @Test
    void countsALargeRequestAsALongPrompt() {
        RequestTraits traits =
                read("{\"messages\": [{\"role\": \"user\", \"content\": \"" + "a".repeat(70_000) + "\"}]}");

        assertThat(traits.promptTokens()).isGreaterThan(16_000);
    }

    private static RequestTraits read(String request) {
        return RequestTraitsReader.read(request.getBytes(UTF_8), false);
    }
}
