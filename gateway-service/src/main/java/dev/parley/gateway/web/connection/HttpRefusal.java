package dev.parley.gateway.web.connection;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why a request is refused before its route is looked up. */
record HttpRefusal(HttpResponseStatus status, String message) {
    static final HttpRefusal LATE_HEADER =
            new HttpRefusal(HttpResponseStatus.REQUEST_TIMEOUT, "The request header did not come in time.");

    static final HttpRefusal UNREADABLE_BODY = badRequest("The request body cannot be read.");

    /** A host that the server can read: it fails at any other port, also at the empty one of RFC 3986, section 3.2.3. */
    private static final Pattern HOST = Pattern.compile("(\\[[^\\]]*]|[^:]*)(:\\d{1,5})?");

    /** The refusal of a request whose header the codec or the server cannot read. */
    static Optional<HttpRefusal> of(HttpRequest request) {
        if (!isReadable(request)) {
            return Optional.of(
                    new HttpRefusal(status(request.decoderResult().cause()), "The request header cannot be read."));
        } else if (!isAddress(request.uri())) {
            return Optional.of(badRequest("The address has a character that must be encoded."));
        } else if (!request.headers().getAll(HttpHeaderNames.HOST).stream().allMatch(HttpRefusal::isHost)) {
            return Optional.of(badRequest("host: Input should be a host with an optional port"));
        }
        return Optional.empty();
    }

    /** Not if it is the beginning of HTTP/2, which looks like a request. */
    static boolean isReadable(HttpRequest request) {
        return request.decoderResult().isSuccess() && request.protocolVersion().majorVersion() == 1;
    }

    private static HttpResponseStatus status(@Nullable Throwable unreadable) {
        return switch (unreadable) {
            case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            case null, default -> HttpResponseStatus.BAD_REQUEST;
        };
    }

    private static boolean isAddress(String text) {
        try {
            var _ = new URI(text);
            return true;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isHost(String text) {
        return HOST.matcher(text).matches() && isAddress("http://" + text + "/");
    }

    private static HttpRefusal badRequest(String message) {
        return new HttpRefusal(HttpResponseStatus.BAD_REQUEST, message);
    }
}
