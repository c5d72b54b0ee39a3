package dev.parley.pulse.metrics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpHandlers;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceScraperTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** Its first label is longer than 63 characters, so no name server is asked for it. */
    private static final String UNRESOLVABLE = "a".repeat(64) + ".invalid";

    private HttpServer up;
    private ServerSocket silent;

    @BeforeEach
    void servers() throws Exception {
        up = HttpServer.create(
                new InetSocketAddress(LOOPBACK, 0),
                0,
                "/actuator/prometheus",
                HttpHandlers.of(200, Headers.of(), "parley_x 1\n"));
        up.start();
        silent = new ServerSocket(0, 1, LOOPBACK);
    }

    @AfterEach
    void end() throws Exception {
        up.stop(0);
        silent.close();
    }

    @Test
    void distinguishesReachedReplicasFromOthers() throws Exception {
        Map<String, List<URI>> services = Map.of(
                "mixed",
                List.of(at(up.getAddress().getPort()), at(silent.getLocalPort())),
                "nowhere",
                List.of(URI.create("http://" + UNRESOLVABLE + ":9080")));
        try (var scraper = new ServiceScraper(services, Set.of("parley_x"), Duration.ofSeconds(5))) {
            Map<String, List<Replica>> readings = scraper.read();
            assertThat(readings).containsOnlyKeys("mixed", "nowhere").containsEntry("nowhere", List.of());
            List<Replica> mixed = requireNonNull(readings.get("mixed"));
            assertThat(mixed).extracting(Replica::isReached).containsExactly(true, false);
            assertThat(mixed.getFirst().samples())
                    .hasValueSatisfying(samples -> assertThat(samples.all()).hasSize(1));
        }
    }

    private static URI at(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
