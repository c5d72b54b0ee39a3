package dev.parley.eventlog.process;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Optional;

/**
 * Exports {@code parley.build.info}, whose labels tell which version of a service runs. Always 1.
 *
 * @param main the main class of the service, whose jar has the version; outside of a jar it is {@code unknown}
 */
public record BuildVersion(String service, Class<?> main) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("parley.build.info", () -> 1)
                .description("1; the labels tell which version of the service runs, on which version of Java")
                .tags(
                        "service",
                        service,
                        "version",
                        Optional.ofNullable(main.getPackage().getImplementationVersion())
                                .orElse("unknown"),
                        "java",
                        Runtime.version().toString())
                .register(registry);
    }
}
