package dev.parley.inference.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.inference.claude.Http2Connections.Place;
import java.net.http.HttpClient;
import org.junit.jupiter.api.Test;

class Http2ConnectionsTest {
    private final Http2Connections connections = new Http2Connections(HttpClient::newHttpClient, 2);

    @Test
    void opensAnotherConnectionOnlyWhenAllAreFull() {
        Place first = connections.take();
        assertThat(connections.take().client()).isSameAs(first.client());
        assertThat(connections.clients()).hasSize(1);
        assertThat(connections.take().client()).isNotSameAs(first.client());
        assertThat(connections.clients()).hasSize(2);
    }

    @Test
    void reusesAReleasedStreamOnce() {
        Place first = connections.take();
        connections.take();
        first.release();
        first.release();
        assertThat(connections.take().client()).isSameAs(first.client());
        assertThat(connections.take().client()).isNotSameAs(first.client());
    }
}
