package dev.parley.inference.routing;

import dev.parley.answercache.CachedAnswer;
import dev.parley.contracts.event.ChatRequested;
import java.util.Optional;

/** Looks up published answers, in memory. A failure is an empty result. */
public interface PublishedLookup {
    Optional<CachedAnswer> find(ChatRequested requested);
}
