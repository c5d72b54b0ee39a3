package dev.parley.simulator.endpoint;

import dev.parley.simulator.ledger.Call;
import dev.parley.simulator.ledger.Entry;
import dev.parley.simulator.ledger.Ledger;
import dev.parley.simulator.script.Script;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What a test asks about the requests that came in. */
final class LedgerEndpoints {
    private static final int REQUESTS_SHOWN = 100;

    private final Ledger ledger;

    LedgerEndpoints(Ledger ledger) {
        this.ledger = ledger;
    }

    Script counters(Call call) {
        return Replies.json(LedgerJson.counts(ledger.counts()).toString(), Map.of());
    }

    Script reset(Call call) {
        ledger.reset();
        return counters(call);
    }

    /** The latest requests, oldest first: {@code limit} of them, whose body has {@code contains} in it. */
    Script requests(Call call) {
        int limit = call.query().getOrDefault("limit", "").matches("\\d{1,6}")
                ? Integer.parseInt(call.query().get("limit"))
                : REQUESTS_SHOWN;
        String contains = call.query().getOrDefault("contains", "");
        List<Entry> matching = ledger.latest().stream()
                .filter(entry -> contains.isEmpty() || text(entry).contains(contains))
                .toList();
        ArrayNode requests = JsonNodeFactory.instance.arrayNode();
        matching.subList(Math.max(0, matching.size() - limit), matching.size())
                .forEach(entry -> requests.add(LedgerJson.entry(entry)));
        return Replies.json("{\"requests\":" + requests + "}", Map.of());
    }

    private static String text(Entry entry) {
        return new String(entry.call().body(), StandardCharsets.UTF_8);
    }
}
