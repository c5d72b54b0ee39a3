package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.Turn.Failure;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.model.PermittedModels;
import dev.parley.contracts.topic.Topics;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;
import net.jqwik.time.api.DateTimes;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An arbitrary event of each type: long ids, text in any script, amounts of any scale. */
public final class AnyEvent extends DomainContextBase {
    private static final JsonMapper ESCAPING =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    @Provide
    public Arbitrary<GenerationId> generationIds() {
        return hexadecimal(32).map(hex -> new GenerationId("gen_" + hex));
    }

    @Provide
    Arbitrary<ChatRequested> chatRequested() {
        return Combinators.combine(
                        names(), routing(), times(), texts(), texts().list().ofMaxSize(3), json())
                .as((names, routing, times, betas, prefixes, request) -> new ChatRequested(
                        names.generation,
                        names.conversation,
                        names.tenant,
                        names.user,
                        names.key(),
                        names.model,
                        new PermittedModels(prefixes),
                        routing.streaming,
                        names.fingerprint,
                        routing.policy,
                        routing.similar(names.fingerprint, betas),
                        names.escalates(),
                        routing.reply,
                        times,
                        times.plusMillis(3),
                        "2023-06-01",
                        betas,
                        names.traceparent,
                        TurnCodec.MAPPER.writeValueAsBytes(request)));
    }

    @Provide
    Arbitrary<Command> commands() {
        Arbitrary<Command> cancelled = Combinators.combine(names(), times())
                .as((names, at) -> new CancelRequested(names.generation, names.tenant, at, names.traceparent));
        Arbitrary<Command> resumed = Combinators.combine(names(), times())
                .as((names, at) -> new ReadingResumed(names.generation, names.tenant, at, names.traceparent));
        Arbitrary<Command> stopped = Combinators.combine(
                        names(), times(), Arbitraries.longs().between(0, 86_400_000))
                .as((names, at, grace) -> new ReadingStopped(
                        names.generation, names.tenant, at, Duration.ofMillis(grace), names.traceparent));
        return Arbitraries.oneOf(cancelled, resumed, stopped);
    }

    @Provide
    Arbitrary<Turn> turns() {
        Arbitrary<Turn> completed = Combinators.combine(facts(), json()).as(ChatCompleted::new);
        Arbitrary<Turn> cancelled = Combinators.combine(facts(), json()).as(ChatCancelled::new);
        Arbitrary<Turn> failed =
                Combinators.combine(facts(), json(), failures()).as(ChatFailed::new);
        return Arbitraries.oneOf(completed, cancelled, failed);
    }

    @Provide
    Arbitrary<TurnFacts> facts() {
        return Combinators.combine(
                        names(), routing(), json(), amounts(), attempts().list().ofMaxSize(3), times())
                .as((names, routing, request, cost, attempts, receivedAt) -> new TurnFacts(
                        names.generation,
                        names.conversation,
                        names.tenant,
                        names.user,
                        names.key(),
                        names.model,
                        routing.selection,
                        names.escalates(),
                        names.fingerprint,
                        routing.policy,
                        routing.verdict,
                        routing.check(names.generation),
                        RawJson.of(request),
                        attempts.stream().map(Attempt::usage).reduce(Usage.NONE, Usage::plus),
                        cost,
                        attempts,
                        new StageTimings(
                                0.25,
                                1.5,
                                OptionalDouble.of(2),
                                OptionalDouble.of(451.125),
                                OptionalDouble.of(1834.75),
                                1840.5),
                        receivedAt,
                        receivedAt.plusNanos(1_840_500_000),
                        names.traceparent));
    }

