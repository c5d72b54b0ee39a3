package dev.parley.inference.limits;

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

    @ParameterizedTest
    @CsvSource(textBlock = """
            # max, taken, own, exceeds
            1000,       1,    1, false
            1000,     800,  800, false
            1000,     801,  801, true
            1000,     801,    1, false
            1000,    1000,  200, false
            1000,    1000,  201, true
            1000,     900,  300, true
            40,        32,   32, false
            40,        33,   33, true
            4,          3,    3, false
            4,          4,    4, true
            4,          4,    1, false
            1,          1,    1, false
            """)
    void theLastFifthIsForHoldersOfLessThanAFifth(long max, long taken, long own, boolean exceeds) {
        assertThat(FairPool.exceedsShare(max, taken, own)).isEqualTo(exceeds);
    }
}
