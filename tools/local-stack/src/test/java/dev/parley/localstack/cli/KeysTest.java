package dev.parley.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ExitCode;
import tools.jackson.databind.json.JsonMapper;

/** The command, with a gateway whose response is given. */
final class KeysTest {
    @RegisterExtension
    private final ScriptedGateway gateway = new ScriptedGateway();

    @Test
    void createsAKeyAndPrintsOnlyItsSecret() {
        gateway.serve(201, "{\"id\":\"key_1\",\"key\":\"parley-secret\"}");
        assertThat(gateway.run(
                        "keys",
                        "create",
                        "--tenant",
                        "acme",
                        "--name",
                        "web",
                        "--models",
                        "claude-haiku,claude-sonnet",
                        "--requests-per-minute",
                        "60",
                        "--usd-per-day",
                        "2.50",
                        "--scopes",
                        "publish",
                        "--expires-at",
                        "2027-06-30T00:00:00Z"))
                .isZero();
        assertThat(gateway.asked()).isEqualTo("POST /admin/keys with the-admin-key");
        assertThat(JsonMapper.shared().readTree(gateway.body()))
                .isEqualTo(JsonMapper.shared().readTree("""
                        {"tenant":"acme","name":"web","limits":{"models":["claude-haiku","claude-sonnet"],
                         "requests_per_minute":60,"usd_per_day":2.50},
                         "scopes":["publish"],"expires_at":"2027-06-30T00:00:00Z"}"""));
        assertThat(gateway.out().strip()).isEqualTo("parley-secret");
        assertThat(gateway.err()).contains("key_1");
    }

    @Test
    void createsAKeyWithoutLimits() {
        gateway.serve(201, "{\"id\":\"key_1\",\"key\":\"parley-secret\"}");
        assertThat(gateway.run("keys", "create", "--tenant", "acme", "--name", "web"))
                .isZero();
        assertThat(gateway.body()).contains("\"limits\":{}");
        assertThat(gateway.run("keys", "create", "--tenant", "acme", "--name", "web", "--usd-per-day", "none"))
                .isZero();
        assertThat(gateway.body()).contains("\"limits\":{}");
        assertThat(gateway.run("keys", "create", "--tenant", "acme", "--name", "web", "--expires-at", "none"))
                .isZero();
        assertThat(gateway.body()).doesNotContain("expires_at");
    }

    @Test
    void listsKeys() {
        gateway.serve(200, """
                {"keys":[{"id":"key_1","tenant":"acme","name":"web","limits":{"models":[]}},
                         {"id":"key_2","tenant":"acme","name":"old","revoked_at":"2026-11-24T12:00:00Z"},
                         {"id":"key_3","tenant":"acme","name":"a","limits":{},"expires_at":"9999-01-01T00:00:00Z"},
                         {"id":"key_4","tenant":"acme","name":"b","limits":{},"expires_at":"2001-01-01T00:00:00Z"}]}""");
        assertThat(gateway.run("keys", "list")).isZero();
        assertThat(gateway.out().lines())
                .containsExactly(
                        "key_1  acme  web  {\"models\":[]}",
                        "key_2  acme  old  revoked 2026-11-24T12:00:00Z",
                        "key_3  acme  a  {}  expires 9999-01-01T00:00:00Z",
                        "key_4  acme  b  {}  expired 2001-01-01T00:00:00Z");
    }

    @Test
    void printsUsageAsCsv() {
        gateway.serve(200, """
                {"rows":[{"tenant":"acme","key":"key_1","key_name":"a, b","model":"m","requests":3,"cost_usd":0.00000003}]}""");
        assertThat(gateway.run("keys", "usage", "--tenant", "acme", "--from", "2026-11-01"))
                .isZero();
        assertThat(gateway.asked()).startsWith("GET /admin/usage?").endsWith(" with the-admin-key");
        assertThat(gateway.asked()).contains("tenant=acme", "from=2026-11-01", "group_by=tenant%2Ckey%2Cmodel");
        assertThat(gateway.out().lines())
                .containsExactly("tenant,key,key_name,model,requests,cost_usd", "acme,key_1,\"a, b\",m,3,0.00000003");
    }

    @ParameterizedTest
    @CsvSource({
        "null, Not all turns are counted yet: the amounts may be too low.",
        "'\"2026-11-01T12:00:00Z\"', Turns since 2026-11-01T12:00:00Z may not be counted yet.",
        "'\"9999-01-01T00:00:00Z\"', ''",
    })
    void warnsOfUsageThatIsNotCountedYet(String until, String warning) {
        gateway.serve(200, "{\"counted_until\":" + until + ",\"rows\":[{\"requests\":3}]}");
        assertThat(gateway.run("keys", "usage")).isZero();
        assertThat(gateway.out().lines()).containsExactly("requests", "3");
        assertThat(gateway.err().strip()).isEqualTo(warning);
    }

