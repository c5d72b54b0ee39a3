package dev.parley.gateway.session;

import java.time.Instant;

/** What is known about the key of a request. */
public sealed interface KeyLookup {
    record Valid(Caller caller) implements KeyLookup {}

    /** The key was valid until it expired. */
    record Expired(Instant at) implements KeyLookup {}

    /** The key does not exist, or was revoked or replaced. */
    record Unknown() implements KeyLookup {}

    /** None of the keys that have been read so far, which are not all. */
    record NotReadYet() implements KeyLookup {}
}
