package dev.parley.gateway.web.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.gateway.web.pool.SharedPool.Reservation;
import dev.parley.gateway.web.response.ApiErrorException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SharedPoolTest {
    /** A model of the pool: the places of each key. */
    private static final class Model {
        private final SharedPool places;
        private final List<Reservation> open = new ArrayList<>();
        private final Map<Reservation, String> keys = new HashMap<>();
        private final Map<Reservation, Long> held = new HashMap<>();

        Model(long max) {
            this.places = pool(max);
        }

        /**
         * A positive step takes that many places in a new reservation; any other step closes one, twice if it is even.
         */
        void step(int step, String key) {
            if (step > 0) {
                Reservation holding = places.reservation(key);
                if (status(holding, step) == 200) {
                    open.add(holding);
                    keys.put(holding, key);
                    held.put(holding, (long) step);
                } else {
                    holding.close();
                }
            } else if (!open.isEmpty()) {
                Reservation closed = open.remove(-step % open.size());
                closed.close();
                if (step % 2 == 0) {
                    closed.close();
                }
            }
        }

        long of(String key) {
            return open.stream()
                    .filter(each -> key.equals(keys.get(each)))
                    .mapToLong(each -> held.getOrDefault(each, 0L))
                    .sum();
        }

        long taken() {
            return open.stream().mapToLong(each -> held.getOrDefault(each, 0L)).sum();
        }
    }

    @Property(tries = 300)
    void oneKeyNeverBlocksTheFirstPlaceOfAnother(
            @ForAll @IntRange(min = 2, max = 300) int max,
            @ForAll @Size(max = 400) List<@IntRange(min = -20, max = 3) Integer> steps) {
        Model model = new Model(max);
        for (int step : steps) {
            model.step(step, "greedy");
            assertThat(model.of("greedy")).isLessThanOrEqualTo((max + 1) / 2);
            try (Reservation other = model.places.reservation("other")) {
                other.take(1);
            }
        }
    }

    @Property(tries = 300)
    void noKeyExceedsAFifthWhenOthersHoldHalf(
            @ForAll @IntRange(min = 1, max = 100) int max,
            @ForAll @Size(max = 400) List<@IntRange(min = -9, max = 40) Integer> steps) {
        Model model = new Model(max);
        for (int i = 0; i < steps.size(); i++) {
            String key = "key-" + i * 7 % 6;
            long before = model.of(key);
            long others = model.taken() - before;
            model.step(steps.get(i), key);
            long own = model.of(key);
            if (own > before && others > max / 2) {
                assertThat(own).isLessThanOrEqualTo(Math.max(1, max / 5));
            }
            assertThat(model.taken()).isLessThanOrEqualTo(max);
        }
    }

    @Property(tries = 200)
    void leaksNoPlacesWhenReservationsAreClosedTwice(
            @ForAll @IntRange(min = 1, max = 50) int max,
            @ForAll @Size(max = 200) List<@IntRange(min = -9, max = 9) Integer> steps) {
        Model model = new Model(max);
        for (int i = 0; i < steps.size(); i++) {
            model.step(steps.get(i), "key-" + i % 4);
            assertThat(model.places.taken()).isEqualTo(model.taken());
        }
        model.open.forEach(Reservation::close);
        assertThat(model.places.taken()).isZero();
        assertThat(model.places.keys()).isZero();
    }

    @Test
    void aClosedReservationTakesNothing() {
        SharedPool places = pool(10);
        Reservation holding = places.reservation("a");
        holding.take(2);
        holding.close();
        assertThat(status(holding, 1)).isEqualTo(529);
        holding.close();
        assertThat(places.taken()).isZero();
    }

    @Test
    void aReservationGrowsUntilTheShareOfItsKeyIsUsed() {
        SharedPool places = pool(10);
        Reservation others = places.reservation("others");
        others.take(5);
        Reservation holding = places.reservation("a");
        holding.take(2);
        assertThat(status(holding, 1)).isEqualTo(429);
        holding.close();
        assertThat(places.taken()).isEqualTo(5);
    }

    @Test
    void aReservationHoldsAnotherNumber() {
        SharedPool places = pool(10);
        Reservation reservation = places.reservation("a");
        reservation.hold(4);
        assertThat(places.taken()).isEqualTo(4);
        reservation.hold(1);
        assertThat(places.taken()).isEqualTo(1);
        reservation.hold(1);
        reservation.hold(0);
        assertThat(places.taken()).isZero();
        assertThat(places.keys()).isZero();
    }

    @Test
    void aClosedReservationKeepsItsPlacesWhileAnActionRuns() {
        SharedPool pool = pool(10);
        Reservation reservation = pool.reservation("a");
        reservation.take(3);
        long during = reservation.keepDuring(() -> {
            reservation.close();
            return pool.taken();
        });
        assertThat(during).isEqualTo(3);
        assertThat(pool.taken()).isZero();
    }

    @Test
    void isThreadSafe() {
        SharedPool places = pool(20);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 2_000; i++) {
                Reservation holding = places.reservation("key-" + i % 7);
                all.add(CompletableFuture.runAsync(() -> status(holding, 1), threads));
                all.add(CompletableFuture.runAsync(holding::close, threads));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();
        }
        assertThat(places.taken()).isZero();
        assertThat(places.keys()).isZero();
    }

    @Test
    void rejectsAPoolWithoutPlaces() {
        assertThatIllegalArgumentException().isThrownBy(() -> pool(0));
    }

    private static SharedPool pool(long placesMax) {
        return new SharedPool(placesMax, "All places are taken.");
    }

    /** That of the response when places are taken. */
    private static int status(Reservation reservation, long places) {
        try {
            reservation.take(places);
            return 200;
        } catch (ApiErrorException e) {
            assertThat(e.response().retryAfter()).isNotEmpty();
            return e.error().status();
        }
    }
}
