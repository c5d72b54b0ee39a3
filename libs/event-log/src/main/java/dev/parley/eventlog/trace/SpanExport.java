package dev.parley.eventlog.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Sends spans to a collector, in batches. Spans that it does not take in time are dropped; nothing waits for it. */
public final class SpanExport implements AutoCloseable {
    private static final String SCOPE = "dev.parley";
    private static final Duration BETWEEN_BATCHES = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int SPANS_QUEUED_MAX = 8192;

    private final SpanProcessor processor;

    public SpanExport(SpanProcessor processor) {
        this.processor = processor;
    }

    /** An export to the collector of the settings, which must not be {@linkplain TraceSettings#off() off}. */
    public static SpanExport to(TraceSettings settings) {
        return new SpanExport(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                        .setEndpoint(settings.endpoint().replaceFirst("/$", "") + "/v1/traces")
                        .setTimeout(TIMEOUT)
                        .build())
                .setScheduleDelay(BETWEEN_BATCHES)
                .setMaxQueueSize(SPANS_QUEUED_MAX)
                .build());
    }

    public Tracer tracer(String service) {
        return tracer(service, IdGenerator.random());
    }

    public Tracer tracer(String service, IdGenerator ids) {
        return SdkTracerProvider.builder()
                .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service)))
                .setIdGenerator(ids)
                .addSpanProcessor(processor)
                .build()
                .get(SCOPE);
    }

    /** Sends what was not sent yet, for 5 s at most, and ends. */
    @Override
    public void close() {
        processor.shutdown().join(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }
}
