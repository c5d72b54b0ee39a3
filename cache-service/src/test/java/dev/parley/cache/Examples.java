package dev.parley.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.Origin;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;

/** Requests, answers and turns for tests, with random ids and fixed values elsewhere. */
public final class Examples {
    public static final TenantId TENANT = new TenantId("acme");
    public static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    public static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static final String REQUEST =
            "{\"model\":\"claude-opus-5-5\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}]}";

    private Examples() {}

    public static Fingerprint fingerprint() {
        byte[] bytes = new byte[32];
        ThreadLocalRandom.current().nextBytes(bytes);
        return new Fingerprint(HexFormat.of().formatHex(bytes));
    }

    public static AnswerKey key() {
        return new AnswerKey(TENANT, fingerprint());
    }

    public static ChatRequested requested(Fingerprint fingerprint, CachePolicy policy) {
        return requested(fingerprint, policy, new ReplyAddress(3, 0), NOON);
    }

    public static ChatRequested requested(
            Fingerprint fingerprint, CachePolicy policy, ReplyAddress reply, Instant receivedAt) {
        return new ChatRequested(
                GenerationId.unsigned(Clock.systemUTC(), 0),
                ConversationId.next(Clock.systemUTC()),
                TENANT,
                "alice",
                Optional.empty(),
                "claude-opus-5-5",
                true,
                fingerprint,
                policy,
                Optional.empty(),
                Optional.empty(),
                reply,
                receivedAt,
                receivedAt.plusMillis(2),
                "2023-06-01",
                "",
                TRACEPARENT,
                REQUEST.getBytes(UTF_8));
    }

    public static CachedAnswer answer(String text) {
        byte[] frames = frames(text);
        return new CachedAnswer(message(text, "end_turn").getBytes(UTF_8), frames, Gzip.pack(frames));
    }

    /** A generation of an arbitrary conversation, created a day before {@code NOON}. */
    public static Origin origin() {
        return new Origin(
                ConversationId.next(Clock.systemUTC()),
                GenerationId.unsigned(Clock.fixed(NOON.minus(Duration.ofDays(1)), ZoneOffset.UTC), 0));
    }

    public static String message(String text, String stopReason) {
        return "{\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"" + text
                + "\"}],\"stop_reason\":\"" + stopReason + "\"}";
    }

    public static byte[] frames(String text) {
        return ("event: content_block_delta\ndata: {\"text\":\"" + text + "\"}\n\n"
                        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
                .getBytes(UTF_8);
    }

    /** A completed turn with an answer. */
    public static ChatCompleted turn(
            ChatRequested requested, CacheVerdict verdict, String text, String stopReason, Instant endedAt) {
        return new ChatCompleted(
                facts(requested, verdict, endedAt), TurnCodec.MAPPER.readTree(message(text, stopReason)));
    }

    public static TurnFacts facts(ChatRequested requested, CacheVerdict verdict, Instant endedAt) {
        return new TurnFacts(
                requested.generation(),
                requested.conversation(),
                requested.tenant(),
                requested.user(),
                requested.key(),
                requested.model(),
                Optional.empty(),
                Optional.empty(),
                requested.fingerprint(),
                requested.cachePolicy(),
                verdict,
                Optional.empty(),
                RawJson.of(requested.request()).orElseThrow(),
                new Usage(10, 20, 0, 0),
                Optional.of(new BigDecimal("0.00033")),
                List.of(),
                new StageTimings(2, 1, OptionalDouble.of(1), OptionalDouble.of(450), OptionalDouble.of(2_000), 2_004),
                requested.receivedAt(),
                endedAt,
                requested.traceparent());
    }
}
