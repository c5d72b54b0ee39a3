package dev.parley.gateway.web.keys;

import dev.parley.contracts.TextEnum;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.key.Mirror;
import dev.parley.gateway.session.KeySettings;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.input.JsonMembers;
import dev.parley.gateway.web.response.ApiErrorException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The settings of a key in the body of {@code POST /admin/keys}, or after a {@code PATCH}. An unknown member is an
 * error: a misspelt limit must not mean no limit.
 */
record KeyRequest(TenantId tenant, KeySettings settings) {
    private static final String TENANT = "tenant";
    private static final String NAME = "name";
    private static final String LIMITS = "limits";
    private static final String ON_DISCONNECT = "on_disconnect";
    private static final String SCOPES = "scopes";
    private static final String SIMILAR = "similar";
    private static final String SIMILAR_COSINE_MIN = "similar_cosine_min";
    private static final String EXPIRES_AT = "expires_at";
    private static final String MIRROR = "mirror";
    private static final String MODEL = "model";
    private static final String SHARE = "share";
    private static final String MODELS = "models";
    private static final String REQUESTS = "requests_per_minute";
    private static final String INPUT_TOKENS = "input_tokens_per_minute";
    private static final String OUTPUT_TOKENS = "output_tokens_per_minute";
    private static final String OPEN_STREAMS = "open_streams";
    private static final String USD_PER_DAY = "usd_per_day";
    private static final String USD_PER_MONTH = "usd_per_month";

    private static final Set<String> MEMBERS =
            Set.of(TENANT, NAME, LIMITS, ON_DISCONNECT, SCOPES, SIMILAR, SIMILAR_COSINE_MIN, EXPIRES_AT, MIRROR);
    private static final Set<String> KNOWN_SCOPES = Set.of(KeyIssued.PUBLISH);
    private static final Set<String> LIMIT_MEMBERS =
            Set.of(MODELS, REQUESTS, INPUT_TOKENS, OUTPUT_TOKENS, OPEN_STREAMS, USD_PER_DAY, USD_PER_MONTH);
    private static final Set<String> MIRROR_MEMBERS = Set.of(MODEL, SHARE, USD_PER_DAY);
    private static final int MODELS_MAX = 100;

    /** Parses a body, or throws an {@link ApiErrorException} if it is invalid. */
    static KeyRequest parse(byte[] body, Instant now) {
        JsonMembers members = JsonMembers.of(body);
        checkNames(members);
        KeyRequest request = read(members);
        requireFutureExpiry(members, now);
        return request;
    }

    /** A key is ended at once by revoking it, so a time in the past is a mistake. */
    private static void requireFutureExpiry(JsonMembers given, Instant now) {
        if (given.json().path(EXPIRES_AT).isString()) {
            var _ = given.futureTime(EXPIRES_AT, now);
        }
    }

    private static KeyRequest read(JsonMembers body) {
        return new KeyRequest(
                tenant(body),
                new KeySettings(
                        body.text(NAME),
                        body.object(LIMITS).map(KeyRequest::limits).orElse(KeyLimits.NONE),
                        body.optionalText(ON_DISCONNECT).map(text -> policy(body, text)),
                        body.texts(SCOPES, KNOWN_SCOPES.size())
                                .map(scopes -> scopes(body, scopes))
                                .orElse(Set.of()),
                        body.optionalText(SIMILAR).map(text -> similar(body, text)),
                        body.amount(
                                SIMILAR_COSINE_MIN,
                                SimilarQuestion.COSINE_MIN_LEAST,
                                BigDecimal.ONE,
                                SimilarQuestion.COSINE_MIN_PLACES_MAX),
                        body.time(EXPIRES_AT).map(end -> end.truncatedTo(ChronoUnit.MILLIS)),
                        body.object(MIRROR).map(KeyRequest::mirror)));
    }

    private static void checkNames(JsonMembers body) {
        body.requireNames(MEMBERS);
        if (body.json().path(LIMITS).isObject()) {
            body.object(LIMITS).ifPresent(limits -> limits.requireNames(LIMIT_MEMBERS));
        }
        if (body.json().path(MIRROR).isObject()) {
            body.object(MIRROR).ifPresent(mirror -> mirror.requireNames(MIRROR_MEMBERS));
        }
    }

