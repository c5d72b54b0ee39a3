package dev.parley.cache.cdn;

import dev.parley.cache.edge.EdgeCache;
import dev.parley.cache.edge.EdgeChange;
import dev.parley.cache.edge.PurgeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Varnish with {@code edge/default.vcl}: a request {@code PURGE} with the tags to every instance. */
public final class VarnishEdgeCache implements EdgeCache {
    private final HttpClient http;
    private final List<URI> urls;
    private final Duration timeout;

    /** Purges the instances at all addresses of these URLs. */
    public VarnishEdgeCache(HttpClient http, List<URI> urls, Duration timeout) {
        this.http = http;
        this.urls = List.copyOf(urls);
        this.timeout = timeout;
    }

    @Override
    public void purge(EdgeChange change, String reference) throws InterruptedException {
        List<PurgeException> failures = new ArrayList<>();
        for (URI url : urls) {
            // Also those after one that fails.
            for (URI instance : instances(url, failures)) {
                try {
                    purge(instance, change);
                } catch (PurgeException e) {
                    failures.add(e);
                }
            }
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    private static List<URI> instances(URI url, List<PurgeException> failures) {
        try {
            return Arrays.stream(InetAddress.getAllByName(url.getHost()))
                    .map(address -> at(url, address))
                    .toList();
        } catch (UnknownHostException e) {
            failures.add(new PurgeException(url + " has no address", e));
            return List.of();
        }
    }

    private static URI at(URI url, InetAddress address) {
        try {
            return new URI(url.getScheme(), null, address.getHostAddress(), url.getPort(), "/", null, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not the URL of a server: " + url, e);
        }
    }

    private void purge(URI instance, EdgeChange change) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(instance)
                .header(change.withdrawn() ? "xkey-purge" : "xkey-softpurge", String.join(" ", change.tags()))
                .method("PURGE", BodyPublishers.noBody())
                .build();
        try {
            int status = EdgeCalls.send(http, request, BodyHandlers.discarding(), timeout)
                    .statusCode();
            if (status != 200) {
                throw new PurgeException(instance + " responded with " + status);
            }
        } catch (IOException e) {
            throw new PurgeException(instance + " cannot be reached", e);
        }
    }
}
