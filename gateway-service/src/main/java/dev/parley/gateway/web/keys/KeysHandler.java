package dev.parley.gateway.web.keys;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.key.KeyChanged;
import dev.parley.contracts.key.KeyChanged.Change;
import dev.parley.contracts.key.KeyEvent;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyIssued.PreviousSecret;
import dev.parley.contracts.key.KeyRevoked;
import dev.parley.gateway.redis.RedisLedger;
import dev.parley.gateway.session.Administrator;
import dev.parley.gateway.session.IssuedKeys;
import dev.parley.gateway.session.KeyIssuer;
import dev.parley.gateway.web.input.RequestBodies;
import dev.parley.gateway.web.input.RequestValue;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.HeaderNames;
import dev.parley.gateway.web.response.JsonResponse;
import dev.parley.gateway.web.response.StoredReads;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * {@code /admin/keys}: creates, lists, changes, rotates and revokes keys. Requires an admin key; without a configured
 * one the response is 404. A change is on the log and applied at this gateway before the response.
 */
public final class KeysHandler {
    private static final String OPERATORS = "operators";

    /** Well above the size of a hundred models. */
    private static final int BODY_BYTES_MAX = 64 * 1024;

    private static final String OVERLAP = "overlap";
    private static final Duration OVERLAP_MAX = Duration.ofDays(30);

    private final IssuedKeys keys;
    private final KeyIssuer issuer;
    private final KeyChanges changes;
    /** Request bodies of operators, bounded apart from those of clients. */
    private final RequestBodies bodies;

    private final RedisLedger ledger;

    private final Scheduler workers;
    private final Clock clock;

    public KeysHandler(
            IssuedKeys keys,
            KeyIssuer issuer,
            KeyChanges changes,
            RequestBodies bodies,
            RedisLedger ledger,
            Scheduler workers,
            Clock clock) {
        this.keys = keys;
        this.issuer = issuer;
        this.changes = changes;
        this.bodies = bodies;
        this.ledger = ledger;
        this.workers = workers;
        this.clock = clock;
    }

    public Mono<ServerResponse> create(ServerRequest request, Administrator administrator) {
        KeyChanges.Audit audit = audit(request, Change.CREATED, administrator);
        return withBody(request, body -> {
            KeyRequest wanted = KeyRequest.parse(body, clock.instant());
            KeyIssuer.Issued issued = valid(() -> issuer.create(wanted.tenant(), wanted.settings()));
            return changes.publish(issued.event(), audit)
                    .then(Mono.defer(() -> JsonResponse.of(201, withSecret(issued))));
        });
    }

    /** Runs work with the body, on a worker. */
    private Mono<ServerResponse> withBody(ServerRequest request, Function<byte[], Mono<ServerResponse>> work) {
        return bodies.with(
                request,
                OPERATORS,
                BODY_BYTES_MAX,
                body -> body.publishOn(workers).flatMap(work));
    }

    /** Makes the audit event of a request. Sets the {@code request-id} header, which the audit event repeats. */
    private KeyChanges.Audit audit(ServerRequest request, Change change, Administrator administrator) {
        String id = RequestId.next(clock).value();
        request.exchange().getResponse().getHeaders().set(HeaderNames.REQUEST_ID, id);
        Optional<String> address =
                request.remoteAddress().map(InetSocketAddress::getAddress).map(InetAddress::getHostAddress);
        return (event, result) -> KeyChanged.of(event, change, administrator.name(), address, id, result);
    }

    /** Changes the settings of a key; its secret stays unchanged. */
    public Mono<ServerResponse> change(ServerRequest request, Administrator administrator) {
        KeyIssued key = existing(request);
        KeyChanges.Audit audit = audit(request, Change.UPDATED, administrator);
        return withBody(
                request,
                patch -> changes.change(key, audit, newest -> changed(newest, patch), Function.identity())
                        .flatMap(changed -> JsonResponse.of(200, shown(changed))));
    }

    private KeyIssued changed(KeyIssued key, byte[] patch) {
        KeyRequest wanted = KeyRequest.changed(key, patch, clock.instant());
        return valid(() -> issuer.change(key, wanted.settings()));
    }

