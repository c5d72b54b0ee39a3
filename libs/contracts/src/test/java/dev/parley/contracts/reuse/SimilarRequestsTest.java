package dev.parley.contracts.reuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SimilarRequestsTest {
    private static final TenantId ACME = new TenantId("acme");

    @Test
    void takesTheTextOfTheLastMessage() {
        assertThat(question("""
            {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Why?"}]}\
            """).map(SimilarQuestion::text)).contains("Why?");
        assertThat(question("""
            {"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}]}\
            """).map(SimilarQuestion::text)).contains("Why?");
        assertThat(question("""
            {"cache_control": {"type": "ephemeral"}, "model": "m", "messages": [{"role": "user", "content": "Why?"}]}\
            """).map(SimilarQuestion::text)).contains("Why?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messages': []}",
                "{'messages': [{'role': 'assistant', 'content': 'Because'}]}",
                "{'messages': [{'role': 'user', 'content': '  '}]}",
                "{'messages': [{'role': 'user', 'content': [{'type': 'text', 'text': 'a'}, {'type': 'text', 'text':"
                        + " 'b'}]}]}",
                "{'messages': [{'role': 'user', 'content': [{'type': 'image', 'source': {}}]}]}",
                "{'messages': [{'role': 'user', 'content': [{'type': 'thinking'}]}]}",
                "{'messages': [{'role': 'user', 'content': [{'type': 'thinking'}]}, {'role': 'user', 'content':"
                        + " 'Why?'}]}",
                "{'messages': [{'role': 'user', 'content': [{'type': 'document'}]}, {'role': 'user', 'content':"
                        + " 'Why?'}]}",
                "{'tools': [], 'messages': [{'role': 'user', 'content': 'Why?'}]}",
                "{'thread': 'x', 'messages': [{'role': 'user', 'content': 'Why?'}]}",
                "{'output_format': {}, 'messages': [{'role': 'user', 'content': 'Why?'}]}",
                "{'thinking': {}, 'messages': [{'role': 'user', 'content': 'Why?'}]}",
                "{'unheard_of': 1, 'messages': [{'role': 'user', 'content': 'Why?'}]}",
            })
    void takesNoneOfOtherRequests(String json) {
        assertThat(question(json.replace('\'', '"'))).isEmpty();
    }

    @Test
    void takesNoneIfTheTextOrTheRequestIsTooLongOrTheModeIsOff() {
        ObjectNode request =
                request("{\"messages\": [{\"role\": \"user\", \"content\": \"" + "a".repeat(1001) + "\"}]}");
        assertThat(SimilarRequests.question(SimilarMode.STRICT, ACME, "v", "", request, 2000))
                .isEmpty();
        ObjectNode asked = asking("", "Why?");
        assertThat(SimilarRequests.question(SimilarMode.STRICT, ACME, "v", "", asked, 256 * 1024 + 1))
                .isEmpty();
        assertThat(SimilarRequests.question(SimilarMode.OFF, ACME, "v", "", asked, 100))
                .isEmpty();
    }

    @Test
    void hasOnePartitionForQuestionsThatDifferOnlyInTheText() {
        assertThat(partition(ACME, "v", "", asking("", "Why?")))
                .isEqualTo(partition(ACME, "v", "", asking("", "How?")));
    }

    @Test
    void hasOnePartitionWithAndWithoutTheMarkForClaudesPromptCache() {
        ObjectNode marked = request("""
            {"model": "m", "messages": [{"role": "user", "content":
            [{"type": "text", "text": "Why?", "cache_control": {"type": "ephemeral"}}]}]}\
            """);
        Fingerprint unmarked = partition(ACME, "v", "", asking("", "Why?"));
        assertThat(partition(ACME, "v", "", asking("\"cache_control\": {\"type\": \"ephemeral\"},", "Why?")))
                .isEqualTo(unmarked);
        assertThat(partition(ACME, "v", "", marked)).isEqualTo(unmarked);
    }

    /** Its signature differs each time, and is bound to the conversation. */
    @Test
    void hasOnePartitionForAnyThinkingInTheHistory() {
        String history = """
            {"model": "m", "messages": [{"role": "user", "content": "Tell me of cats."},
            {"role": "assistant", "content": [%s{"type": "text", "text": "Cats purr."}]},
            {"role": "user", "content": "Why?"}]}\
            """;
        ObjectNode thought =
                request(history.formatted("{\"type\": \"thinking\", \"thinking\": \"\", \"signature\": \"s\"},"));
        ObjectNode before = thought.deepCopy();
        assertThat(partition(ACME, "v", "", thought))
                .isEqualTo(partition(ACME, "v", "", request(history.formatted(""))))
                .isEqualTo(partition(
                        ACME,
                        "v",
                        "",
                        request(history.formatted("{\"type\": \"redacted_thinking\", \"data\": \"d\"},"))));
        assertThat(thought).isEqualTo(before);
    }

    @Test
    void hasAnotherPartitionForEverythingElseThatDiffers() {
        assertThat(IntStream.range(0, 20).mapToObj(i -> partition(new TenantId("t" + i), "v", "", asking("", "Why?"))))
                .doesNotHaveDuplicates();
        assertThat(List.of(
                        partition(ACME, "v", "", asking("", "Why?")),
                        partition(ACME, "w", "", asking("", "Why?")),
                        partition(ACME, "v", "beta", asking("", "Why?")),
                        partition(ACME, "v", "", asking("\"system\": \"Be brief.\",", "Why?")),
                        partition(ACME, "v", "", asking("\"temperature\": 0,", "Why?")),
                        partition(ACME, "v", "", request("""
                            {"model": "m", "messages": [{"role": "user", "content": "Tell me of cats."},
                            {"role": "assistant", "content": "Cats purr."}, {"role": "user", "content": "Why?"}]}\
                            """)),
                        partition(ACME, "v", "", request("""
                            {"model": "m", "messages": [{"role": "user", "content": "Tell me of dogs."},
                            {"role": "assistant", "content": "Dogs bark."}, {"role": "user", "content": "Why?"}]}\
                            """))))
                .doesNotHaveDuplicates();
    }

    @Test
    void leavesTheRequestUnchanged() {
        ObjectNode request = asking("", "Why?");
        partition(ACME, "v", "", request);
        assertThat(request).isEqualTo(asking("", "Why?"));
    }

    private static Optional<SimilarQuestion> question(String json) {
        return SimilarRequests.question(SimilarMode.STANDARD, ACME, "v", "", request(json), json.length());
    }

    private static Fingerprint partition(TenantId tenant, String version, String beta, ObjectNode request) {
        return SimilarRequests.question(SimilarMode.STANDARD, tenant, version, beta, request, 100)
                .orElseThrow()
                .partition();
    }

    private static ObjectNode asking(String more, String text) {
        return request(
                "{\"model\": \"m\", " + more + " \"messages\": [{\"role\": \"user\", \"content\": \"" + text + "\"}]}");
    }

    private static ObjectNode request(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }
}