    private static TenantId tenant(JsonMembers body) {
        String text = body.text(TENANT);
        try {
            return new TenantId(text);
        } catch (IllegalArgumentException e) {
            throw body.wrong(TENANT, "Input should have 1 to 64 lower-case letters, digits and -");
        }
    }

    private static KeyLimits limits(JsonMembers limits) {
        return new KeyLimits(
                limits.texts(MODELS, MODELS_MAX)
                        .map(prefixes -> models(limits, prefixes))
                        .orElse(List.of()),
                limits.count(REQUESTS, KeyLimits.COUNT_MAX),
                limits.count(INPUT_TOKENS, KeyLimits.COUNT_MAX),
                limits.count(OUTPUT_TOKENS, KeyLimits.COUNT_MAX),
                limits.count(OPEN_STREAMS, KeyLimits.COUNT_MAX),
                usd(limits, USD_PER_DAY),
                usd(limits, USD_PER_MONTH),
                others(limits, LIMIT_MEMBERS));
    }

    /** An empty one comes from a variable that is not set, and would be a prefix of every model. */
    private static List<String> models(JsonMembers limits, List<String> prefixes) {
        if (prefixes.stream().anyMatch(String::isBlank)) {
            throw limits.wrong(MODELS, "Input should be prefixes of model names, none of them blank");
        }
        return prefixes;
    }

    private static Optional<BigDecimal> usd(JsonMembers limits, String name) {
        return limits.amount(name, KeyLimits.USD_MIN, KeyLimits.USD_MAX, KeyLimits.USD_PLACES_MAX);
    }

    private static Set<String> scopes(JsonMembers body, List<String> scopes) {
        if (!KNOWN_SCOPES.containsAll(scopes)) {
            throw body.wrong(SCOPES, "Input should be an array with publish, or empty");
        }
        return Set.copyOf(scopes);
    }

    private static OnDisconnect policy(JsonMembers body, String text) {
        return TextEnum.find(OnDisconnect.class, text)
                .orElseThrow(() -> body.wrong(ON_DISCONNECT, "Input should be continue, cancel or grace"));
    }

    private static SimilarMode similar(JsonMembers body, String text) {
        return TextEnum.find(SimilarMode.class, text)
                .orElseThrow(() -> body.wrong(SIMILAR, "Input should be off, strict, standard, judged or hedged"));
    }

    /** All of its members are required, so that nothing is mirrored without a budget. */
    private static Mirror mirror(JsonMembers mirror) {
        String model = mirror.text(MODEL);
        if (!model.matches(Mirror.MODEL)) {
            throw mirror.wrong(MODEL, "Input should be the name of a model");
        }
        return new Mirror(
                model,
                mirror.amount(SHARE, Mirror.SHARE_MIN, BigDecimal.ONE, Mirror.SHARE_PLACES_MAX)
                        .orElseThrow(() -> mirror.wrong(SHARE, "Field required")),
                usd(mirror, USD_PER_DAY).orElseThrow(() -> mirror.wrong(USD_PER_DAY, "Field required")),
                others(mirror, MIRROR_MEMBERS));
    }

    /** What a key that is changed has from a later release; a body has no such members. */
    private static Map<String, JsonNode> others(JsonMembers object, Set<String> known) {
        return object.json()
                .deepCopy()
                .remove(known)
                .propertyStream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /**
     * Applies a merge patch (RFC 7396) to a key as it is shown: absent members stay unchanged, null removes a member.
     *
     * @throws ApiErrorException if the body is invalid, or changes the tenant
     */
    static KeyRequest changed(KeyIssued key, byte[] body, Instant now) {
        JsonMembers patch = JsonMembers.of(body);
        checkNames(patch);
        ObjectNode merged = TurnCodec.MAPPER.valueToTree(KeysHandler.shown(key));
        merged.retain(MEMBERS);
        merge(merged, patch.json());
        KeyRequest changed = read(new JsonMembers("", merged));
        if (!changed.tenant().equals(key.tenant())) {
            throw patch.wrong(TENANT, "A key stays its tenant's");
        }
        requireFutureExpiry(patch, now);
        return changed;
    }

    private static void merge(ObjectNode into, ObjectNode patch) {
        patch.properties().forEach(property -> {
            String name = property.getKey();
            if (property.getValue().isNull()) {
                into.remove(name);
            } else if (property.getValue() instanceof ObjectNode inner && into.get(name) instanceof ObjectNode before) {
                merge(before, inner);
            } else {
                into.set(name, property.getValue());
            }
        });
    }
}
