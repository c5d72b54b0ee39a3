package dev.parley.eventlog.trace;

/**
 * Where traces go.
 *
 * @param endpoint the address of a collector that takes OTLP over HTTP, such as {@code http://collector:4318}; empty for no traces
 */
public record TraceSettings(String endpoint) {
    public boolean off() {
        return endpoint.isBlank();
    }
}
