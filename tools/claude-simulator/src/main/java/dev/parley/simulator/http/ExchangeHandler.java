package dev.parley.simulator.http;

import dev.parley.simulator.endpoint.Endpoint;
import dev.parley.simulator.endpoint.Replies;
import dev.parley.simulator.ledger.Call;
import dev.parley.simulator.ledger.Ledger;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.ErrorType;
import dev.parley.simulator.script.Script;
import io.netty.channel.Channel;
import java.lang.System.Logger.Level;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** One request and its response, from the first byte to the last. */
final class ExchangeHandler implements BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {
    private static final System.Logger LOG = System.getLogger(ExchangeHandler.class.getName());
    private static final String NO_ID = "req_simulator";

    private final Endpoint endpoint;
    private final Ledger ledger;
    private final ConnectionCounter connections;

    ExchangeHandler(Endpoint endpoint, Ledger ledger) {
        this.endpoint = endpoint;
        this.ledger = ledger;
        this.connections = new ConnectionCounter(ledger);
    }

    @Override
    public Publisher<Void> apply(HttpServerRequest request, HttpServerResponse response) {
        return Body.of(request).flatMap(body -> answer(request, body, response));
    }

    private Mono<Void> answer(HttpServerRequest request, Body body, HttpServerResponse response) {
        Channel channel = Channels.of(response);
        Call call = Calls.of(request, body.bytes(), channel);
        if (call.api()) {
            connections.used(Channels.connection(channel));
        }
        Script script = body.tooLarge()
                ? Replies.error(new ApiError(ErrorType.REQUEST_TOO_LARGE, "Request exceeds the maximum size"), NO_ID)
                : script(call);
        return new Performance(response, channel, ledger.begin(call)).of(script);
    }

    private Script script(Call call) {
        try {
            return endpoint.answer(call);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a bug of the simulator, answered with 500", e);
            return Replies.error(new ApiError(ErrorType.API, "The simulator has a bug: " + e), NO_ID);
        }
    }
}
