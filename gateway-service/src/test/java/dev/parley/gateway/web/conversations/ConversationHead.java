package dev.parley.gateway.web.conversations;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

/** What the table has of a conversation itself. */
final class ConversationHead {
    private ConversationHead() {}

    static GetItemResponse of(String conversation, GetItemRequest request) {
        Map<String, AttributeValue> head = new HashMap<>(request.key());
        Map.of(
                        "conversation", conversation,
                        "first_generation", "gen_019b76daa800" + "0".repeat(20),
                        "title", "Logs",
                        "user", "ada",
                        "created_at", "2026-01-01T00:00:00.000000Z",
                        "updated_at", "2026-01-01T00:00:01.000000Z")
                .forEach((name, value) -> head.put(name, AttributeValue.fromS(value)));
        return GetItemResponse.builder().item(head).build();
    }
}