    private static <T> T valid(Supplier<T> key) {
        try {
            return key.get();
        } catch (IllegalArgumentException e) {
            throw ApiErrorException.invalidRequest("This cannot be a key: " + e.getMessage() + ".");
        }
    }

    /** Refuses an overlap that is misspelt or in the body: without one, the secret that clients have ends at once. */
    public Mono<ServerResponse> rotate(ServerRequest request, Administrator administrator) {
        Duration overlap = overlap(request);
        KeyIssued before = valid(() -> issuer.checkRotation(existing(request), overlap));
        KeyChanges.Audit audit = audit(request, Change.ROTATED, administrator);
        return withBody(request, body -> {
            if (body.length > 0) {
                throw ApiErrorException.invalidRequest(
                        "A rotation has no body: the overlap is in the address, such as ?overlap=PT1H");
            }
            return changes.change(before, audit, key -> issuer.rotate(key, overlap), KeyIssuer.Issued::event)
                    .flatMap(issued -> JsonResponse.of(200, withSecret(issued)));
        });
    }

    private static Duration overlap(ServerRequest request) {
        RequestValue.requireParameters(request, Set.of(OVERLAP));
        try {
            Duration overlap = request.queryParam(OVERLAP).map(Duration::parse).orElse(Duration.ZERO);
            if (!overlap.isNegative() && overlap.compareTo(OVERLAP_MAX) <= 0) {
                return overlap;
            }
        } catch (DateTimeParseException e) {
            // Handled like a duration out of bounds.
        }
        throw ApiErrorException.invalidRequest("overlap: Input should be a duration such as PT1H, up to 30 days");
    }

    private static Map<String, Object> withSecret(KeyIssuer.Issued issued) {
        Map<String, Object> shown = shown(issued.event());
        shown.put("key", issued.secret());
        return shown;
    }

    public Mono<ServerResponse> revoke(ServerRequest request, Administrator administrator) {
        KeyRevoked event = issuer.revoke(existing(request));
        return changes.publish(event, audit(request, Change.REVOKED, administrator))
                .then(Mono.defer(() -> JsonResponse.of(200, shown(event))));
    }

    public Mono<ServerResponse> list() {
        return JsonResponse.of(
                200, Map.of("keys", keys.all().stream().map(KeysHandler::shown).toList()));
    }

    /** Blocks for the spending of a key with a budget. */
    public Mono<ServerResponse> show(ServerRequest request) {
        KeyIssued key = existing(request);
        Map<String, Object> shown = shown(key);
        if (key.limits().budgeted()) {
            shown.put("spending", StoredReads.ofUsage(() -> ledger.spending(key.key(), clock.instant())));
        }
        return JsonResponse.of(200, shown);
    }

    private KeyIssued existing(ServerRequest request) {
        return keys.valid(RequestValue.inPath(request, "key", KeyId::new)).orElseThrow(KeyChanges::noSuchKey);
    }

    /** The public fields of a key. */
    static Map<String, Object> shown(KeyEvent event) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", event.key());
        shown.put("tenant", event.tenant());
        shown.put("name", event.name());
        switch (event) {
            case KeyIssued issued -> {
                shown.put("limits", issued.limits());
                issued.onDisconnect().ifPresent(policy -> shown.put("on_disconnect", policy));
                issued.scopes().ifPresent(scopes -> shown.put("scopes", scopes));
                issued.similar().ifPresent(mode -> shown.put("similar", mode));
                issued.similarCosineMin().ifPresent(least -> shown.put("similar_cosine_min", least));
                issued.mirror().ifPresent(mirror -> shown.put("mirror", mirror));
                issued.previous().ifPresent(previous -> shown.put("previous_until", previous.until()));
                issued.earlier()
                        .ifPresent(earlier -> shown.put(
                                "earlier_until",
                                earlier.stream().map(PreviousSecret::until).toList()));
                issued.expiresAt().ifPresent(end -> shown.put("expires_at", end));
                shown.put("created_at", issued.createdAt());
                shown.put("issued_at", issued.at());
            }
            case KeyRevoked revoked -> shown.put("revoked_at", revoked.at());
        }
        return shown;
    }
}
