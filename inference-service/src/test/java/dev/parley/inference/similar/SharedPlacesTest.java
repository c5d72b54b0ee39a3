package dev.parley.inference.similar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedPlacesTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId OTHER = new TenantId("other");

    @ParameterizedTest
    @CsvSource({"64, 52", "10, 8", "4, 3", "2, 1", "1, 1"})
    void oneTenantDoesNotTakeAll(int placesMax, int ofOne) {
        SharedPlaces places = new SharedPlaces(placesMax);
        int taken = 0;
        while (places.tryAcquire(ACME)) {
            taken++;
        }
        assertThat(taken).isEqualTo(ofOne);
        assertThat(places.tryAcquire(OTHER)).isEqualTo(placesMax > 1);
    }

    @Test
    void returnsPlaces() {
        SharedPlaces places = new SharedPlaces(1);
        for (int i = 0; i < 3; i++) {
            assertThat(places.tryAcquire(ACME)).isTrue();
            assertThat(places.tryAcquire(OTHER)).isFalse();
            places.release(ACME);
        }
        assertThat(places.tryAcquire(OTHER)).isTrue();
    }
}
