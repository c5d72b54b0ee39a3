package dev.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.model.PermittedModels;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Events, and parts of them, with random ids and fixed values elsewhere. A test sets only what matters to it:
 * {@code Events.facts(facts -> facts.cache = CacheVerdict.EXACT)}.
 */
public final class Events {
    public static final TenantId TENANT = new TenantId("acme");
    public static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    public static final Fingerprint FINGERPRINT = new Fingerprint("0".repeat(64));
    public static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    public static final StageTimings TIMINGS = new StageTimings(
            0.4, 1.1, OptionalDouble.of(0.6), OptionalDouble.of(450.2), OptionalDouble.of(900.5), 902.8);

    private static final byte[] REQUEST =
            "{\"model\":\"claude-x\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}]}"
                    .getBytes(UTF_8);

    private Events() {}

    public static Fingerprint fingerprint() {
        byte[] bytes = new byte[32];
        ThreadLocalRandom.current().nextBytes(bytes);
        return new Fingerprint(HexFormat.of().formatHex(bytes));
    }

    /** The facts of an answer by Claude, with these changes. */
    public static TurnFacts facts(Consumer<Facts> change) {
        Facts facts = new Facts();
        change.accept(facts);
        return facts.build();
    }

    /** A request with these changes. */
    public static ChatRequested requested(Consumer<Request> change) {
        Request request = new Request();
        change.accept(request);
        return request.build();
    }

    /** The limits of a key that has only these. */
    public static KeyLimits limits(Consumer<Limits> change) {
        Limits limits = new Limits();
        change.accept(limits);
        return limits.build();
    }

    public static final class Facts {
        public GenerationId generation = GenerationId.unsigned(Clock.systemUTC(), 0);
        public ConversationId conversation = ConversationId.next(Clock.systemUTC());
        public TenantId tenant = TENANT;
        public String user = "ada";
        public Optional<KeyId> key = Optional.empty();
        public String model = "claude-x";
        public Optional<Selection> selection = Optional.empty();
        public Optional<GenerationId> escalates = Optional.empty();
        public Fingerprint fingerprint = FINGERPRINT;
        public CachePolicy cachePolicy = CachePolicy.USE;
        public CacheVerdict cache = CacheVerdict.MISS;
        public Optional<SimilarCheck> similar = Optional.empty();
        public RawJson request = RawJson.of(REQUEST).orElseThrow();
        public Usage usage = new Usage(10, 20, 0, 0);
        public Optional<BigDecimal> costUsd = Optional.of(new BigDecimal("0.00125"));
        public List<Attempt> attempts = List.of();
        public StageTimings timings = TIMINGS;
        public Instant receivedAt = NOON;
        public Instant endedAt = NOON.plusMillis(903);
        public String traceparent = TRACEPARENT;

        private Facts() {}

        private TurnFacts build() {
            return new TurnFacts(
                    generation,
                    conversation,
                    tenant,
                    user,
                    key,
                    model,
                    selection,
                    escalates,
                    fingerprint,
                    cachePolicy,
                    cache,
                    similar,
                    request,
                    usage,
                    costUsd,
                    attempts,
                    timings,
                    receivedAt,
                    endedAt,
                    traceparent);
        }
    }

    public static final class Request {
        public GenerationId generation = GenerationId.unsigned(Clock.systemUTC(), 0);
        public ConversationId conversation = ConversationId.next(Clock.systemUTC());
        public TenantId tenant = TENANT;
        public String user = "ada";
        public Optional<KeyId> key = Optional.empty();
        public String model = "claude-x";
        public PermittedModels permittedModels = PermittedModels.ALL;
        public boolean streaming = true;
        public Fingerprint fingerprint = FINGERPRINT;
        public CachePolicy cachePolicy = CachePolicy.USE;
        public Optional<SimilarQuestion> similar = Optional.empty();
        public Optional<GenerationId> escalates = Optional.empty();
        public ReplyAddress reply = new ReplyAddress(0, 0);
        public Instant receivedAt = NOON;
        public Instant publishedAt = NOON;
        public String anthropicVersion = "2023-06-01";
        public String anthropicBeta = "";
        public String traceparent = TRACEPARENT;
        public byte[] request = REQUEST;

        private Request() {}

        private ChatRequested build() {
            return new ChatRequested(
                    generation,
                    conversation,
                    tenant,
                    user,
                    key,
                    model,
                    permittedModels,
                    streaming,
                    fingerprint,
                    cachePolicy,
                    similar,
                    escalates,
                    reply,
                    receivedAt,
                    publishedAt,
                    anthropicVersion,
                    anthropicBeta,
                    traceparent,
                    request);
        }
    }

    public static final class Limits {
        public List<String> models = List.of();
        public Optional<Long> requestsPerMinute = Optional.empty();
        public Optional<Long> inputTokensPerMinute = Optional.empty();
        public Optional<Long> outputTokensPerMinute = Optional.empty();
        public Optional<Long> openStreams = Optional.empty();
        public Optional<BigDecimal> usdPerDay = Optional.empty();
        public Optional<BigDecimal> usdPerMonth = Optional.empty();

        private Limits() {}

        private KeyLimits build() {
            return new KeyLimits(
                    models,
                    requestsPerMinute,
                    inputTokensPerMinute,
                    outputTokensPerMinute,
                    openStreams,
                    usdPerDay,
                    usdPerMonth,
                    Map.of());
        }
    }
}
