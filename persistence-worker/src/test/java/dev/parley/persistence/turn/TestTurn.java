package dev.parley.persistence.turn;

import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.testing.Events;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import tools.jackson.databind.JsonNode;

/** A turn for tests with plausible defaults. */
public record TestTurn(
        String tenant, String conversation, String user, String question, Instant receivedAt, GenerationId id) {
    public static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
    public static final String TRACEPARENT = "00-" + TRACE_ID + "-b7ad6b7169203331-01";

    /** A turn of a conversation; its generation id and times increase with {@code number}. */
    public static TestTurn of(String conversation, int number) {
        Instant received = Instant.parse("2026-11-24T10:00:00Z").plusSeconds(number);
        GenerationId id =
                new GenerationId("gen_%012x%020x".formatted(received.toEpochMilli(), conversation.hashCode() & 0xffff));
        return new TestTurn("acme", conversation, "ada", "Question " + number, received, id);
    }

    public TestTurn by(String otherUser) {
        return new TestTurn(tenant, conversation, otherUser, question, receivedAt, id);
    }

    public TestTurn of(String otherTenant) {
        return new TestTurn(otherTenant, conversation, user, question, receivedAt, id);
    }

    public TestTurn asking(String otherQuestion) {
        return new TestTurn(tenant, conversation, user, otherQuestion, receivedAt, id);
    }

    public TestTurn at(Instant instant) {
        return new TestTurn(tenant, conversation, user, question, instant, id);
    }

    /** Replaces the request by one with incompressible text of this length. */
    public TestTurn askingAtLength(int length) {
        byte[] bytes = new byte[length * 3 / 4];
        new Random(length).nextBytes(bytes);
        return asking(Base64.getEncoder().encodeToString(bytes));
    }

    public ChatCompleted event() {
        JsonNode request = TurnCodec.MAPPER.valueToTree(
                Map.of("model", "claude-x", "messages", List.of(Map.of("role", "user", "content", question))));
        JsonNode message = TurnCodec.MAPPER.valueToTree(
                Map.of("role", "assistant", "content", List.of(Map.of("type", "text", "text", "An answer."))));
        TurnFacts facts = Events.facts(given -> {
            given.generation = id;
            given.conversation = new ConversationId(conversation);
            given.tenant = new TenantId(tenant);
            given.user = user;
            given.request = RawJson.of(request);
            given.receivedAt = receivedAt;
            given.endedAt = receivedAt.plusMillis(903);
            given.traceparent = TRACEPARENT;
        });
        return new ChatCompleted(facts, message);
    }

    public ProducerRecord<String, byte[]> encoded() {
        return TurnCodec.encode(event());
    }

    public PreparedTurn prepared() {
        return PreparedTurn.of(event(), encoded().value(), TRACEPARENT);
    }
}
