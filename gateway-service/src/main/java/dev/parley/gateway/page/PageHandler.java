package dev.parley.gateway.page;

import java.time.Duration;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** Serves the page and its files from memory. */
public final class PageHandler {
    private static final CacheControl FOR_GOOD =
            CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();

    /**
     * No script and no style but ours, nothing from elsewhere, in nobody's frame; and no text becomes markup but by way of
     * DOMPurify (trusted types; {@code parley} loads the library that colours code).
     */
    private static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types dompurify parley");

    private final PageFiles files;
    private final String localKey;

    /**
     * Makes a server of these files.
     *
     * @param localKey the key that is handed out on this machine, empty for none
     */
    public PageHandler(PageFiles files, String localKey) {
        this.files = files;
        this.localKey = localKey;
    }

    /** The page itself: kept by browsers, but asked for again each time. */
    Mono<ServerResponse> index(ServerRequest request) {
        boolean compressed = takesGzip(request);
        String tag = "\"" + files.version() + (compressed ? "-gzip\"" : "\"");
        return request.checkNotModified(tag)
                .map(_ -> kept(ServerResponse.status(HttpStatus.NOT_MODIFIED), tag))
                .map(ServerResponse.HeadersBuilder::build)
                .switchIfEmpty(Mono.fromSupplier(
                        () -> send(files.index(), safe(kept(ServerResponse.ok(), tag)), compressed)))
                .flatMap(response -> response);
    }

    /** Also a response without a body has these headers, which a cache takes over (RFC 9110, section 15.4.5). */
    private static ServerResponse.BodyBuilder kept(ServerResponse.BodyBuilder response, String tag) {
        return response.eTag(tag).cacheControl(CacheControl.noCache()).varyBy(HttpHeaders.ACCEPT_ENCODING);
    }

    /**
     * A file of the page. While replicas of two versions are up, a browser may have the page from one and ask the other for
     * its files: it gets the other's, which mostly fit, but does not keep them.
     */
    Mono<ServerResponse> asset(ServerRequest request) {
        PageFile file = files.file(request.pathVariable("name").substring(1))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        boolean isOurs = request.pathVariable("version").equals(files.version());
        return send(
                file,
                ours(ServerResponse.ok())
                        .varyBy(HttpHeaders.ACCEPT_ENCODING)
                        .cacheControl(isOurs ? FOR_GOOD : CacheControl.noStore()),
                takesGzip(request));
    }

    /** What the page has to know: {@code local_key}, for who is on this machine. */
    Mono<ServerResponse> config(ServerRequest request) {
        Map<String, String> config =
                !localKey.isEmpty() && LocalVisitor.of(request).isWelcome() ? Map.of("local_key", localKey) : Map.of();
        return safe(ServerResponse.ok())
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(config);
    }

    private static boolean takesGzip(ServerRequest request) {
        return request.headers().asHttpHeaders().getOrEmpty(HttpHeaders.ACCEPT_ENCODING).stream()
                .anyMatch(accepted -> accepted.contains("gzip"));
    }

    private static Mono<ServerResponse> send(PageFile file, ServerResponse.BodyBuilder response, boolean compressed) {
        response.contentType(file.type());
        return compressed
                ? response.header(HttpHeaders.CONTENT_ENCODING, "gzip").bodyValue(file.gzip())
                : response.bodyValue(file.bytes());
    }

    private static ServerResponse.BodyBuilder safe(ServerResponse.BodyBuilder response) {
        return ours(response)
                .header("content-security-policy", CONTENT_SECURITY_POLICY)
                .header("referrer-policy", "no-referrer")
                .header("cross-origin-opener-policy", "same-origin")
                .header("permissions-policy", "camera=(), geolocation=(), microphone=()");
    }

    /** What it says it is, and for our own pages. */
    private static ServerResponse.BodyBuilder ours(ServerResponse.BodyBuilder response) {
        return response.header("x-content-type-options", "nosniff")
                .header("cross-origin-resource-policy", "same-origin");
    }
}
