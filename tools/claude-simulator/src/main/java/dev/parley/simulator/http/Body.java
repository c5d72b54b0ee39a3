package dev.parley.simulator.http;

import dev.parley.simulator.request.RequestReader;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** Collects a request's body up to the API's limit of 32 MiB; what is beyond it is read and forgotten. */
final class Body {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean tooLarge;

    private Body() {}

    static Mono<Body> of(HttpServerRequest request) {
        return request.receive().reduceWith(Body::new, Body::add);
    }

    boolean tooLarge() {
        return tooLarge;
    }

    byte[] bytes() {
        return tooLarge ? new byte[0] : bytes.toByteArray();
    }

    private Body add(ByteBuf part) {
        tooLarge |= bytes.size() + part.readableBytes() > RequestReader.BODY_BYTES_MAX;
        if (!tooLarge) {
            try {
                part.readBytes(bytes, part.readableBytes());
            } catch (IOException e) {
                throw new UncheckedIOException("an array takes everything", e);
            }
        }
        return this;
    }
}
