package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.util.stream.Stream;

/** The Prometheus metrics of a service at one moment. */
record MetricsPage(String text) {
    static MetricsPage of(LocalStack stack, String service) throws IOException {
        return of(stack, service, 0);
    }

    static MetricsPage of(LocalStack stack, String service, int replica) throws IOException {
        return at(page(stack, service, replica), "text/plain");
    }

    /** In the format that Prometheus asks for, which has exemplars. */
    static MetricsPage openMetrics(LocalStack stack, String service) throws IOException {
        return at(page(stack, service, 0), "application/openmetrics-text; version=1.0.0");
    }

    private static URI page(LocalStack stack, String service, int replica) {
        return stack.management(service, replica).resolve("/actuator/prometheus");
    }

    static MetricsPage at(URI address, String format) throws IOException {
        URLConnection page = address.toURL().openConnection();
        page.setRequestProperty("accept", format);
        try (InputStream body = page.getInputStream()) {
            return new MetricsPage(new String(body.readAllBytes(), UTF_8));
        }
    }

    /** The number of series that have a model as a label. */
    long seriesOfModels() {
        return text.lines()
                .filter(line -> !line.startsWith("#") && line.contains("model=\""))
                .count();
    }

    /** Whether a series of this name has an exemplar of this trace. */
    boolean hasExemplar(String name, String trace) {
        return text.lines()
                .anyMatch(line -> line.startsWith(name + "{") && line.contains("trace_id=\"" + trace + "\""));
    }

    /**
     * The sum over the series of this name, 0 if there are none.
     *
     * @param labels that a series must have, such as {@code stage="queue"}
     */
    double sum(String name, String... labels) {
        return text.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
