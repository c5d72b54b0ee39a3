package dev.parley.gateway;

import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.testing.Events;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import tools.jackson.databind.node.ObjectNode;

/** An answer that has ended, with its deltas and its turn on the log, written in place of inference-service. */
record GivenAnswer(AnswerLog log, ObjectNode message) {
    private static final int PARTITION = 3;

    /** A new answer to a question of a tenant. */
    static GivenAnswer write(Producer<String, byte[]> producer, String tenant, String question, String answer)
            throws Exception {
        TenantId owner = new TenantId(tenant);
        return write(producer, owner, generation(owner), question, answer);
    }

    private static GenerationId generation(TenantId owner) {
        return RunningGateway.IDS.next(Clock.systemUTC(), PARTITION, owner, AnswerFormat.MESSAGES, Optional.empty());
    }

    /** A new answer that begins with thinking. */
    static GivenAnswer afterThinking(Producer<String, byte[]> producer, String tenant, String question, String answer)
            throws Exception {
        TenantId owner = new TenantId(tenant);
        ObjectNode message = emptyMessage();
        AnswerLog log = new AnswerLog(producer, generation(owner))
                .events(
                        false,
                        "{\"type\":\"message_start\",\"message\":" + message + "}",
                        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\","
                                + "\"thinking\":\"\",\"signature\":\"\"}}",
                        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\","
                                + "\"signature\":\"s\"}}",
                        "{\"type\":\"content_block_stop\",\"index\":0}")
                .events(
                        true,
                        "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":\""
                                + answer + "\"}}",
                        "{\"type\":\"content_block_stop\",\"index\":1}",
                        "{\"type\":\"message_stop\"}");
        message.withArray("content")
                .addObject()
                .put("type", "thinking")
                .put("thinking", "")
                .put("signature", "s");
        return write(producer, owner, log, question, message, answer);
    }

    /** The answer of a generation that was requested. */
    static GivenAnswer write(
            Producer<String, byte[]> producer, TenantId tenant, GenerationId generation, String question, String answer)
            throws Exception {
        ObjectNode message = emptyMessage();
        AnswerLog log = new AnswerLog(producer, generation)
                .events(false, "{\"type\":\"message_start\",\"message\":" + message + "}")
                .events(true, "{\"type\":\"message_stop\"}");
        return write(producer, tenant, log, question, message, answer);
    }

    private static ObjectNode emptyMessage() {
        ObjectNode message = TurnCodec.MAPPER
                .createObjectNode()
                .put("id", "msg_1")
                .put("type", "message")
                .put("role", "assistant")
                .put("model", "claude-haiku-4-5");
        message.putArray("content");
        return message.put("stop_reason", "end_turn");
    }

    /** Writes the turn, whose message ends with this text. */
    private static GivenAnswer write(
            Producer<String, byte[]> producer,
            TenantId tenant,
            AnswerLog log,
            String question,
            ObjectNode message,
            String answer)
            throws Exception {
        message.withArray("content").addObject().put("type", "text").put("text", answer);
        ObjectNode request = TurnCodec.MAPPER
                .createObjectNode()
                .put("model", "claude-haiku-4-5")
                .put("max_tokens", 9)
                .put("stream", true);
        request.putArray("messages").addObject().put("role", "user").put("content", question);
        Instant now = Instant.now();
        TurnFacts facts = Events.facts(given -> {
            given.generation = log.generation();
            given.conversation = log.conversation();
            given.tenant = tenant;
            given.model = "claude-haiku-4-5";
            given.fingerprint = new Fingerprint("%064x".formatted(question.hashCode() & 0xffffffffL));
            given.request = RawJson.of(request);
            given.receivedAt = now;
            given.endedAt = now;
        });
        producer.send(TurnCodec.encode(new ChatCompleted(facts, message))).get(20, TimeUnit.SECONDS);
        return new GivenAnswer(log, message);
    }

    GenerationId generation() {
        return log.generation();
    }

    /** The body that publishes it, with more members such as {@code ,"audience":"tenant"}. */
    String publication(String more) {
        return "{\"generation\":\"" + generation() + "\"" + more + "}";
    }
}
