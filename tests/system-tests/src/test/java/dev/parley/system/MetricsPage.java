package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.stream.Stream;

/** The Prometheus metrics of a service at one moment. */
record MetricsPage(String text) {
    static MetricsPage of(LocalStack stack, String service) throws IOException {
        return of(stack, service, 0);
    }

    static MetricsPage of(LocalStack stack, String service, int replica) throws IOException {
        URI page = stack.management(service, replica).resolve("/actuator/prometheus");
        try (InputStream body = page.toURL().openStream()) {
            return new MetricsPage(new String(body.readAllBytes(), UTF_8));
        }
    }

    /** The number of series. */
    long series() {
        return text.lines().filter(line -> !line.startsWith("#")).count();
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
