package dev.parley.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairPoolTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId OTHER = new TenantId("other");

    @ParameterizedTest
    @CsvSource({"64, 52", "10, 8", "4, 3", "2, 1", "1, 1"})
    void oneTenantDoesNotTakeAll(int placesMax, int ofOne) {
        FairPool<TenantId> places = new FairPool<>(placesMax);
        int taken = 0;
        while (places.tryAcquire(ACME, 1)) {
            taken++;
        }
        assertThat(taken).isEqualTo(ofOne);
        assertThat(places.tryAcquire(OTHER, 1)).isEqualTo(placesMax > 1);
    }

    @Test
    void returnsPlaces() {
        FairPool<TenantId> places = new FairPool<>(1);
        for (int i = 0; i < 3; i++) {
            assertThat(places.tryAcquire(ACME, 1)).isTrue();
            assertThat(places.tryAcquire(OTHER, 1)).isFalse();
            places.release(ACME, 1);
        }
        assertThat(places.tryAcquire(OTHER, 1)).isTrue();
    }
}
