package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Traces that persistence-worker makes of turns, without an agent: traces, log lines and metrics have the same ids. */
@FaultStory
class TracesFromTheLogSystemTest {
    private static final String GATEWAY = "gateway-service";
    private static final String INFERENCE = "inference-service";
    private static final String PERSISTENCE = "persistence-worker";
    private static final String CACHE = "cache-service";

    private static final OtlpReceiver COLLECTOR = OtlpReceiver.start();
    private static final Map<String, String> TRACED =
            Map.of("PARLEY_TRACES_ENDPOINT", COLLECTOR.address().toString());
    private static final LocalStack STACK = LocalStack.start(
            new StackSettings().environment(PERSISTENCE, TRACED).environment(CACHE, TRACED));

    private final ChatClient chat = new ChatClient(STACK.gateway(0));

    @AfterAll
    static void stop() {
        STACK.close();
        COLLECTOR.close();
    }

    @Test
    void oneTraceHasAllServices() throws Exception {
        Answer answer = chat.ask(ChatClient.question());
        List<OtlpSpan> spans = trace(answer);

        OtlpSpan request = only(spans, GATEWAY, SpanKind.SPAN_KIND_SERVER);
        OtlpSpan answering = only(spans, INFERENCE, SpanKind.SPAN_KIND_CONSUMER);
        OtlpSpan call = only(spans, INFERENCE, SpanKind.SPAN_KIND_CLIENT);
        OtlpSpan storage = only(spans, PERSISTENCE, SpanKind.SPAN_KIND_CONSUMER);
        OtlpSpan caching = only(spans, CACHE, SpanKind.SPAN_KIND_CONSUMER);
        assertThat(spans).hasSize(5);
        assertThat(request.parent()).isEmpty();
        assertThat(answering.parent()).isEqualTo(request.id());
        assertThat(call.parent()).isEqualTo(answering.id());
        assertThat(storage.parent()).isEqualTo(request.id());
        assertThat(caching.parent()).isEqualTo(request.id());
        assertThat(call.attribute("gen_ai.response.model")).startsWith("claude-opus-4-5");
    }

    @Test
    void logLinesHaveTheIdOfTheTrace() throws Exception {
        Answer answer = chat.ask(ChatClient.question());
        String trace = trace(answer).getFirst().trace();
        for (String service : List.of(GATEWAY, INFERENCE, PERSISTENCE)) {
            assertThat(ServiceLogLines.of(STACK, service).with(answer.generation()))
                    .as(service)
                    .isNotEmpty()
                    .allSatisfy(entry ->
                            assertThat(entry.path("trace_id").stringValue("")).isEqualTo(trace));
        }
    }

    /** A bucket takes an exemplar only now and then. */
    @Test
    void exemplarsOfTheFirstTokenAreTracesOfTheCollector() throws Exception {
        Eventually.value(
                () -> {
                    chat.ask(ChatClient.question()).succeeded();
                    MetricsPage page = MetricsPage.openMetrics(STACK, GATEWAY);
                    return traces().stream()
                            .anyMatch(trace ->
                                    page.hasExemplar("gen_ai_server_time_to_first_token_seconds_bucket", trace));
                },
                found -> found);
    }

    /** The spans of its trace, once the last one of each of the two makers is there: a batch may be sent in parts. */
    private static List<OtlpSpan> trace(Answer answer) throws Exception {
        OtlpSpan stored = span(answer.succeeded(), "store turn");
        assertThat(span(answer, "cache answer").trace()).isEqualTo(stored.trace());
        return COLLECTOR.spans().stream()
                .filter(span -> span.trace().equals(stored.trace()))
                .toList();
    }

    private static OtlpSpan span(Answer answer, String name) throws Exception {
        return Eventually.value(
                        () -> COLLECTOR.spans().stream()
                                .filter(span -> span.name().equals(name)
                                        && span.attribute("parley.generation.id")
                                                .equals(answer.generation()))
                                .toList(),
                        found -> !found.isEmpty())
                .getFirst();
    }

    private static Set<String> traces() {
        return COLLECTOR.spans().stream().map(OtlpSpan::trace).collect(Collectors.toSet());
    }

    private static OtlpSpan only(List<OtlpSpan> spans, String service, SpanKind kind) {
        List<OtlpSpan> found = spans.stream()
                .filter(span -> span.service().equals(service) && span.kind() == kind)
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
