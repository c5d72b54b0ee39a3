package dev.parley.gateway.web;

import dev.parley.gateway.places.FairPool;
import dev.parley.gateway.places.FairPool.Reservation;
import dev.parley.gateway.session.Caller;
import dev.parley.messages.ApiError;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** A pool of places for one kind of request, which keys share, with the errors 429 and 529 when it is used up. */
public final class RequestPlaces {
    private static final String RETRY_AFTER = "1";

    private final FairPool places;
    /** The message if all places are taken. */
    private final String full;

    public RequestPlaces(long placesMax, String full) {
        this.places = new FairPool(placesMax);
        this.full = full;
    }

    /** The number of taken places. */
    public long taken() {
        return places.taken();
    }

    /** Takes a place for a request of a caller, or throws an {@link ApiErrorException}. Has to be closed. */
    public Reservation take(Caller caller) {
        Reservation reservation = places.reservation(caller.identity());
        more(reservation, 1);
        return reservation;
    }

    /** The number of all places. */
    long placesMax() {
        return places.placesMax();
    }

    /** The places of one request, none so far. Has to be closed. */
    public Reservation reservation(String key) {
        return places.reservation(key);
    }

    /** Adds to a reservation of this pool, or throws an {@link ApiErrorException}. */
    public void more(Reservation reservation, long places) {
        switch (reservation.take(places)) {
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
        return Mono.using(() -> take(caller), _ -> work.get(), Reservation::close);
    }
}
