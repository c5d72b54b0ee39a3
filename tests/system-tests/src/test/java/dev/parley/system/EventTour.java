package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * Has every kind of event written that one service reads from another: requests and turns, commands, keys, changes of
 * conversations, ratings, evictions and publications. Each is caused at one gateway, and its effect is seen at the other.
 */
final class EventTour {
    private final LocalStack stack;
    private final TurnEvents turns;

    EventTour(LocalStack stack) {
        this.stack = stack;
        this.turns = new TurnEvents(stack);
    }

    void run() throws Exception {
        IssuedKey key = IssuedKey.with(stack, Map.of("usd_per_day", 5));
        Eventually.value(() -> key.at(1).get("/v1/models").status(), status -> status == 200);
        aConversationIsStoredChangedAndDeleted(key);
        anAnswerIsCachedRatedAndEvicted(key);
        anAnswerIsCancelled(key);
        anAnswerIsPublished();
        Eventually.value(() -> key.spending("today"), spent -> spent.compareTo(key.costOnTheLog()) == 0);
        key.revoke();
        Eventually.value(() -> key.at(1).get("/v1/models").status(), status -> status == 401);
    }

    private void aConversationIsStoredChangedAndDeleted(IssuedKey key) throws Exception {
        String id = "conv-" + UUID.randomUUID();
        String path = "/v1/conversations/" + id;
        GrowingConversation growing = new GrowingConversation(stack, id);
        growing.next(key.at(0));
        growing.next(key.at(1));
        Eventually.value(() -> key.at(1).get(path).json().path("turns").size(), stored -> stored == 2);
        growing.next(key.at(0));
        succeeds(key.at(0).sendJson("PATCH", path, Map.of("title", "Mine")));
        Eventually.value(() -> key.at(1).get(path).json().path("title").stringValue(""), title -> title.equals("Mine"));
        succeeds(key.at(0).delete(path));
        assertThat(key.at(1).get(path).status()).isEqualTo(404);
    }

    private void anAnswerIsCachedRatedAndEvicted(IssuedKey key) throws Exception {
        ObjectNode question = ChatClient.question();
        Answer first = key.at(0).ask(question);
        Answer again = key.at(1).askUntilCached(question);
        assertThat(again.events()).isEqualTo(first.events());
        succeeds(key.at(0)
                .sendJson("POST", "/v1/generations/" + first.generation() + "/feedback", Map.of("rating", "up")));
        succeeds(new ChatClient(stack.gateway(0), LocalStack.ADMIN_KEY).delete("/v1/cache/" + first.generation()));
        Eventually.value(() -> key.at(1).ask(question), answer -> answer.cache().equals("miss"));
    }

    private void anAnswerIsCancelled(IssuedKey key) throws Exception {
        try (StreamedAnswer reading = key.at(0).read(ChatClient.question(LongAnswer.at(5)))) {
            reading.untilCharacters(1);
            succeeds(key.at(1).delete("/v1/generations/" + reading.generation()));
            assertThat(turns.of(reading.generation())).isInstanceOf(Turn.ChatCancelled.class);
        }
    }

    private void anAnswerIsPublished() throws Exception {
        ObjectNode question = ChatClient.question();
        new ChatClient(stack.gateway(0)).publish("tour-" + UUID.randomUUID(), question);
        Eventually.value(
                () -> new ChatClient(stack.gateway(1)).ask(question),
                answer -> answer.cache().equals("published"));
    }

    private static void succeeds(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
    }
}
