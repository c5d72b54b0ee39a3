package dev.parley.gateway.web.usage;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyEvent;
import dev.parley.gateway.limits.UsageDimension;
import dev.parley.gateway.limits.UsageTable;
import dev.parley.gateway.redis.RedisLedger;
import dev.parley.gateway.session.IssuedKeys;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.JsonResponse;
import dev.parley.gateway.web.response.StoredReads;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /admin/usage}: the usage of all keys, revoked ones included, by day, tenant, key and model. Requires an admin key. */
public final class UsageTableHandler {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final int KEYS_MAX = 10_000;
    private static final int READS_MAX = 2;
    private static final String SOON = "5";

    private final IssuedKeys keys;
    private final RedisLedger ledger;
    private final Semaphore reads = new Semaphore(READS_MAX);
    private final Clock clock;

    public UsageTableHandler(IssuedKeys keys, RedisLedger ledger, Clock clock) {
        this.keys = keys;
        this.ledger = ledger;
        this.clock = clock;
    }

    /** Blocks. */
    public Mono<ServerResponse> read(ServerRequest request) {
        UsageRequest wanted = UsageRequest.of(request, clock.instant());
        Map<KeyId, KeyEvent> found = keys.all().stream()
                .filter(key -> wanted.key().map(key.key()::equals).orElse(true))
                .filter(key -> wanted.tenant().map(key.tenant()::equals).orElse(true))
                .collect(Collectors.toMap(KeyEvent::key, Function.identity()));
        if (found.size() > KEYS_MAX) {
            throw ApiErrorException.invalidRequest(
                    "There are more than " + KEYS_MAX + " keys: name a tenant or a key.");
        }
        // Before the amounts, which may have more than that.
        Optional<Instant> until = StoredReads.ofUsage(ledger::countedUntil);
        return JsonResponse.of(200, json(wanted, found, until, sums(wanted, found)));
    }

    private UsageTable sums(UsageRequest wanted, Map<KeyId, KeyEvent> found) {
        UsageTable table = new UsageTable(wanted.by());
        String from = wanted.from().toString();
        String to = wanted.to().toString();
        if (!reads.tryAcquire()) {
            throw new ApiErrorException(529, "Too many requests for usage.", SOON);
        }
        try {
            return StoredReads.ofUsage(() -> {
                ledger.read(List.copyOf(found.keySet()), used -> {
                    boolean covered =
                            used.day().compareTo(from) >= 0 && used.day().compareTo(to) <= 0;
                    if (covered && wanted.model().map(used.model()::equals).orElse(true)) {
                        table.add(key(found, used.key()).tenant().value(), used);
                        requireRoom(wanted, table);
                    }
                });
                return table;
            });
        } finally {
            reads.release();
        }
    }

    private static void requireRoom(UsageRequest wanted, UsageTable table) {
        if (table.size() > wanted.rowsMax()) {
            throw ApiErrorException.invalidRequest(
                    "The usage has more than " + wanted.rowsMax() + " rows: raise limit (to " + UsageRequest.ROWS_MAX
                            + " at most), or name fewer days, or less in group_by.");
        }
    }

    private static KeyEvent key(Map<KeyId, KeyEvent> found, KeyId id) {
        return Objects.requireNonNull(found.get(id));
    }

    private static ObjectNode json(
            UsageRequest wanted, Map<KeyId, KeyEvent> found, Optional<Instant> until, UsageTable table) {
        ObjectNode report = MAPPER.createObjectNode()
                .put("from", wanted.from().toString())
                .put("to", wanted.to().toString());
        UsageJson.putCountedUntil(report, until);
        var rows = report.putArray("rows");
        for (UsageTable.Row row : table.rows()) {
            ObjectNode shown = rows.addObject();
            row.values().forEach((dimension, value) -> {
                shown.put(dimension.text(), value);
                if (dimension == UsageDimension.KEY) {
                    shown.put("key_name", key(found, new KeyId(value)).name());
                }
            });
            UsageJson.put(shown, row.amounts());
        }
        report.set("total", UsageJson.put(MAPPER.createObjectNode(), table.total()));
        return report;
    }
}
