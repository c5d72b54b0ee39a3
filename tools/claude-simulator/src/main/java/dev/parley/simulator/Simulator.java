package dev.parley.simulator;

import dev.parley.simulator.answer.AnswerGenerator;
import dev.parley.simulator.answer.Ids;
import dev.parley.simulator.answer.InputTokens;
import dev.parley.simulator.api.RequestLog;
import dev.parley.simulator.api.SimulatorRoutes;
import dev.parley.simulator.http.RequestHandler;
import dev.parley.simulator.request.MessagesRequestReader;
import io.netty.channel.ChannelOption;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/**
 * The simulator: its process, and the wiring, which tests run within their own.
 *
 * <p>It serves HTTP/1.1 with keep-alive and HTTP/2 in clear text on one port, and both with TLS on another if it has a
 * certificate. In clear text HTTP/2 begins with prior knowledge, or with
 * an upgrade whose request may have a body: the JDK's client upgrades with a POST, which Netty refuses with 413 unless
 * {@code h2cMaxContentLength} permits it.
 */
public record Simulator(LoopResources loops, DisposableServer server, Optional<DisposableServer> secured)
        implements AutoCloseable {
    private static final int EVENT_LOOPS = 2;
    private static final int STREAMS_PER_CONNECTION_MAX = 100;
    private static final int FLUSHES_MAX = 256;
    private static final int BACKLOG = 1_024;

    /** A client may cancel this many streams of a connection in half a minute; Netty's own limit is 200. */
    private static final int RESETS_MAX = 100_000;

    private static final int RESETS_WINDOW_SECONDS = 30;
    private static final Duration CLOSING_MAX = Duration.ofSeconds(2);

    public static void main(String[] arguments) {
        try {
            Simulator simulator = start(SimulatorSettings.from(System.getenv()));
            System.out.println("claude-simulator listens on " + simulator.uri());
            simulator.server.onDispose().block();
        } catch (IllegalArgumentException e) {
            System.err.println("claude-simulator: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Starts a simulator; throws an {@link IllegalArgumentException} if another process listens on its port. */
    public static Simulator start(SimulatorSettings settings) {
        Clock clock = Clock.systemUTC();
        RequestLog log = new RequestLog(clock);
        Ids ids = new Ids(new Random());
        SimulatorRoutes routes = new SimulatorRoutes(
                new MessagesRequestReader(settings.realThinking()),
                new AnswerGenerator(ids, new InputTokens(clock), settings.grading()),
                settings.defaults(),
                log,
                ids);
        LoopResources loops = LoopResources.create("simulator", EVENT_LOOPS, true);
        HttpServer server = HttpServer.create()
                .host(settings.address())
                .runOn(loops)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .http2Settings(http2 -> http2.maxConcurrentStreams(STREAMS_PER_CONNECTION_MAX)
                        .maxDecodedRstFramesPerWindow(RESETS_MAX, RESETS_WINDOW_SECONDS)
                        .maxEncodedRstFramesPerWindow(RESETS_MAX, RESETS_WINDOW_SECONDS))
                // Deltas of several streams that are due at the same time are sent in one write.
                .doOnChannelInit((_, channel, _) ->
                        channel.pipeline().addFirst(new FlushConsolidationHandler(FLUSHES_MAX, true)))
                .handle(new RequestHandler(routes, log));
        try {
            return new Simulator(
                    loops,
                    bind(
                            server.protocol(HttpProtocol.HTTP11, HttpProtocol.H2C)
                                    .httpRequestDecoder(decoder ->
                                            decoder.h2cMaxContentLength(MessagesRequestReader.BODY_BYTES_MAX)),
                            settings.port(),
                            "PARLEY_SIMULATOR_PORT"),
                    settings.tls().map(tls -> bind(secured(server, tls), tls.port(), "PARLEY_SIMULATOR_TLS_PORT")));
        } catch (IllegalArgumentException e) {
            loops.dispose();
            throw e;
        }
    }

    private static DisposableServer bind(HttpServer server, int port, String variable) {
        try {
            return server.port(port).bindNow();
        } catch (ChannelBindException e) {
            throw new IllegalArgumentException("port " + port + " is taken; another can be set with " + variable, e);
        }
    }

    private static HttpServer secured(HttpServer server, SimulatorSettings.Tls tls) {
        return server.protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
                .secure(spec -> spec.sslContext(
                        (GenericSslContextSpec<?>) Http2SslContextSpec.forServer(tls.keys(), tls.keys())));
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    @Override
    public void close() {
        server.disposeNow(CLOSING_MAX);
        secured.ifPresent(open -> open.disposeNow(CLOSING_MAX));
        loops.disposeLater(Duration.ZERO, CLOSING_MAX).block(CLOSING_MAX);
    }
}
