package dev.parley.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.request.Fingerprints;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A request of ten messages, 4.6 KB, written to the log and read from it. */
@State(Scope.Thread)
public class RequestBenchmark {
    private static final int PARTITION = 5;
    private static final TenantId TENANT = new TenantId("acme");
    private static final int MESSAGES = 10;
    private static final String VERSION = "2023-06-01";

    private final byte[] body = body();
    private final ObjectNode json = (ObjectNode) JsonMapper.shared().readTree(body);
    private final ChatRequested event = event();
    private final ProducerRecord<String, byte[]> record = RequestCodec.encode(event);

    private static byte[] body() {
        StringBuilder messages = new StringBuilder();
        for (int i = 0; i < MESSAGES; i++) {
            messages.append(i == 0 ? "" : ",")
                    .append("{\"role\":\"")
                    .append(i % 2 == 0 ? "user" : "assistant")
                    .append("\",\"content\":\"")
                    .append("Readers of a log keep their place. ".repeat(12))
                    .append("\"}");
        }
        return ("{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1024,\"temperature\":0.5,\"stream\":true,\"messages\":["
                        + messages + "]}")
                .getBytes(UTF_8);
    }

    private ChatRequested event() {
        return new ChatRequested(
                GenerationId.unsigned(Clock.systemUTC(), PARTITION),
                ConversationId.next(Clock.systemUTC()),
                TENANT,
                "ada",
                Optional.empty(),
                "claude-sonnet-4-5",
                true,
                fingerprint(),
                CachePolicy.USE,
                new ReplyAddress(PARTITION, 81_920),
                Instant.now(),
                Instant.now(),
                VERSION,
                "",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                body);
    }

    @Benchmark
    public final Fingerprint fingerprint() {
        return Fingerprints.of(TENANT, VERSION, "", json);
    }

    @Benchmark
    public ProducerRecord<String, byte[]> encodeRequest() {
        return RequestCodec.encode(event);
    }

    @Benchmark
    public ChatRequested decodeRequest() {
        return RequestCodec.decodeChatRequested(record.headers(), record.value());
    }
}
