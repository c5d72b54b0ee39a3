package dev.parley.cache.edge;

import java.util.List;

/** A shared cache before the gateways. */
public interface EdgeCache {
    /**
     * Removes the responses with any of these tags, everywhere. Blocks.
     *
     * @param reference identifies the purge: a repeated one with the same reference may be ignored
     * @throws PurgeException if the cache has not confirmed it
     */
    void purge(List<String> tags, String reference) throws InterruptedException;
}
