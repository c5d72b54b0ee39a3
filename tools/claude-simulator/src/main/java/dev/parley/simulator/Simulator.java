package dev.parley.simulator;

import dev.parley.simulator.answer.AnswerWriter;
import dev.parley.simulator.answer.Ids;
import dev.parley.simulator.answer.InputTokens;
import dev.parley.simulator.api.RequestLog;
import dev.parley.simulator.api.Routes;
import dev.parley.simulator.http.SimulatorServer;
import dev.parley.simulator.request.ModelCatalog;
import java.net.URI;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** A running simulator, and the wiring of its objects. Tests can start one in their own process. */
public final class Simulator implements AutoCloseable {
    private final SimulatorServer server;

    private Simulator(SimulatorServer server) {
        this.server = server;
    }

    /**
     * Starts a simulator.
     *
     * @param random a source that several threads may use
     * @throws SimulatorServer.PortTakenException if another process listens on its port
     */
    public static Simulator start(SimulatorSettings settings, InstantSource clock, RandomGenerator random) {
        RequestLog log = new RequestLog(clock);
        Ids ids = new Ids(random);
        Routes routes = new Routes(
                new ModelCatalog(settings.furtherModels()),
                new AnswerWriter(ids, new InputTokens(clock)),
                settings.defaults(),
                log,
                ids);
        return new Simulator(SimulatorServer.start(
                settings.address(),
                settings.port(),
                settings.eventLoops(),
                settings.streamsPerConnection(),
                routes,
                log));
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** Waits until it is closed. */
    public void await() {
        server.await();
    }

    @Override
    public void close() {
        server.close();
    }
}
