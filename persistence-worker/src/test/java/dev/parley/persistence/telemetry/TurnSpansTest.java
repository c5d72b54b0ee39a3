package dev.parley.persistence.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.Turn.Failure;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.eventlog.trace.SpanExport;
import dev.parley.persistence.turn.PreparedTurn;
import dev.parley.persistence.turn.TestTurn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.threeten.extra.MutableClock;

class TurnSpansTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String FIRST_HALF = TRACE.substring(0, 16);
    private static final TestTurn TURN = TestTurn.of("conv_1", 1);
    private static final Instant RECEIVED = TURN.receivedAt();

    private final List<SpanData> spans = new ArrayList<>();
    private final TurnSpans turnSpans =
            new TurnSpans(Tracers.to(new SpanExport(SimpleSpanProcessor.create(new SpanExporter() {
                @Override
                public CompletableResultCode export(Collection<SpanData> ended) {
                    spans.addAll(ended);
                    return CompletableResultCode.ofSuccess();
                }

                @Override
                public CompletableResultCode flush() {
                    return CompletableResultCode.ofSuccess();
                }

                @Override
                public CompletableResultCode shutdown() {
                    return CompletableResultCode.ofSuccess();
                }
            }))));

    @Test
    void aTraceOfTheGatewayBeginsWithItsRequest() {
        store("00-" + TRACE + "-" + FIRST_HALF + "-01");

        assertThat(spans).extracting(SpanData::getTraceId).containsOnly(TRACE);
        assertThat(span(SpanKind.SERVER)).satisfies(request -> {
            assertThat(request.getSpanId()).isEqualTo(FIRST_HALF);
            assertThat(request.getParentSpanId()).isEqualTo(SpanId.getInvalid());
            assertThat(service(request)).isEqualTo("gateway-service");
            assertThat(request.getStartEpochNanos()).isEqualTo(nanos(RECEIVED));
            assertThat(request.getEndEpochNanos()).isEqualTo(nanos(RECEIVED.plusMillis(903)));
        });
        assertThat(spans)
                .filteredOn(span -> span.getKind() == SpanKind.CONSUMER)
                .allSatisfy(span -> assertThat(span.getParentSpanId()).isEqualTo(FIRST_HALF))
                .extracting(TurnSpansTest::service)
                .containsExactlyInAnyOrder("inference-service", "persistence-worker");
    }

    /** Such as all turns of a year when the table is rebuilt. */
    @ParameterizedTest
    @CsvSource({"3600, 1", "3601, 0"})
    void aTurnOfMoreThanAnHourAgoIsNeitherTracedNorMeasured(int secondsAgo, int measured) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MutableClock clock = MutableClock.of(TURN.prepared().endedAt().plusSeconds(secondsAgo), ZoneOffset.UTC);
        TurnTelemetry telemetry = new TurnTelemetry(clock, turnSpans, registry);
        telemetry.stored(telemetry.begin(), List.of(TURN.prepared()), Set.of(TURN.id()));
        assertThat(registry.get("parley.persistence.lag").timer().count()).isEqualTo(measured);
        assertThat(spans).filteredOn(span -> span.getName().equals("chat")).hasSize(measured);
    }

    @Test
    void aCallToClaudeIsPartOfTheAnswer() {
        store("00-" + TRACE + "-" + FIRST_HALF + "-01");

        SpanData call = span(SpanKind.CLIENT);
        assertThat(service(call)).isEqualTo("inference-service");
        assertThat(call.getParentSpanId())
                .isEqualTo(spans.stream()
                        .filter(span -> span.getName().equals("answer"))
                        .findFirst()
                        .orElseThrow()
                        .getSpanId());
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(call.getEndEpochNanos() - call.getStartEpochNanos())
                .isEqualTo(Duration.ofMillis(250).toNanos());
    }

    @Test
    void aCallHasTheAttributesOfTheConventions() {
        store(TestTurn.TRACEPARENT, "completed", 200);
        assertThat(span(SpanKind.CLIENT)).satisfies(call -> {
            assertThat(text(call, "gen_ai.provider.name")).isEqualTo("anthropic");
            assertThat(number(call, "gen_ai.usage.input_tokens")).isEqualTo(52_004);
            assertThat(number(call, "gen_ai.usage.cache_creation.input_tokens")).isEqualTo(2000);
            assertThat(number(call, "gen_ai.usage.cache_read.input_tokens")).isEqualTo(50_000);
            assertThat(number(call, "gen_ai.usage.output_tokens")).isEqualTo(9);
            assertThat(number(call, "http.response.status_code")).isEqualTo(200);
            assertThat(text(call, "error.type")).isNull();
            assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        });
    }

    @Test
    void aCallWithoutAResponseHasNeitherAStatusNorTokens() {
        store(TestTurn.TRACEPARENT, "refused", 0, Usage.NONE);
        assertThat(names(span(SpanKind.CLIENT)))
                .contains("gen_ai.request.model", "parley.attempt.outcome")
                .doesNotContain("http.response.status_code")
                .noneMatch(name -> name.startsWith("gen_ai.usage."));
    }

    /** Such as one that was cancelled before its first token. */
    @Test
    void aCallWithoutOutputHasTokensAllTheSame() {
        store(TestTurn.TRACEPARENT, "cancelled", 200, new Usage(4, 0, 0, 0));
        assertThat(span(SpanKind.CLIENT)).satisfies(call -> {
            assertThat(number(call, "gen_ai.usage.input_tokens")).isEqualTo(4);
            assertThat(number(call, "gen_ai.usage.output_tokens")).isZero();
        });
    }

    private static List<String> names(SpanData span) {
        return span.getAttributes().asMap().keySet().stream()
                .map(AttributeKey::getKey)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"refused, 529, 529", "refused, 0, refused", "broken, 200, broken"})
    void theErrorOfACallIsItsStatusOrElseItsOutcome(String outcome, int status, String error) {
        store(TestTurn.TRACEPARENT, outcome, status);
        assertThat(span(SpanKind.CLIENT)).satisfies(call -> {
            assertThat(text(call, "error.type")).isEqualTo(error);
            assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        });
    }

    @Test
    void theRequestOfAFailedTurnHasItsError() {
        TurnFacts facts = TURN.event().facts();
        Failure overloaded = new Failure(529, "overloaded_error", "Overloaded");
        store(new ChatFailed(facts, TURN.event().message(), overloaded));
        assertThat(span(SpanKind.SERVER)).satisfies(request -> {
            assertThat(text(request, "error.type")).isEqualTo("overloaded_error");
            assertThat(request.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        });
    }

    @Test
    void otherRequestsHaveNone() {
        TurnFacts facts = TURN.event().facts();
        store(TURN.event());
        store(new ChatCancelled(facts, TURN.event().message()));
        assertThat(spans)
                .filteredOn(span -> span.getKind() == SpanKind.SERVER)
                .hasSize(2)
                .allSatisfy(request -> {
                    assertThat(text(request, "error.type")).isNull();
                    assertThat(request.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
                });
    }

    private void store(Turn turn) {
        byte[] event = TurnCodec.encode(turn).value();
        turnSpans.stored(PreparedTurn.of(turn, event, TestTurn.TRACEPARENT), RECEIVED, RECEIVED.plusSeconds(1));
    }

    private static @Nullable String text(SpanData span, String attribute) {
        return span.getAttributes().get(AttributeKey.stringKey(attribute));
    }

    private static @Nullable Long number(SpanData span, String attribute) {
        return span.getAttributes().get(AttributeKey.longKey(attribute));
    }

    @Test
    void aTraceOfTheClientGoesOn() {
        store(TestTurn.TRACEPARENT);

        assertThat(spans).extracting(SpanData::getTraceId).containsOnly(TestTurn.TRACE_ID);
        assertThat(span(SpanKind.SERVER)).satisfies(request -> {
            assertThat(request.getParentSpanId()).isEqualTo("b7ad6b7169203331");
            assertThat(request.getSpanId()).isNotEqualTo("b7ad6b7169203331");
        });
    }

    @Test
    void aTraceThatIsNotSampledHasNoSpans() {
        store("00-" + TRACE + "-" + FIRST_HALF + "-00");
        assertThat(spans).isEmpty();
    }

    private void store(String traceparent) {
        store(traceparent, "broken", 200);
    }

    private void store(String traceparent, String outcome, int status) {
        store(traceparent, outcome, status, new Usage(4, 9, 2000, 50_000));
    }

    /** Records a turn with one call, of this outcome, HTTP status and usage. */
    private void store(String traceparent, String outcome, int status, Usage usage) {
        PreparedTurn turn = TURN.prepared();
        Attempt call =
                new Attempt(1, "claude-x", RECEIVED.plusMillis(2), 250, outcome, status, "", usage, Optional.empty());
        turnSpans.stored(
                new PreparedTurn(
                        turn.encoded(),
                        turn.activity(),
                        turn.timings(),
                        List.of(call),
                        turn.failure(),
                        RECEIVED,
                        turn.endedAt(),
                        traceparent),
                RECEIVED.plusSeconds(2),
                RECEIVED.plusSeconds(3));
    }

    private SpanData span(SpanKind kind) {
        return spans.stream().filter(span -> span.getKind() == kind).findFirst().orElseThrow();
    }

    private static String service(SpanData span) {
        return String.valueOf(span.getResource().getAttribute(AttributeKey.stringKey("service.name")));
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
