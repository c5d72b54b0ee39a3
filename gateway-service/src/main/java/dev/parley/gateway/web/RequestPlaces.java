package dev.parley.gateway.web;

import dev.parley.gateway.places.FairPlaces;
import dev.parley.gateway.places.FairPlaces.Holding;
import dev.parley.gateway.session.Caller;
import dev.parley.messages.ApiError;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** A pool of places for one kind of request, which keys share, with the errors 429 and 529 when it is used up. */
public final class RequestPlaces {
    private static final String RETRY_AFTER = "1";

    private final FairPlaces places;
    private final String full;

    /**
     * Makes a pool.
     *
     * @param placesMax at least 1
     * @param full the message if all places are taken
     */
    public RequestPlaces(long placesMax, String full) {
        this.places = new FairPlaces(placesMax);
        this.full = full;
    }

    /** The number of taken places. */
    public long taken() {
        return places.taken();
    }

    /** Takes a place for a request of a caller, or throws an {@link ApiErrorException}. Has to be closed. */
    public Holding take(Caller caller) {
        Holding holding = places.holding(caller.identity());
        more(holding, 1);
        return holding;
    }

    /** The places of one request, none so far. */
    Holding holding(String key) {
        return places.holding(key);
    }

    /** Adds to a holding of this pool, or throws an {@link ApiErrorException}. */
    void more(Holding holding, long places) {
        switch (holding.take(places)) {
            case GRANTED -> {}
            case SHARE_USED ->
                throw new ApiErrorException(
                        ApiError.of(429, "This key has its share of what all keys have together. " + full),
                        RETRY_AFTER);
            case FULL -> throw new ApiErrorException(ApiError.of(529, full), RETRY_AFTER);
        }
    }

    /** Runs work that has a place from its subscription to its end; or an {@link ApiErrorException}. */
    public <T> Mono<T> during(Caller caller, Supplier<Mono<T>> work) {
        return Mono.using(() -> take(caller), _ -> work.get(), Holding::close);
    }
}
