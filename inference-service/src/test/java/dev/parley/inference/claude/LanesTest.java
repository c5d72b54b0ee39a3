package dev.parley.inference.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.inference.claude.Lanes.Place;
import java.net.http.HttpClient;
import org.junit.jupiter.api.Test;

class LanesTest {
    private final Lanes lanes = new Lanes(HttpClient::newHttpClient, 2);

    @Test
    void opensAnotherLaneOnlyWhenAllAreFull() {
        Place first = lanes.take();
        assertThat(lanes.take().client()).isSameAs(first.client());
        assertThat(lanes.clients()).hasSize(1);
        assertThat(lanes.take().client()).isNotSameAs(first.client());
        assertThat(lanes.clients()).hasSize(2);
    }

    @Test
    void fillsThePlaceThatWasLeftOnce() {
        Place first = lanes.take();
        lanes.take();
        first.leave();
        first.leave();
        assertThat(lanes.take().client()).isSameAs(first.client());
        assertThat(lanes.take().client()).isNotSameAs(first.client());
    }
}
