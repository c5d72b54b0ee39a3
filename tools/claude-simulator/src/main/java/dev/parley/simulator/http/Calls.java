package dev.parley.simulator.http;

import dev.parley.simulator.ledger.Call;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import reactor.netty.http.server.HttpServerRequest;

/** Reads a request out of the HTTP library's hands. */
final class Calls {
    /** What Netty itself notes among the headers of an HTTP/2 request. */
    private static final String NETTY_HEADERS = "x-http2-";

    private Calls() {}

    static Call of(HttpServerRequest request, byte[] body, Channel channel) {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        Map<String, String> query = new HashMap<>();
        uri.parameters().forEach((name, values) -> query.put(name, values.getFirst()));
        Map<String, String> headers = new HashMap<>();
        request.requestHeaders().forEach(header -> {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!name.startsWith(NETTY_HEADERS)) {
                headers.merge(name, header.getValue(), (one, other) -> one + ", " + other);
            }
        });
        return new Call(
                request.method().name(),
                uri.path(),
                query,
                headers,
                body,
                Channels.http2(channel) ? "HTTP/2" : "HTTP/1.1",
                Channels.connection(channel).id().asShortText());
    }
}
