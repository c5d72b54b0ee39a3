package dev.parley.cache.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.cache.edge.EdgeChange;
import dev.parley.cache.edge.PurgeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class VarnishEdgeTest {
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

    private static void purge(URI... urls) throws InterruptedException {
        purge(true, urls);
    }

    private static void purge(boolean withdrawn, URI... urls) throws InterruptedException {
        new VarnishEdge(HttpClient.newHttpClient(), List.of(urls), Duration.ofSeconds(5))
                .purge(new EdgeChange(TAGS, withdrawn), "reference");
    }
}
