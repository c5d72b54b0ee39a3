package dev.parley.cache.edge;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Which shared cache is purged, and how.
 *
 * @param varnishUrls the addresses of Varnish; of a name with several addresses, all are purged
 * @param cloudfrontDistribution the id of the distribution
 * @param callTimeout of one call to the cache
 * @param retryInterval the pause after a purge that was not confirmed
 * @param repeatAfter when a purge is repeated, in case that a cache was storing the old response meanwhile; longer than a cache
 *     waits for a gateway
 */
public record EdgeSettings(
        Kind kind,
        List<URI> varnishUrls,
        String cloudfrontDistribution,
        URI cloudfrontEndpoint,
        Duration callTimeout,
        Duration retryInterval,
        Duration repeatAfter) {
    public enum Kind {
        NONE,
        VARNISH,
        CLOUDFRONT
    }

    public EdgeSettings {
        varnishUrls = List.copyOf(varnishUrls);
        if (kind == Kind.VARNISH && varnishUrls.isEmpty()) {
            throw new IllegalArgumentException("kind=varnish needs varnish-urls");
        }
        if (kind == Kind.CLOUDFRONT && cloudfrontDistribution.isEmpty()) {
            throw new IllegalArgumentException("kind=cloudfront needs cloudfront-distribution");
        }
    }
}
