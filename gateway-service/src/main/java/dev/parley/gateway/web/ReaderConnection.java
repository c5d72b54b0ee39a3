package dev.parley.gateway.web;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import java.util.Optional;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

/** The connection that a response goes to, if it goes to one and not to a test. */
final class ReaderConnection {
    private static final AttributeKey<Boolean> CUT = AttributeKey.valueOf(ReaderConnection.class, "cut");

    private final Optional<Connection> connection;

    private ReaderConnection(Optional<Connection> connection) {
        this.connection = connection;
    }

    static ReaderConnection of(ServerHttpResponse response) {
        return new ReaderConnection(
                ServerHttpResponseDecorator.getNativeResponse(response) instanceof Connection connection
                        ? Optional.of(connection)
                        : Optional.empty());
    }

    /**
     * Its event loop. What is handed over to it was going there anyway, to be written: so the hand-over costs nothing, and
     * whoever hands over has nothing to fear from the writing.
     */
    Scheduler thread(Scheduler otherwise) {
        return connection
                .map(known -> {
                    EventLoop loop = known.channel().eventLoop();
                    // As a mere executor: as the executor service that it is too, it would make a future of each
                    // hand-over.
                    return Schedulers.fromExecutor(task -> loop.execute(task));
                })
                .orElse(otherwise);
    }

    /** At once, whatever waits to be written. */
    void cut() {
        connection.ifPresent(known -> {
            isBeingCut(known.channel());
            var _ = known.channel().close();
        });
    }

    /** Notes that it is we who close it. */
    static void isBeingCut(Channel channel) {
        channel.attr(CUT).set(true);
    }

    /** Whether it was we who closed it, and not the reader. */
    boolean isCut() {
        return connection.map(known -> known.channel().hasAttr(CUT)).orElse(false);
    }
}
