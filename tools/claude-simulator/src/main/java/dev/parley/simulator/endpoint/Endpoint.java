package dev.parley.simulator.endpoint;

import dev.parley.simulator.ledger.Call;
import dev.parley.simulator.script.Script;

/** Answers the requests for one address. Called by several threads, and must not block. */
@FunctionalInterface
public interface Endpoint {
    Script answer(Call call);
}
