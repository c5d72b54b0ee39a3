package dev.parley.simulator.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerResponse;

/** Netty's channels. Under HTTP/2 every stream has a channel of its own, whose parent is the connection. */
final class Channels {
    private Channels() {}

    static Channel of(HttpServerResponse response) {
        AtomicReference<@Nullable Channel> found = new AtomicReference<>();
        response.withConnection(connection -> found.set(connection.channel()));
        return Objects.requireNonNull(found.get(), "a response has a channel");
    }

    static boolean http2(Channel channel) {
        return channel instanceof Http2StreamChannel;
    }

    static Channel connection(Channel channel) {
        return http2(channel) ? channel.parent() : channel;
    }
}
