package dev.parley.experiment.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.experiment.mirror.MirrorRun.Counts;
import dev.parley.experiment.mirror.MirrorRun.Outcome;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class MirrorMetricsTest {
    private static final Counts COUNTS = new Counts(
            9,
            Map.of(Outcome.COMPARED, 3L, Outcome.FAILED, 1L, Outcome.OVER_BUDGET, 2L, Outcome.OUTDATED, 1L),
            new BigDecimal("0.25"),
            new BigDecimal("1.75"));

    @Test
    void prometheusReadsWhatTheMirrorDid() throws Exception {
        try (MirrorMetrics metrics = new MirrorMetrics(() -> COUNTS, () -> 2, () -> 7)) {
            int port = metrics.serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

            HttpResponse<String> page = get(port, "/metrics");

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body().lines())
                    .contains(
                            "parley_mirror_turns_total{outcome=\"compared\"} 3.0",
                            "parley_mirror_turns_total{outcome=\"failed\"} 1.0",
                            "parley_mirror_turns_total{outcome=\"over_budget\"} 2.0",
                            "parley_mirror_turns_total{outcome=\"without_price\"} 0.0",
                            "parley_mirror_turns_total{outcome=\"outdated\"} 1.0",
                            "parley_mirror_spent_usd 0.25",
                            "parley_mirror_budget_left_usd 1.75",
                            "parley_mirror_keys 2.0",
                            "parley_mirror_lag 7.0");
            assertThat(get(port, "/metricsx").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void namesTheAddressThatItCannotListenOn() throws Exception {
        try (MirrorMetrics metrics = new MirrorMetrics(() -> COUNTS, () -> 2, () -> 7);
                MirrorMetrics other = new MirrorMetrics(() -> COUNTS, () -> 2, () -> 7)) {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            InetSocketAddress taken =
                    new InetSocketAddress(loopback, metrics.serve(new InetSocketAddress(loopback, 0)));

            assertThatThrownBy(() -> other.serve(taken))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on " + taken);
        }
    }

    /** A new object each time. */
    private static IntSupplier always(int value) {
        return () -> value;
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void itsGaugesSurviveAGarbageCollection() throws Exception {
        try (MirrorMetrics metrics = new MirrorMetrics(() -> COUNTS, always(2), always(7)::getAsInt)) {
            int port = metrics.serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            WeakReference<IntSupplier> collected = new WeakReference<>(always(1));

            while (collected.get() != null) {
                System.gc();
            }

            assertThat(get(port, "/metrics").body().lines())
                    .contains("parley_mirror_keys 2.0", "parley_mirror_lag 7.0");
        }
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
