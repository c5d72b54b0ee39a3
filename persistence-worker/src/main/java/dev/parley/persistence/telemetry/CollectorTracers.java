package dev.parley.persistence.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Tracers whose spans go to a collector, in batches. Spans that it does not take in time are dropped; nothing waits for it. */
final class CollectorTracers {
    private static final String SCOPE = "dev.parley.persistence";
    private static final Duration BETWEEN_BATCHES = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int SPANS_QUEUED_MAX = 8192;

    private CollectorTracers() {}

    static Tracers to(String endpoint) {
        return to(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                        .setEndpoint(endpoint.replaceFirst("/$", "") + "/v1/traces")
                        .setTimeout(TIMEOUT)
                        .build())
                .setScheduleDelay(BETWEEN_BATCHES)
                .setMaxQueueSize(SPANS_QUEUED_MAX)
                .build());
    }

    static Tracers to(SpanProcessor processor) {
        return new Tracers(
                tracer("gateway-service", processor),
                tracer("inference-service", processor),
                tracer("persistence-worker", processor),
                () -> processor.shutdown().join(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
    }

    private static Tracer tracer(String service, SpanProcessor processor) {
        return SdkTracerProvider.builder()
                .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service)))
                .setIdGenerator(new GivenIds())
                .addSpanProcessor(processor)
                .build()
                .get(SCOPE);
    }
}
