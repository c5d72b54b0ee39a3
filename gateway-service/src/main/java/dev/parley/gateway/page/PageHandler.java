package dev.parley.gateway.page;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.parley.gateway.page.PageFiles.PageFile;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** Serves the page and its files from memory. */
public final class PageHandler {
    private static final CacheControl IMMUTABLE =
            CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();

    /**
     * Permits scripts and styles of this origin only, and no framing. Trusted types permit markup only through
     * DOMPurify; the policy {@code parley} loads the library for syntax highlighting.
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
    /** The key shown to clients on this machine, empty for none. */
    private final String localKey;

    /** Whose questions the empty page shows, while it has any. */
    private final Supplier<Optional<String>> collection;

    public PageHandler(PageFiles files, String localKey, Supplier<Optional<String>> collection) {
        this.files = files;
        this.localKey = localKey;
        this.collection = collection;
    }

    public RouterFunction<ServerResponse> routes() {
        return route().GET("/", this::index)
                .HEAD("/", this::index)
                .GET("/assets/{version}/{*name}", this::asset)
                .GET("/page/config.json", this::config)
                .build();
    }

    /** The chat page. Browsers cache it, but revalidate it on each load; Spring responds with 304 by its tag. */
    private Mono<ServerResponse> index(ServerRequest request) {
        boolean compressed = takesGzip(request);
        return send(
                files.index(),
                pageHeaders(ServerResponse.ok())
                        .eTag(files.version() + (compressed ? "-gzip" : ""))
                        .cacheControl(CacheControl.noCache())
                        .varyBy(HttpHeaders.ACCEPT_ENCODING),
                compressed);
    }

    /**
     * A file of the page. While replicas of two versions run, a browser may load the page from one and its files from
     * the other: it receives the other version, which mostly fits, but must not cache it.
     */
    private Mono<ServerResponse> asset(ServerRequest request) {
        PageFile file = files.file(request.pathVariable("name").replaceFirst("/", ""))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        boolean isCurrent = request.pathVariable("version").equals(files.version());
        return send(
                file,
                resourceHeaders(ServerResponse.ok())
                        .varyBy(HttpHeaders.ACCEPT_ENCODING)
                        .cacheControl(isCurrent ? IMMUTABLE : CacheControl.noStore()),
                takesGzip(request));
    }

    /** The configuration of the page: {@code local_key} for trusted local clients, and {@code collection} if there is one. */
    private Mono<ServerResponse> config(ServerRequest request) {
        Map<String, String> config = new TreeMap<>();
        if (!localKey.isEmpty() && LocalClient.of(request).isTrusted()) {
            config.put("local_key", localKey);
        }
        collection.get().ifPresent(name -> config.put("collection", name));
        return pageHeaders(ServerResponse.ok())
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
                ? response.header(HttpHeaders.CONTENT_ENCODING, "gzip")
                        .bodyValue(file.gzip().duplicate())
                : response.bodyValue(file.plain().duplicate());
    }

    private static ServerResponse.BodyBuilder pageHeaders(ServerResponse.BodyBuilder response) {
        return resourceHeaders(response)
                .header("content-security-policy", CONTENT_SECURITY_POLICY)
                .header("referrer-policy", "no-referrer")
                .header("cross-origin-opener-policy", "same-origin")
                .header("permissions-policy", "camera=(), geolocation=(), microphone=()");
    }

    /** Prevents content sniffing, and use by other origins. */
    private static ServerResponse.BodyBuilder resourceHeaders(ServerResponse.BodyBuilder response) {
        return response.header("x-content-type-options", "nosniff")
                .header("cross-origin-resource-policy", "same-origin");
    }
}
