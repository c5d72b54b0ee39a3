package dev.parley.simulator;

import dev.parley.simulator.answer.AnswerWriter;
import dev.parley.simulator.answer.Ids;
import dev.parley.simulator.answer.InputTokens;
import dev.parley.simulator.answer.PromptCache;
import dev.parley.simulator.endpoint.Endpoint;
import dev.parley.simulator.endpoint.Routes;
import dev.parley.simulator.http.SimulatorServer;
import dev.parley.simulator.ledger.Ledger;
import dev.parley.simulator.model.ModelCatalog;
import java.net.URI;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** The map of the simulator: every object of it and what it is given. Tests may run one in their own process. */
public final class Simulator implements AutoCloseable {
    private final SimulatorServer server;

    private Simulator(SimulatorServer server) {
        this.server = server;
    }

    /**
     * Starts a simulator.
     *
     * @param random a source that several threads may use
     * @throws dev.parley.simulator.http.PortTakenException if something else listens on its port
     */
    public static Simulator start(SimulatorSettings settings, InstantSource clock, RandomGenerator random) {
        Ledger ledger = new Ledger(clock);
        Ids ids = new Ids(random);
        AnswerWriter writer = new AnswerWriter(ids, new InputTokens(new PromptCache(clock)));
        Endpoint routes =
                new Routes(new ModelCatalog(settings.furtherModels()), writer, settings.answers(), ledger, ids);
        return new Simulator(SimulatorServer.start(
                settings.address(),
                settings.port(),
                settings.eventLoops(),
                settings.streamsPerConnection(),
                routes,
                ledger));
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
