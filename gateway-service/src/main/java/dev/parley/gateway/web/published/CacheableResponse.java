package dev.parley.gateway.web.published;

import dev.parley.contracts.published.CacheTags;
import dev.parley.gateway.session.Sha256;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * A response that shared caches may store.
 *
 * @param cacheControl the value of that header
 * @param tags by which caches purge it
 */
record CacheableResponse(
        MediaType type,
        @SuppressWarnings("ArrayRecordComponent") byte[] body,
        String cacheControl,
        List<String> tags) {
    private static final int TAG_DIGITS = 32;

    /** The response, or 304 if the client has this body. */
    Mono<ServerResponse> to(ServerRequest request) {
        String etag = "\"" + Sha256.of(body).substring(0, TAG_DIGITS) + "\"";
        return request.checkNotModified(etag)
                .flatMap(_ -> cached(ServerResponse.status(HttpStatus.NOT_MODIFIED), etag)
                        .build())
                .switchIfEmpty(Mono.defer(() -> cached(ServerResponse.ok(), etag)
                        .contentType(type)
                        .contentLength(body.length)
                        .bodyValue(body)));
    }

    /** Adds the headers that a 304 repeats, because a cache adopts them (RFC 9110, section 15.4.5). */
    private ServerResponse.BodyBuilder cached(ServerResponse.BodyBuilder response, String etag) {
        return response.eTag(etag)
                .header(HttpHeaders.CACHE_CONTROL, cacheControl)
                .header(CacheTags.HEADER, String.join(",", tags))
                .header("x-content-type-options", "nosniff");
    }
}
