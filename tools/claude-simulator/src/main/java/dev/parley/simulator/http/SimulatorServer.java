package dev.parley.simulator.http;

import dev.parley.simulator.api.ReceivedRequest;
import dev.parley.simulator.api.RequestLog;
import dev.parley.simulator.request.RequestReader;
import dev.parley.simulator.script.StreamScript;
import io.netty.channel.ChannelOption;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.time.Duration;
import java.util.function.Function;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/**
 * The HTTP server: HTTP/1.1 with keep-alive and HTTP/2 in clear text on one port. HTTP/2 begins with prior knowledge, or
 * with an upgrade whose request may have a body: the JDK's client upgrades with a POST, which Netty refuses with 413
 * unless {@code h2cMaxContentLength} permits it.
 */
public final class SimulatorServer implements AutoCloseable {
    private static final int FLUSHES_MAX = 256;
    private static final int BACKLOG = 1_024;

    /** A client may cancel this many streams of a connection in half a minute; Netty's own limit is 200. */
    private static final int RESETS_MAX = 100_000;

    private static final int RESETS_WINDOW_SECONDS = 30;
    private static final Duration CLOSING_MAX = Duration.ofSeconds(2);

    private final LoopResources loops;
    private final DisposableServer server;

    /** Another process listens on the simulator's port. */
    public static final class PortTakenException extends RuntimeException {
        PortTakenException(int port, Throwable cause) {
            super("port " + port + " is taken; another can be set with PARLEY_SIMULATOR_PORT", cause);
        }
    }

    private SimulatorServer(LoopResources loops, DisposableServer server) {
        this.loops = loops;
        this.server = server;
    }

    /**
     * Starts a server.
     *
     * @param port 0 for any free port
     * @param streamsMax how many streams a client may have open on one HTTP/2 connection
     * @throws PortTakenException if another process listens on the port
     */
    public static SimulatorServer start(
            String address,
            int port,
            int eventLoops,
            int streamsMax,
            Function<ReceivedRequest, StreamScript> routes,
            RequestLog log) {
        LoopResources loops = LoopResources.create("simulator", eventLoops, true);
        try {
            DisposableServer server = HttpServer.create()
                    .host(address)
                    .port(port)
                    .runOn(loops, false)
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .protocol(HttpProtocol.HTTP11, HttpProtocol.H2C)
                    .httpRequestDecoder(decoder -> decoder.h2cMaxContentLength(RequestReader.BODY_BYTES_MAX))
                    .http2Settings(settings -> settings.maxConcurrentStreams(streamsMax)
                            .maxDecodedRstFramesPerWindow(RESETS_MAX, RESETS_WINDOW_SECONDS)
                            .maxEncodedRstFramesPerWindow(RESETS_MAX, RESETS_WINDOW_SECONDS))
                    // Deltas of several streams that are due at the same time are sent in one write.
                    .doOnChannelInit((_, channel, _) ->
                            channel.pipeline().addFirst(new FlushConsolidationHandler(FLUSHES_MAX, true)))
                    .handle(new RequestHandler(routes, log))
                    .bindNow();
            return new SimulatorServer(loops, server);
        } catch (ChannelBindException e) {
            loops.dispose();
            throw new PortTakenException(port, e);
        }
    }

    public int port() {
        return server.port();
    }

    /** Waits until it is closed. */
    public void await() {
        server.onDispose().block();
    }

    @Override
    public void close() {
        server.disposeNow(CLOSING_MAX);
        loops.disposeLater(Duration.ZERO, CLOSING_MAX).block(CLOSING_MAX);
    }
}
