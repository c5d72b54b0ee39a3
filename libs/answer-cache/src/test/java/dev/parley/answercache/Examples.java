package dev.parley.answercache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.Gzip;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Answers and keys for tests, with random ids. */
public final class Examples {
    public static final TenantId TENANT = new TenantId("acme");
    public static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    public static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private Examples() {}

    public static Fingerprint fingerprint() {
        byte[] bytes = new byte[32];
        ThreadLocalRandom.current().nextBytes(bytes);
        return new Fingerprint(HexFormat.of().formatHex(bytes));
    }

    public static AnswerKey key() {
        return new AnswerKey(TENANT, fingerprint());
    }

    public static CachedAnswer answer(String text) {
        byte[] frames = ("event: content_block_delta\ndata: {\"text\":\"" + text + "\"}\n\n"
                        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
                .getBytes(UTF_8);
        byte[] message = ("{\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"" + text
                        + "\"}],\"stop_reason\":\"end_turn\"}")
                .getBytes(UTF_8);
        return new CachedAnswer(message, frames, Gzip.pack(frames));
    }

    /** A generation of an arbitrary conversation, created a day before {@code NOON}. */
    public static Origin origin() {
        return new Origin(
                ConversationId.next(Clock.systemUTC()),
                GenerationId.unsigned(Clock.fixed(NOON.minus(Duration.ofDays(1)), ZoneOffset.UTC), 0));
    }
}
