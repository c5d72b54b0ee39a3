package dev.parley.simulator.http;

import dev.parley.simulator.api.Replies;
import dev.parley.simulator.api.RequestLog;
import dev.parley.simulator.api.SimulatorRequest;
import dev.parley.simulator.api.SimulatorRoutes;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.MessagesRequestReader;
import dev.parley.simulator.script.StreamScript;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.AttributeKey;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Reads one request, has it answered, and plays the script of the answer. */
public record RequestHandler(SimulatorRoutes routes, RequestLog log)
        implements BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {
    private static final System.Logger LOG = System.getLogger(RequestHandler.class.getName());
    private static final AttributeKey<Boolean> COUNTED = AttributeKey.valueOf("dev.parley.simulator.counted");
    private static final String NO_ID = "req_simulator";

    /** Netty's own additions to the headers of an HTTP/2 request. */
    private static final String NETTY_HEADERS = "x-http2-";

    @Override
    public Publisher<Void> apply(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().reduceWith(Body::new, Body::add).flatMap(body -> answer(request, body, response));
    }

    private Mono<Void> answer(HttpServerRequest request, Body body, HttpServerResponse response) {
        Channel channel = Channels.of(response);
        SimulatorRequest received = received(request, body, channel);
        if (received.forApi()) {
            countConnection(Channels.connection(channel));
        }
        StreamScript script = body.tooLarge
                ? error(ApiError.ErrorType.REQUEST_TOO_LARGE, "Request exceeds the maximum size")
                : script(received);
        return new ScriptPlayer(script, response, channel, log.begin(received)).play();
    }

    private StreamScript script(SimulatorRequest received) {
        try {
            return routes.answer(received);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a bug of the simulator, answered with 500", e);
            return error(ApiError.ErrorType.API, "The simulator has a bug: " + e);
        }
    }

    private static StreamScript error(ApiError.ErrorType type, String message) {
        return Replies.error(new ApiError(type, message), NO_ID);
    }

    /** Counts a connection at its first request for the API: a test's queries of the counters do not count. */
    private void countConnection(Channel connection) {
        if (connection.attr(COUNTED).setIfAbsent(true) == null) {
            log.connectionOpened();
        }
    }

    private static SimulatorRequest received(HttpServerRequest request, Body body, Channel channel) {
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
        return new SimulatorRequest(
                request.method().name(),
                uri.path(),
                query,
                headers,
                body.bytes.toByteArray(),
                Channels.http2(channel) ? "HTTP/2" : "HTTP/1.1",
                Channels.connection(channel).id().asShortText());
    }

    /** Collects a body up to the API's limit of 32 MiB. A larger one is read and discarded. */
    private static final class Body {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean tooLarge;

        Body add(ByteBuf part) {
            tooLarge |= bytes.size() + part.readableBytes() > MessagesRequestReader.BODY_BYTES_MAX;
            if (tooLarge) {
                bytes.reset();
            } else {
                bytes.writeBytes(ByteBufUtil.getBytes(part));
            }
            return this;
        }
    }
}