    @Test
    void changesWhatIsGiven() {
        gateway.serve(200, "{\"id\":\"key_1\",\"tenant\":\"acme\",\"name\":\"web\",\"limits\":{\"usd_per_day\":5}}");
        assertThat(gateway.run(
                        "keys", "update", "key_1", "--models", "all", "--usd-per-day", "5", "--open-streams", "none"))
                .isZero();
        assertThat(gateway.asked()).isEqualTo("PATCH /admin/keys/key_1 with the-admin-key");
        assertThat(JsonMapper.shared().readTree(gateway.body()))
                .isEqualTo(JsonMapper.shared().readTree("""
                        {"limits":{"models":[],"open_streams":null,"usd_per_day":5}}"""));
        assertThat(gateway.out().strip()).isEqualTo("key_1  acme  web  {\"usd_per_day\":5}");
        assertThat(gateway.run(
                        "keys",
                        "update",
                        "key_1",
                        "--scopes",
                        "none",
                        "--similar-cosine-min",
                        "none",
                        "--expires-at",
                        "none"))
                .isZero();
        assertThat(JsonMapper.shared().readTree(gateway.body()))
                .isEqualTo(JsonMapper.shared()
                        .readTree("{\"scopes\":[],\"similar_cosine_min\":null,\"expires_at\":null}"));
    }

    @Test
    void sendsScopesReuseAndMirrors() {
        gateway.serve(201, "{\"id\":\"key_1\",\"key\":\"parley-secret\"}");
        assertThat(gateway.run(
                        "keys",
                        "create",
                        "--tenant=acme",
                        "--name=web",
                        "--scopes=publish",
                        "--similar=standard",
                        "--similar-cosine-min=0.91",
                        "--mirror=claude-haiku-5-5",
                        "--mirror-share=0.05",
                        "--mirror-usd-per-day=2.50"))
                .isZero();
        assertThat(JsonMapper.shared().readTree(gateway.body()))
                .isEqualTo(JsonMapper.shared().readTree("""
                        {"tenant":"acme","name":"web","limits":{},"scopes":["publish"],
                         "similar":"standard","similar_cosine_min":0.91,
                         "mirror":{"model":"claude-haiku-5-5","share":0.05,"usd_per_day":2.50}}"""));
    }

    @Test
    void changesOrEndsAMirror() {
        gateway.serve(200, "{\"id\":\"key_1\",\"tenant\":\"acme\",\"name\":\"web\",\"limits\":{}}");
        assertThat(gateway.run("keys", "update", "key_1", "--mirror-share", "0.2"))
                .isZero();
        assertThat(gateway.body()).isEqualTo("{\"mirror\":{\"share\":0.2}}");
        assertThat(gateway.run("keys", "update", "key_1", "--mirror", "none", "--scopes", "none"))
                .isZero();
        assertThat(gateway.body()).isEqualTo("{\"scopes\":[],\"mirror\":null}");
    }

    @Test
    void changesNothingWithoutOptions() {
        gateway.serve(200, "{}");
        assertThat(gateway.run("keys", "update", "key_1")).isEqualTo(ExitCode.USAGE);
        assertThat(gateway.run("keys", "update", "key_1", "--usd-per-day", "much"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(gateway.asked()).isEmpty();
    }

    /** As of a variable that is not set. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "claude-haiku,,claude-sonnet", "claude-haiku,"})
    void refusesAnEmptyPrefixOfModels(String models) {
        gateway.serve(200, "{}");
        assertThat(gateway.run("keys", "create", "--tenant", "acme", "--name", "web", "--models", models))
                .isEqualTo(ExitCode.USAGE);
        assertThat(gateway.run("keys", "update", "key_1", "--models", models)).isEqualTo(ExitCode.USAGE);
        assertThat(gateway.asked()).isEmpty();
        assertThat(gateway.err()).contains("--models");
    }

    @Test
    void rotatesWithAnOverlap() {
        gateway.serve(200, "{\"id\":\"key_1\",\"key\":\"parley-new\"}");
        assertThat(gateway.run("keys", "rotate", "key_1", "--overlap", "PT1H")).isZero();
        assertThat(gateway.asked()).isEqualTo("POST /admin/keys/key_1/rotate?overlap=PT1H with the-admin-key");
        assertThat(gateway.out().strip()).isEqualTo("parley-new");
    }

    @Test
    void revokes() {
        gateway.serve(200, "{\"id\":\"key_1\",\"revoked_at\":\"2026-11-24T12:00:00Z\"}");
        assertThat(gateway.run("keys", "revoke", "key_1")).isZero();
        assertThat(gateway.asked()).isEqualTo("DELETE /admin/keys/key_1 with the-admin-key");
    }

    @Test
    void tellsAMissingKeyFromAMissingAdminKey() {
        gateway.serve(404, "{\"error\":{\"type\":\"not_found_error\",\"message\":\"There is no such key.\"}}");
        assertThat(gateway.run("keys", "show", "key_1")).isEqualTo(1);
        assertThat(gateway.err()).contains("There is no such key.").doesNotContain("admin key");
    }

    @Test
    void reportsWhyTheGatewayRefuses() {
        gateway.serve(
                401,
                "{\"error\":{\"type\":\"authentication_error\",\"message\":\"x-api-key must be the admin key.\"}}");
        assertThat(gateway.run("keys", "list")).isEqualTo(1);
        assertThat(gateway.err()).contains("status 401: authentication_error: x-api-key must be the admin key.");
    }
}
