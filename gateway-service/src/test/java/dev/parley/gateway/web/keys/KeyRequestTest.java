package dev.parley.gateway.web.keys;

import static dev.parley.gateway.web.response.Refusals.assertRefused;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.key.Mirror;
import dev.parley.gateway.session.KeyIssuer;
import dev.parley.gateway.session.KeySettings;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.session.SampleSettings;
import dev.parley.testing.Events;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class KeyRequestTest {
    private static final String KEY = "{\"tenant\":\"acme\",\"name\":\"web\"%s}";

    private static final BigDecimal COSINE_MIN = new BigDecimal("0.92");
    private static final Instant NOW = Instant.parse("2026-11-24T09:00:00Z");
    private static final Instant END = Instant.parse("2027-01-31T00:00:00Z");

    private final KeyIssued key = new KeyIssuer(Clock.systemUTC())
            .create(
                    new TenantId("acme"),
                    new KeySettings(
                            "web",
                            KeyLimits.NONE,
                            Optional.of(OnDisconnect.CANCEL),
                            Set.of("publish"),
                            Optional.of(SimilarMode.STRICT),
                            Optional.of(COSINE_MIN),
                            Optional.of(END),
                            Optional.of(new Mirror(
                                    "claude-haiku-5-5", new BigDecimal("0.1"), new BigDecimal("2"), Map.of()))))
            .event();

    @Test
    void parsesAllMembers() {
        KeySettings request = parse(
                ",\"scopes\":[\"publish\"],\"on_disconnect\":\"grace\",\"similar\":\"standard\",\"similar_cosine_min\":0.9175,"
                        + "\"mirror\":{\"model\":\"claude-haiku-5-5\",\"share\":0.05,\"usd_per_day\":2.5},\"limits\":{\"models\":[\"claude-haiku\"],"
                        + "\"requests_per_minute\":60,\"open_streams\":1000000000000,\"usd_per_day\":2.50,\"usd_per_month\":0.000001}");
        assertThat(request.scopes()).containsExactly("publish");
        assertThat(request.onDisconnect()).contains(OnDisconnect.GRACE);
        assertThat(request.similar()).contains(SimilarMode.STANDARD);
        assertThat(request.similarCosineMin()).contains(new BigDecimal("0.9175"));
        assertThat(request.mirror())
                .contains(new Mirror("claude-haiku-5-5", new BigDecimal("0.05"), new BigDecimal("2.5"), Map.of()));
        assertThat(request.limits().models()).containsExactly("claude-haiku");
        assertThat(request.limits().requestsPerMinute()).contains(60L);
        assertThat(request.limits().openStreams()).contains(1_000_000_000_000L);
        assertThat(request.limits().usdPerDay()).contains(new BigDecimal("2.50"));
        assertThat(request.limits().usdPerMonth()).contains(new BigDecimal("0.000001"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scopes                        | '[\"admin\"]'",
                "scopes                        | '\"publish\"'",
                // A string for a number, a fraction for an integer, a string for a boolean, and null for each of them.
                "limits.requests_per_minute    | '\"60\"'",
                "limits.requests_per_minute    | 60.5",
                "limits.requests_per_minute    | 60.0",
                "limits.requests_per_minute    | 6e1",
                "limits.requests_per_minute    | true",
                "limits.requests_per_minute    | null",
                "limits.requests_per_minute    | 0",
                "limits.input_tokens_per_minute| -1",
                "limits.output_tokens_per_minute| 1000000000001",
                "limits.open_streams           | 99999999999999999999",
                "limits.open_streams           | []",
                "limits.usd_per_day            | '\"1\"'",
                "limits.usd_per_day            | null",
                "limits.usd_per_day            | true",
                "limits.usd_per_day            | 0",
                "limits.usd_per_day            | -1",
                "limits.usd_per_day            | 1e-999999999",
                "limits.usd_per_day            | 1e999999999",
                "limits.usd_per_day            | 0.0000001",
                "limits.usd_per_day            | 1.0000001",
                "limits.usd_per_month          | 10000000.01",
                "limits.models                 | '\"claude\"'",
                "limits.models                 | [7]",
                "limits.models                 | [null]",
                // An empty prefix would permit every model.
                "limits.models                 | '[\"\"]'",
                "limits.models                 | '[\"claude-haiku\",\"\"]'",
                "limits.models                 | '[\" \"]'",
                "limits.request_per_minute     | 1",
                "limits                        | 5",
                "limits                        | []",
                "limits                        | null",
                "tenant                        | 5",
                "tenant                        | '\"UPPER\"'",
                "tenant                        | null",
                "name                          | 7",
                "name                          | true",
                "name                          | null",
                "on_disconnect                 | '\"perhaps\"'",
                "on_disconnect                 | '\"GRACE\"'",
                "on_disconnect                 | null",
                "expires_at                    | '\"tomorrow\"'",
                "expires_at                    | '\"2027-01-31\"'",
                "expires_at                    | '\"2027-01-31T00:00:00\"'",
                "expires_at                    | '\"2026-11-24T09:00:00Z\"'",
                "expires_at                    | '\"2026-11-24T10:00:00+01:00\"'",
                "expires_at                    | '\"9999-12-31T23:00:00-02:00\"'",
                "expires_at                    | '\"+999999999-12-31T23:59:59-18:00\"'",
                "expires_at                    | 1801353600",
                "expires_at                    | null",
                "similar                       | '\"always\"'",
                "similar_cosine_min            | '\"0.9\"'",
                "similar_cosine_min            | 0.7799",
                "similar_cosine_min            | 1.0001",
                "similar_cosine_min            | 0.91234",
                "similar_cosine_min            | null",
                "class                         | '\"java.lang.String\"'",
            })
    void namesTheInvalidMember(String member, String value) {
        String[] path = member.split("\\.", -1);
        String body = path.length == 1
                ? description(path[0], value)
                : KEY.formatted(",\"limits\":{\"" + path[1] + "\":" + value + "}");
        assertThatIsRefused(() -> KeyRequest.parse(body.getBytes(UTF_8), NOW), member + ": ");
    }

    /** Each member of a mirror is required: nothing is mirrored without a budget. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'{\"share\":0.1,\"usd_per_day\":2}'                              | mirror.model",
                "'{\"model\":\"claude haiku\",\"share\":0.1,\"usd_per_day\":2}'   | mirror.model",
                "'{\"model\":\"claude-haiku\",\"usd_per_day\":2}'                 | mirror.share",
                "'{\"model\":\"claude-haiku\",\"share\":0,\"usd_per_day\":2}'     | mirror.share",
                "'{\"model\":\"claude-haiku\",\"share\":1.01,\"usd_per_day\":2}'  | mirror.share",
                "'{\"model\":\"claude-haiku\",\"share\":\"1\",\"usd_per_day\":2}' | mirror.share",
                "'{\"model\":\"claude-haiku\",\"share\":0.1}'                     | mirror.usd_per_day",
                "'{\"model\":\"claude-haiku\",\"share\":0.1,\"usd_per_day\":0}'   | mirror.usd_per_day",
                "'{\"model\":\"claude-haiku\",\"shares\":0.1,\"usd_per_day\":2}'  | mirror.shares",
                "true                                                         | mirror",
            })
    void namesTheInvalidMemberOfAMirror(String mirror, String member) {
        assertThatIsRefused(() -> parse(",\"mirror\":" + mirror), member + ": ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''",
                "null",
                "[]",
                "{",
                "{} {}",
                "{\"tenant\":\"acme\",\"name\":\"web\",\"name\":\"app\"}",
                "{\"tenant\":\"acme\",\"name\":\"web\",\"limits\":{\"usd_per_day\":1,\"usd_per_day\":2}}",
                "{\"tenant\":\"acme\",\"name\":\"web\",\"limits\":{\"usd_per_day\":NaN}}",
                "{\"tenant\":\"acme\",\"name\":\"web\",\"limits\":{\"usd_per_day\":1.00000000000000000000000000000000000000000}}",
                "{\"tenant\":\"acme\",\"name\":\"web\",\"limits\":{\"models\":[[[[[[[[[]]]]]]]]]}}",
            })
    void rejectsOtherThanAnObject(String body) {
        assertThatIsRefused(() -> KeyRequest.parse(body.getBytes(UTF_8), NOW), "The request body ");
    }

    @Test
    void rejectsOtherEncodingsThanUtf8() {
        String body = KEY.formatted("").replace("web", "wéb");
        assertThatIsRefused(() -> KeyRequest.parse(body.getBytes(ISO_8859_1), NOW), "The request body ");
        assertThatIsRefused(() -> KeyRequest.parse(body.getBytes(UTF_16BE), NOW), "The request body ");
        assertThat(KeyRequest.parse(body.getBytes(UTF_8), NOW).settings().name())
                .isEqualTo("wéb");
    }

    @Test
    void aPatchRemovesMembersThatAreNull() {
        KeySettings changed = changed("{\"on_disconnect\":null,\"limits\":{\"usd_per_day\":null,\"open_streams\":5}}");
        assertThat(changed.onDisconnect()).isEmpty();
        assertThat(changed.limits().openStreams()).contains(5L);
        assertThat(changed("{}").onDisconnect()).contains(OnDisconnect.CANCEL);
        assertThat(changed("{}").scopes()).containsExactly("publish");
        assertThat(changed("{\"scopes\":null}").scopes()).isEmpty();
        assertThat(changed("{}").similar()).contains(SimilarMode.STRICT);
        assertThat(changed("{\"similar\":null}").similar()).isEmpty();
        assertThat(changed("{}").similarCosineMin()).contains(COSINE_MIN);
        assertThat(changed("{\"similar_cosine_min\":null}").similarCosineMin()).isEmpty();
        assertThat(changed("{}").expiresAt()).contains(END);
        assertThat(changed("{\"expires_at\":null}").expiresAt()).isEmpty();
        assertThat(changed("{}").mirror()).isEqualTo(key.mirror());
        assertThat(changed("{\"mirror\":null}").mirror()).isEmpty();
        assertThat(changed("{\"mirror\":{\"share\":0.5}}").mirror())
                .contains(new Mirror("claude-haiku-5-5", new BigDecimal("0.5"), new BigDecimal("2"), Map.of()));
    }

    /** During an upgrade, and after it was rolled back. */
    @Test
    void aPatchKeepsLimitsAndMembersOfAMirrorThatOnlyALaterReleaseKnows() {
        ObjectNode stored = json(key);
        ((ObjectNode) stored.path("limits")).put("requests_per_day", 5_000).putNull("requests_per_week");
        ((ObjectNode) stored.path("mirror")).put("judged", true).putNull("judge");
        KeyIssued later =
                (KeyIssued) KeyCodec.decode(KeyCodec.encode(key).headers(), TurnCodec.MAPPER.writeValueAsBytes(stored))
                        .orElseThrow();
        byte[] patch = "{\"limits\":{\"open_streams\":5},\"mirror\":{\"share\":0.5}}".getBytes(UTF_8);
        KeyIssued changed = new KeyIssuer(Clock.systemUTC())
                .change(later, KeyRequest.changed(later, patch, NOW).settings());
        ((ObjectNode) stored.path("limits")).put("open_streams", 5);
        ((ObjectNode) stored.path("mirror")).put("share", 0.5);
        assertThat(json(changed).path("limits")).isEqualTo(stored.path("limits"));
        assertThat(json(changed).path("mirror")).isEqualTo(stored.path("mirror"));
    }

    private static ObjectNode json(KeyIssued event) {
        return (ObjectNode) TurnCodec.MAPPER.readTree(KeyCodec.encode(event).value());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"limit\":null}                                | limit",
                "{\"limits\":{\"usd_per_dya\":null}}             | limits.usd_per_dya",
                "{\"limits\":{\"usd_per_day\":1e-999999999}}     | limits.usd_per_day",
                "{\"limits\":{\"requests_per_minute\":\"60\"}}   | limits.requests_per_minute",
                "{\"tenant\":\"other\"}                          | tenant",
                "{\"name\":null}                                 | name",
                "{\"similar\":\"always\"}                        | similar",
                "{\"expires_at\":\"2026-11-24T09:00:00Z\"}      | expires_at",
                "{\"expires_at\":0}                             | expires_at",
            })
    void namesTheInvalidMemberOfAPatch(String body, String member) {
        assertThatIsRefused(() -> changed(body), member + ": ");
    }

    @Test
    void readsTimesWithAnyOffset() {
        assertThat(parse(",\"expires_at\":\"2027-01-31T01:00:00.0001+01:00\"").expiresAt())
                .contains(END);
        assertThat(changed("{\"expires_at\":\"9999-12-31T23:59:59Z\"}").expiresAt())
                .contains(Instant.parse("9999-12-31T23:59:59Z"));
    }

    @Test
    void anExpiredKeyCanBeChangedOtherwise() {
        byte[] patch = "{\"name\":\"app\"}".getBytes(UTF_8);
        assertThat(KeyRequest.changed(key, patch, END.plusSeconds(1)).settings().expiresAt())
                .contains(END);
    }

    /** A stored budget below the minimum, as older gateways accepted, is raised to the minimum. */
    @Test
    void raisesAStoredBudgetBelowTheMinimum() {
        KeyIssued old = new KeyIssuer(Clock.systemUTC())
                .create(new TenantId("acme"), SampleSettings.named("web", limitedTo("1e-999999999")))
                .event();
        assertThat(KeyRequest.changed(old, "{\"name\":\"app\"}".getBytes(UTF_8), NOW)
                        .settings()
                        .limits())
                .isEqualTo(limitedTo("0.000001"));
        assertThat(limitedTo("2.123456789")).isEqualTo(limitedTo("2.123456"));
    }

    private static KeyLimits limitedTo(String usd) {
        return Events.limits(limits -> limits.usdPerDay = Optional.of(new BigDecimal(usd)));
    }

    /** A body in which one member has the given value. */
    private static String description(String member, String value) {
        return switch (member) {
            case "tenant" -> "{\"name\":\"web\",\"tenant\":" + value + "}";
            case "name" -> "{\"tenant\":\"acme\",\"name\":" + value + "}";
            default -> KEY.formatted(",\"" + member + "\":" + value);
        };
    }

    private static KeySettings parse(String more) {
        return KeyRequest.parse(KEY.formatted(more).getBytes(UTF_8), NOW).settings();
    }

    private KeySettings changed(String patch) {
        return KeyRequest.changed(key, patch.getBytes(UTF_8), NOW).settings();
    }

    private static void assertThatIsRefused(ThrowingCallable reading, String beginning) {
        assertThat(assertRefused(400, reading).error().message())
                .startsWith(beginning)
                .doesNotContain("dev.parley", "jackson", "java.");
    }
}
