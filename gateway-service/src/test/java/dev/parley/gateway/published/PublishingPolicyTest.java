package dev.parley.gateway.published;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.json.RawJson;
import dev.parley.testing.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PublishingPolicyTest {
    private static final String REQUEST = "{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}]}";
    private static final String MESSAGE =
            "{\"stop_reason\":\"end_turn\",\"content\":[{\"type\":\"text\",\"text\":\"So.\"}]}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'messages':[{'role':'user','content':'Why?'}]}                          | ",
                "{'messages':[{'role':'user','content':[{'type':'text','text':'Why?'}]}],'system':'Be brief.'} | ",
                "{'messages':[]}                                                          | more than one message",
                "{'messages':[{'role':'assistant','content':'Why?'}]}                     | more than one message",
                "{'messages':[{'role':'user','content':'a'},{'role':'user','content':'b'}]} | more than one message",
                "{'messages':[{'role':'user','content':' '}]}                             | not text only",
                "{'messages':[{'role':'user','content':[]}]}                              | not text only",
                "{'messages':[{'role':'user','content':[{'type':'thinking'},{'type':'text','text':'Why?'}]}]} | not text"
                        + " only",
                "{'messages':[{'role':'user','content':[{'type':'image'},{'type':'text','text':'Why?'}]}]} | not text"
                        + " only",
                "{'messages':[{'role':'user','content':'Why?'}],'tools':[]}               | with tools",
                "{'messages':[{'role':'user','content':'Why?'}],'metadata':{'user_id':'a'}} | with metadata",
                "{'messages':[{'role':'user','content':'Why?'}],'container':'c'}          | with container",
            })
    void judgesARequest(String request, String objection) {
        assertThat(PublishingPolicy.objection(json(request.replace('\'', '"'))).orElse(null))
                .satisfies(found -> {
                    if (objection == null) {
                        assertThat(found).isNull();
                    } else {
                        assertThat(found).contains(objection);
                    }
                });
    }

    @Test
    void acceptsAWholeAnswer() {
        assertThat(PublishingPolicy.objection(new ChatCompleted(facts(REQUEST, CachePolicy.NO_CACHE), json(MESSAGE))))
                .isEmpty();
        assertThat(PublishingPolicy.objection(
                        completed(MESSAGE.replace("[", "[{\"type\":\"thinking\",\"signature\":\"s\"},"))))
                .as("after thinking")
                .isEmpty();
        assertThat(PublishingPolicy.question(json(REQUEST))).isEqualTo("Why?");
    }

    @Test
    void rejectsWhatIsNotWholeOrNotForOthers() {
        assertObjection(new ChatCancelled(facts(REQUEST, CachePolicy.USE), json(MESSAGE)), "not whole");
        assertObjection(completed(MESSAGE.replace("end_turn", "max_tokens")), "not whole");
        assertObjection(completed(MESSAGE.replace("\"type\":\"text\"", "\"type\":\"thinking\"")), "not text only");
        assertObjection(completed(MESSAGE.replace("[", "[{\"type\":\"tool_use\"},")), "not text only");
        assertObjection(new ChatCompleted(facts(REQUEST, CachePolicy.NO_STORE), json(MESSAGE)), "no-store");
        assertObjection(
                new ChatCompleted(facts(REQUEST, CachePolicy.USE, CacheVerdict.SIMILAR), json(MESSAGE)),
                "similar question");
        assertObjection(
                new ChatCompleted(
                        facts(REQUEST.replace("Why?", "y".repeat(PublishingPolicy.REQUEST_BYTES_MAX)), CachePolicy.USE),
                        json(MESSAGE)),
                "more than 65536 bytes");
    }

    private static ChatCompleted completed(String message) {
        return new ChatCompleted(facts(REQUEST, CachePolicy.USE), json(message));
    }

    private static void assertObjection(Turn turn, String objection) {
        assertThat(PublishingPolicy.objection(turn))
                .hasValueSatisfying(found -> assertThat(found).contains(objection));
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static TurnFacts facts(String request, CachePolicy policy) {
        return facts(request, policy, CacheVerdict.MISS);
    }

    private static TurnFacts facts(String request, CachePolicy policy, CacheVerdict cache) {
        return Events.facts(facts -> {
            facts.cachePolicy = policy;
            facts.cache = cache;
            facts.request = RawJson.of(json(request));
        });
    }
}
