package dev.parley.cache.cdn;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.cache.edge.EdgeChange;
import dev.parley.cache.edge.PurgeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class VarnishEdgeCacheTest {
    private static final List<String> TAGS = List.of("question-acme.help.log", "list-acme.help");

    @Test
    void purgesEveryInstance() throws Exception {
        try (EdgeServer one = new EdgeServer(200);
                EdgeServer other = new EdgeServer(200)) {
            purge(one.url(), other.url());

            for (EdgeServer each : List.of(one, other)) {
                assertThat(each.received).first().satisfies(request -> {
                    assertThat(request.method()).isEqualTo("PURGE");
                    assertThat(request.headers()).containsEntry("xkey-purge", "question-acme.help.log list-acme.help");
                });
            }
        }
    }

    @Test
    void keepsTheCopiesOfAChangedAnswerForOutages() throws Exception {
        try (EdgeServer varnish = new EdgeServer(200)) {
            purge(false, varnish.url());
            assertThat(varnish.received)
                    .singleElement()
                    .satisfies(request -> assertThat(request.headers())
                            .containsEntry("xkey-softpurge", "question-acme.help.log list-acme.help")
                            .doesNotContainKey("xkey-purge"));
        }
    }

    @Test
    void isNotConfirmedIfAnInstanceRefuses() throws Exception {
        try (EdgeServer one = new EdgeServer(200);
                EdgeServer other = new EdgeServer(403)) {
            assertThatExceptionOfType(PurgeException.class)
                    .isThrownBy(() -> purge(one.url(), other.url()))
                    .withMessageContaining("403");
        }
    }

    /** An instance that does not start must not keep the others from being purged. */
    @Test
    void purgesTheOthersIfAnInstanceFails() throws Exception {
        try (EdgeServer one = new EdgeServer(500);
                EdgeServer other = new EdgeServer(200)) {
            assertThatExceptionOfType(PurgeException.class)
                    .isThrownBy(() -> purge(URI.create("http://no-such-host.invalid:80"), one.url(), other.url()));
            assertThat(other.received).isNotEmpty();
        }
    }

    @Test
    void isNotConfirmedIfAnInstanceCannotBeReached() throws Exception {
        URI gone;
        try (EdgeServer server = new EdgeServer(200)) {
            gone = server.url();
        }
        assertThatExceptionOfType(PurgeException.class).isThrownBy(() -> purge(gone));
        assertThatExceptionOfType(PurgeException.class)
                .isThrownBy(() -> purge(URI.create("http://no-such-host.invalid:80")));
    }

    /** Else the thread that purges would wait forever, and withdrawn answers stay public. */
    @Test
    void isNotConfirmedIfAnInstanceFreezesWithinItsResponse() throws Exception {
        try (ServerSocket frozen = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    Socket connection = frozen.accept();
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".getBytes(US_ASCII));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThatExceptionOfType(PurgeException.class)
                    .isThrownBy(() -> new VarnishEdgeCache(
                                    HttpClient.newHttpClient(),
                                    List.of(URI.create("http://127.0.0.1:" + frozen.getLocalPort())),
                                    Duration.ofMillis(500))
                            .purge(new EdgeChange(TAGS, true), "reference"));
        }
    }

    private static void purge(URI... urls) throws InterruptedException {
        purge(true, urls);
    }

    private static void purge(boolean withdrawn, URI... urls) throws InterruptedException {
        new VarnishEdgeCache(HttpClient.newHttpClient(), List.of(urls), Duration.ofSeconds(5))
                .purge(new EdgeChange(TAGS, withdrawn), "reference");
    }
}
