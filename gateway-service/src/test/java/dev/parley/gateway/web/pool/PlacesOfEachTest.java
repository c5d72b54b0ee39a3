package dev.parley.gateway.web.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesOfEachTest {
    private final PlacesOfEach<String> places = new PlacesOfEach<>(2);

    @Test
    void eachHolderHasItsOwn() {
        assertThat(places.tryTake("one")).isTrue();
        assertThat(places.tryTake("one")).isTrue();
        assertThat(places.tryTake("one")).isFalse();
        assertThat(places.tryTake("other")).isTrue();
    }

    @Test
    void aReleasedPlaceCanBeTaken() {
        assertThat(places.tryTake("one")).isTrue();
        assertThat(places.tryTake("one")).isTrue();
        assertThat(places.tryTake("one")).as("takes none").isFalse();
        places.release("one");
        assertThat(places.tryTake("one")).isTrue();
        assertThat(places.tryTake("one")).isFalse();
    }
}
