package dev.parley.gateway;

import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.conversations.ConversationSummary;
import dev.parley.conversations.StoredConversation;
import dev.parley.conversations.StoredTurn;
import dev.parley.testing.Events;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A conversation, of tenant {@code acme} by default, built turn by turn. */
public final class SampleConversation {
    public static final TenantId ACME = new TenantId("acme");

    private final TenantId tenant;
    private final ConversationId conversation;
    private final ArrayNode messages = TurnCodec.MAPPER.createArrayNode();
    private Instant time;

    public SampleConversation(ConversationId conversation, Instant start) {
        this(ACME, conversation, start);
    }

    SampleConversation(TenantId tenant, ConversationId conversation, Instant start) {
        this.tenant = tenant;
        this.conversation = conversation;
        this.time = start;
    }

    public ConversationId conversation() {
        return conversation;
    }

    /** The next turn, one second after the previous one. */
    public ChatCompleted turn(String question, String answer) {
        time = time.plusSeconds(1);
        messages.addObject().put("role", "user").put("content", question);
        ObjectNode request =
                TurnCodec.MAPPER.createObjectNode().put("model", "m").put("max_tokens", 9);
        request.set("messages", messages.deepCopy());
        ObjectNode message = TurnCodec.MAPPER.createObjectNode().put("role", "assistant");
        message.putArray("content").addObject().put("type", "text").put("text", answer);
        messages.add(message);
        return new ChatCompleted(facts(request), message.deepCopy());
    }

    private TurnFacts facts(JsonNode request) {
        return Events.facts(facts -> {
            facts.generation = RunningGateway.IDS.next(
                    Clock.fixed(time, ZoneOffset.UTC), 0, tenant, AnswerFormat.MESSAGES, Optional.empty());
            facts.conversation = conversation;
            facts.tenant = tenant;
            facts.model = "m";
            facts.request = RawJson.of(request);
            facts.receivedAt = time;
            facts.endedAt = time.plusMillis(500);
        });
    }

    /** A turn as stored in the table. */
    public static StoredTurn stored(ChatCompleted turn) {
        return new StoredTurn(
                StoredTurn.Type.COMPLETED,
                turn.facts(),
                RawJson.of(turn.message()),
                Optional.empty(),
                turn.facts().endedAt());
    }

    /** A page with these turns. */
    public StoredConversation page(Optional<String> next, StoredTurn... turns) {
        return new StoredConversation(
                new ConversationSummary(conversation, "Logs & more", "ada", Instant.EPOCH, time), List.of(turns), next);
    }
}
