package dev.parley.conversations;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.testing.Events;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;

/** Turns for tests: {@code second} determines their order and ids. */
record SampleTurn(String tenant, String conversation, String user, long second, String question) {
    static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

    /** Why no answer to a similar question was reused. */
    static final SimilarCheck SIMILAR =
            new SimilarCheck("lexical:numbers", Optional.of(0.94), Optional.empty(), Optional.empty());

    /** The answer before, which did not suffice. */
    static final GenerationId ESCALATED = new GenerationId("gen_" + "0".repeat(32));

    SampleTurn(String conversation, long second) {
        this("acme", conversation, "ada", second, "Question " + second);
    }

    SampleTurn of(String otherTenant) {
        return new SampleTurn(otherTenant, conversation, user, second, question);
    }

    SampleTurn by(String otherUser) {
        return new SampleTurn(tenant, conversation, otherUser, second, question);
    }

    SampleTurn asking(String otherQuestion) {
        return new SampleTurn(tenant, conversation, user, second, otherQuestion);
    }

    TenantId tenantId() {
        return new TenantId(tenant);
    }

    ConversationId conversationId() {
        return new ConversationId(conversation);
    }

    GenerationId generation() {
        return new GenerationId(
                "gen_%012x%020x".formatted(START.plusSeconds(second).toEpochMilli(), second));
    }

    Turn completed() {
        return new ChatCompleted(facts(), message());
    }

    Turn cancelled() {
        return new ChatCancelled(facts(), message());
    }

    Turn failed() {
        return new ChatFailed(facts(), message(), new Turn.Failure(529, "overloaded_error", "Overloaded"));
    }

    /** A turn as it is read from the table. */
    static StoredTurn stored(Turn turn, Instant storedAt) {
        return new StoredTurn(
                StoredTurn.Type.of(TurnCodec.type(turn)),
                turn.facts(),
                RawJson.of(turn.message()),
                turn instanceof ChatFailed failed ? Optional.of(failed.error()) : Optional.empty(),
                storedAt);
    }

    EncodedTurn encoded() {
        return encoded(completed());
    }

    static EncodedTurn encoded(Turn turn) {
        return EncodedTurn.of(turn, TurnCodec.MAPPER.writeValueAsBytes(turn));
    }

    /**
     * The same turn, packed as another version of zlib may do.
     *
     * @param level of compression, 0 to 9
     */
    EncodedTurn encoded(int level) {
        byte[] event = TurnCodec.MAPPER.writeValueAsBytes(completed());
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream gzip = new GZIPOutputStream(packed) {
            {
                def.setLevel(level);
            }
        }) {
            gzip.write(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new EncodedTurn(
                tenantId(),
                conversationId(),
                generation(),
                TurnCodec.CHAT_COMPLETED,
                event.length,
                EncodedTurn.cut(packed.toByteArray()));
    }

    private static JsonNode message() {
        return TurnCodec.MAPPER.valueToTree(
                Map.of("role", "assistant", "content", List.of(Map.of("type", "text", "text", "An answer."))));
    }

    private TurnFacts facts() {
        JsonNode request = TurnCodec.MAPPER.valueToTree(
                Map.of("model", "claude-x", "messages", List.of(Map.of("role", "user", "content", question))));
        Usage usage = new Usage(10, 20, 0, 5);
        Instant received = START.plusSeconds(second);
        Optional<BigDecimal> cost = Optional.of(new BigDecimal("0.00125"));
        return Events.facts(facts -> {
            facts.generation = generation();
            facts.conversation = conversationId();
            facts.tenant = tenantId();
            facts.user = user;
            facts.escalates = Optional.of(ESCALATED);
            facts.similar = Optional.of(SIMILAR);
            facts.request = RawJson.of(request);
            facts.usage = usage;
            facts.costUsd = cost;
            facts.attempts =
                    List.of(new Attempt(1, "claude-x", received, 900.5, "completed", 200, "req_1", usage, cost));
            facts.receivedAt = received;
            facts.endedAt = received.plusMillis(903);
        });
    }
}
