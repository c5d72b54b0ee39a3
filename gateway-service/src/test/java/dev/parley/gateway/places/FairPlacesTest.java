package dev.parley.gateway.places;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.gateway.places.FairPlaces.Holding;
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

class FairPlacesTest {
    /** A model of the pool, beside it: what each key has. */
    private static final class Model {
        private final FairPlaces places;
        private final List<Holding> open = new ArrayList<>();
        private final Map<Holding, String> keys = new HashMap<>();
        private final Map<Holding, Long> held = new HashMap<>();

        Model(long max) {
            this.places = new FairPlaces(max);
        }

        /** Positive takes that many for a new holding, everything else closes one, twice if it is even. */
        void step(int step, String key) {
            if (step > 0) {
                Holding holding = places.holding(key);
                if (holding.take(step) == ShareDecision.GRANTED) {
                    open.add(holding);
                    keys.put(holding, key);
                    held.put(holding, (long) step);
                } else {
                    holding.close();
                }
            } else if (!open.isEmpty()) {
                Holding closed = open.remove(-step % open.size());
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
    void oneKeyNeverKeepsAnotherFromItsFirstPlace(
            @ForAll @IntRange(min = 2, max = 300) int max,
            @ForAll @Size(max = 400) List<@IntRange(min = -20, max = 3) Integer> steps) {
        Model model = new Model(max);
        for (int step : steps) {
            model.step(step, "greedy");
            assertThat(model.of("greedy")).isLessThanOrEqualTo((max + 1) / 2);
            try (Holding other = model.places.holding("other")) {
                assertThat(other.take(1)).isEqualTo(ShareDecision.GRANTED);
            }
        }
    }

    @Property(tries = 300)
    void noKeyHasMoreThanAFifthWhereOthersHaveHalf(
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
    void nothingLeaksWhateverIsTakenAndGivenBackTwice(
            @ForAll @IntRange(min = 1, max = 50) int max,
            @ForAll @Size(max = 200) List<@IntRange(min = -9, max = 9) Integer> steps) {
        Model model = new Model(max);
        for (int i = 0; i < steps.size(); i++) {
            model.step(steps.get(i), "key-" + i % 4);
            assertThat(model.places.taken()).isEqualTo(model.taken());
        }
        model.open.forEach(Holding::close);
        assertThat(model.places.taken()).isZero();
        assertThat(model.places.keys()).isZero();
    }

    @Test
    void aHoldingThatIsClosedTakesNothing() {
        FairPlaces places = new FairPlaces(10);
        Holding holding = places.holding("a");
        holding.take(2);
        holding.close();
        assertThat(holding.take(1)).isEqualTo(ShareDecision.FULL);
        holding.close();
        assertThat(places.taken()).isZero();
    }

    @Test
    void aHoldingGrowsUntilItsKeyHasItsShare() {
        FairPlaces places = new FairPlaces(10);
        Holding others = places.holding("others");
        others.take(5);
        Holding holding = places.holding("a");
        assertThat(holding.take(1)).isEqualTo(ShareDecision.GRANTED);
        assertThat(holding.take(1)).isEqualTo(ShareDecision.GRANTED);
        assertThat(holding.take(1)).isEqualTo(ShareDecision.SHARE_USED);
        holding.close();
        assertThat(places.taken()).isEqualTo(5);
    }

    @Test
    void threadsTakeAndGiveBackAtOnce() {
        FairPlaces places = new FairPlaces(20);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 2_000; i++) {
                Holding holding = places.holding("key-" + i % 7);
                all.add(CompletableFuture.runAsync(() -> holding.take(1), threads));
                all.add(CompletableFuture.runAsync(holding::close, threads));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();
        }
        assertThat(places.taken()).isZero();
        assertThat(places.keys()).isZero();
    }

    @Test
    void aPoolHasAPlace() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FairPlaces(0));
    }
}