    private Arbitrary<Attempt> attempts() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 9),
                        texts(),
                        times(),
                        Arbitraries.doubles().between(0, 1e7),
                        Arbitraries.of("completed", "refused", "broken", "interrupted", "cancelled"),
                        usages(),
                        amounts())
                .as((number, model, startedAt, durationMs, outcome, usage, cost) ->
                        new Attempt(number, model, startedAt, durationMs, outcome, 200, "req_1", usage, cost));
    }

    private Arbitrary<Failure> failures() {
        return Combinators.combine(
                        Arbitraries.integers().between(400, 599), Arbitraries.just("overloaded_error"), texts())
                .as(Failure::new);
    }

    private Arbitrary<Usage> usages() {
        Arbitrary<Long> tokens = Arbitraries.longs().between(0, Long.MAX_VALUE / 16);
        return Combinators.combine(tokens, tokens, tokens, tokens, tokens, tokens, tokens)
                .as(Usage::new);
    }

    private Arbitrary<Optional<BigDecimal>> amounts() {
        return Arbitraries.bigDecimals()
                .between(BigDecimal.ZERO, BigDecimal.valueOf(1_000_000))
                .ofScale(9)
                .optional();
    }

    private Arbitrary<Names> names() {
        Arbitrary<String> conversations = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .numeric()
                .withChars("_.:-")
                .ofMinLength(1)
                .ofMaxLength(128);
        Arbitrary<String> tenants = Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .withChars('-')
                .ofMinLength(1)
                .ofMaxLength(64);
        return Combinators.combine(generationIds(), conversations, tenants, texts(), hexadecimal(64), hexadecimal(32))
                .as((generation, conversation, tenant, user, fingerprint, trace) -> new Names(
                        generation,
                        new ConversationId(conversation),
                        new TenantId(tenant),
                        user,
                        "claude-sonnet-4-5",
                        new Fingerprint(fingerprint),
                        "00-" + trace + "-00f067aa0ba902b7-01"));
    }

    private Arbitrary<Routing> routing() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(CachePolicy.class),
                        Arbitraries.of(new BigDecimal("0.9175"), BigDecimal.ONE).optional(),
                        Arbitraries.of(CacheVerdict.class),
                        Arbitraries.integers().between(0, Topics.DELTAS.partitions() - 1),
                        Arbitraries.longs().between(0, Long.MAX_VALUE),
                        selections().optional())
                .as((streaming, policy, cosineMin, verdict, partition, offset, selection) -> new Routing(
                        streaming, policy, cosineMin, verdict, new ReplyAddress(partition, offset), selection));
    }

    private Arbitrary<Instant> times() {
        return DateTimes.instants()
                .between(Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2100-01-01T00:00:00Z"));
    }

    /** Unicode without unpaired surrogates, which UTF-8 cannot encode in a header. */
    private static Arbitrary<String> texts() {
        return Arbitraries.strings().all().ofMaxLength(40).map(text -> new String(text.getBytes(UTF_8), UTF_8));
    }

    /** A Messages API object with arbitrary JSON text, including unpaired surrogates. */
    private static Arbitrary<JsonNode> json() {
        Arbitrary<String> anyText =
                Arbitraries.oneOf(texts(), Arbitraries.of("", "\ud83d", "a\udc00b", "\u0000\"\\\n\u2028😀"));
        return Combinators.combine(
                        anyText, Arbitraries.longs(), Arbitraries.doubles().between(0, 1), texts())
                .as((text, number, fraction, property) -> Map.of(
                        "text",
                        text,
                        "long",
                        number,
                        "temperature",
                        fraction,
                        "stop_sequence",
                        Optional.empty(),
                        "stream",
                        true,
                        "content",
                        List.of(Map.of("p" + property, text))))
                .map(ESCAPING::writeValueAsString)
                .map(TurnCodec.MAPPER::readTree);
    }

    private static Arbitrary<String> hexadecimal(int digits) {
        return Arbitraries.strings().numeric().withCharRange('a', 'f').ofLength(digits);
    }

    private record Names(
            GenerationId generation,
            ConversationId conversation,
            TenantId tenant,
            String user,
            String model,
            Fingerprint fingerprint,
            String traceparent) {
        /** Every third one asks for the stronger model. */
        Optional<GenerationId> escalates() {
            return generation.value().hashCode() % 3 == 0 ? Optional.of(generation) : Optional.empty();
        }

        /** Every other one has the id of an issued key. */
        Optional<KeyId> key() {
            return generation.value().hashCode() % 2 == 0
                    ? Optional.empty()
                    : Optional.of(new KeyId("key_" + generation.value().substring("gen_".length())));
        }
    }

    private static Arbitrary<Selection> selections() {
        Arbitrary<OptionalDouble> suffices =
                Arbitraries.of(OptionalDouble.empty(), OptionalDouble.of(0), OptionalDouble.of(0.93));
        return Combinators.combine(Arbitraries.of("off", "shadow", "uncalibrated", "on"), suffices)
                .as((mode, probability) ->
                        new Selection("claude-sonnet-5-5", mode, "claude-haiku-5-5", "score", probability));
    }

    private record Routing(
            boolean streaming,
            CachePolicy policy,
            Optional<BigDecimal> cosineMin,
            CacheVerdict verdict,
            ReplyAddress reply,
            Optional<Selection> selection) {
        private Optional<SimilarQuestion> similar(Fingerprint partition, String text) {
            return streaming
                    ? Optional.of(new SimilarQuestion(SimilarMode.STRICT, cosineMin, partition, text))
                    : Optional.empty();
        }

        private Optional<SimilarCheck> check(GenerationId source) {
            return streaming
                    ? Optional.of(new SimilarCheck("reused", Optional.of(0.93), Optional.empty(), Optional.of(source)))
                    : Optional.empty();
        }
    }
}
