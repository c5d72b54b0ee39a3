package dev.parley.gateway.web;

import dev.parley.gateway.places.FairPool;
import dev.parley.gateway.places.FairPool.Reservation;
import dev.parley.gateway.session.Caller;
import dev.parley.messages.ApiError;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** The places that requests of one kind have together, and the errors for those that get none: 429 and 529. */
public final class RequestPlaces {
    private static final String SOON = "1";

    private final FairPool places;
    private final String full;

    /**
     * Makes a pool.
     *
     * @param placesMax at least 1
     * @param full what a client is told if all places are taken
     */
    public RequestPlaces(long placesMax, String full) {
        this.places = new FairPool(placesMax);
        this.full = full;
    }

    /** How many are taken. */
    public long taken() {
        return places.taken();
    }

    /** A place for a request of this caller, to be closed; or an {@link ApiErrorException}. */
    public Reservation take(Caller caller) {
        Reservation holding = places.reservation(caller.identity());
        more(holding, 1);
        return holding;
    }

    /** What a request of this key will hold, nothing so far. */
    Reservation holding(String key) {
        return places.reservation(key);
    }

    /** More for what is a holding of this pool, or an {@link ApiErrorException}. */
    void more(Reservation holding, long places) {
        switch (holding.take(places)) {
            case GRANTED -> {}
            case SHARE_USED ->
                throw new ApiErrorException(
                        ApiError.of(429, "This key has its share of what all keys have together. " + full), SOON);
            case FULL -> throw new ApiErrorException(ApiError.of(529, full), SOON);
        }
    }

    /** Work that has a place from its subscription to its end; or an {@link ApiErrorException}. */
    public <T> Mono<T> during(Caller caller, Supplier<Mono<T>> work) {
        return Mono.using(() -> take(caller), _ -> work.get(), Reservation::close);
    }
}
