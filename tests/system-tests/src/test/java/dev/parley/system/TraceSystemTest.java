package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

@FaultStory
class TraceSystemTest {
    private static final String GATEWAY = "gateway-service";
    private static final String CACHE = "cache-service";
    private static final String INFERENCE = "inference-service";
    private static final String PERSISTENCE = "persistence-worker";

    private static final OtlpReceiver COLLECTOR = OtlpReceiver.start();
    private static final LocalStack STACK = LocalStack.start(new StackSettings().traces(COLLECTOR.address()));

    @AfterAll
    static void stop() {
        STACK.close();
        COLLECTOR.close();
    }

    private record Hop(String name, Predicate<OtlpSpan> span) {}

    private static final List<Hop> HOPS = List.of(
            new Hop(
                    "the client's request",
                    span -> span.service().equals(GATEWAY) && span.kind() == SpanKind.SPAN_KIND_SERVER),
            new Hop("to the log", of(GATEWAY, SpanKind.SPAN_KIND_PRODUCER, "chat.requests")),
            new Hop("to inference", of(INFERENCE, SpanKind.SPAN_KIND_CONSUMER, "chat.requests")),
            new Hop(
                    "to Claude",
                    span -> span.service().equals(INFERENCE)
                            && span.kind() == SpanKind.SPAN_KIND_CLIENT
                            && span.attribute("url.full").endsWith("/v1/messages")),
            new Hop("the answer", of(INFERENCE, SpanKind.SPAN_KIND_PRODUCER, "chat.deltas")),
            new Hop("back to the gateway", of(GATEWAY, SpanKind.SPAN_KIND_CONSUMER, "chat.deltas")),
            new Hop("the turn", of(INFERENCE, SpanKind.SPAN_KIND_PRODUCER, "chat.turns")),
            new Hop("into the cache", of(CACHE, SpanKind.SPAN_KIND_CONSUMER, "chat.turns")),
            new Hop("into DynamoDB", of(PERSISTENCE, SpanKind.SPAN_KIND_CONSUMER, "chat.turns")));

    @Test
    void oneTraceCoversAllServices() throws Exception {
        String trace = traceOf(answer("tokens=20"));
        Eventually.value(() -> missing(trace), List::isEmpty);
        List<OtlpSpan> roots =
                spans(trace).stream().filter(span -> span.parent().isEmpty()).toList();
        assertThat(roots)
                .singleElement()
                .satisfies(root -> assertThat(root.service()).isEqualTo(GATEWAY));
        Eventually.value(() -> orphans(trace), List::isEmpty);
    }

    @Test
    void logLinesContainTheTrace() throws Exception {
        Answer answer = answer("tokens=5");
        String trace = traceOf(answer);
        for (String service : List.of(GATEWAY, INFERENCE, PERSISTENCE)) {
            // The trace may come from cache-service, before the turn is in DynamoDB.
            assertThat(Eventually.value(
                            () -> ServiceLogLines.of(STACK, service).with(answer.generation()),
                            lines -> !lines.isEmpty()))
                    .as(service)
                    .allSatisfy(entry ->
                            assertThat(entry.path("trace_id").stringValue("")).isEqualTo(trace));
        }
    }

    private static Answer answer(String directives) throws Exception {
        return new ChatClient(STACK.gateway(0))
                .ask(ChatClient.question("first_token_ms=0 tokens_per_second=200 " + directives))
                .succeeded();
    }

    /** The trace in which the answer was cached, or its turn stored. */
    private static String traceOf(Answer answer) throws Exception {
        return Eventually.value(
                        () -> COLLECTOR.spans().stream()
                                .filter(span ->
                                        span.attribute("parley.generation.id").equals(answer.generation()))
                                .toList(),
                        stored -> !stored.isEmpty())
                .getFirst()
                .trace();
    }

    private static List<String> missing(String trace) {
        List<OtlpSpan> spans = spans(trace);
        return HOPS.stream()
                .filter(hop -> spans.stream().noneMatch(hop.span()))
                .map(Hop::name)
                .toList();
    }

    private static List<OtlpSpan> orphans(String trace) {
        Set<String> known = Stream.concat(Stream.of(""), spans(trace).stream().map(OtlpSpan::id))
                .collect(Collectors.toSet());
        return spans(trace).stream()
                .filter(span -> !known.contains(span.parent()))
                .toList();
    }

    private static List<OtlpSpan> spans(String trace) {
        return COLLECTOR.spans().stream()
                .filter(span -> span.trace().equals(trace))
                .toList();
    }

    private static Predicate<OtlpSpan> of(String service, SpanKind kind, String topic) {
        return span -> span.is(service, kind, topic);
    }
}
