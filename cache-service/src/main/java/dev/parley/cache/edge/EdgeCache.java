package dev.parley.cache.edge;

/** A shared cache before the gateways. */
public interface EdgeCache {
    /**
     * Removes the responses that a change makes wrong, everywhere. A cache may keep one that is not withdrawn for as long as no gateway
     * can be reached. Blocks.
     *
     * @param reference identifies the purge: a repeated one with the same reference may be ignored
     * @throws PurgeException if the cache has not confirmed it
     */
    void purge(EdgeChange change, String reference) throws InterruptedException;
}
