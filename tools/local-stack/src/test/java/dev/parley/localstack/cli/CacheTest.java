package dev.parley.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command, with a gateway whose response is given. */
final class CacheTest {
    @RegisterExtension
    private final ScriptedGateway gateway = new ScriptedGateway();

    @Test
    void evictsWithTheAdminKey() {
        gateway.serve(202, "{\"id\":\"gen_1\",\"type\":\"cache_eviction\"}");
        assertThat(gateway.run("cache", "evict", "gen_1")).isZero();
        assertThat(gateway.asked()).isEqualTo("DELETE /v1/cache/gen_1 with the-admin-key");
        assertThat(gateway.out()).contains("gen_1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cache evict gen_1",
                "keys list",
                "keys usage",
                "keys show key_1",
                "keys update key_1 --name web",
                "keys rotate key_1",
                "keys revoke key_1"
            })
    void tellsThatTheGatewayHasNoAdminKey(String command) {
        gateway.serve(
                404, "{\"error\":{\"type\":\"not_found_error\",\"message\":\"There is nothing at this address.\"}}");
        assertThat(gateway.run(command.split(" ", -1))).isEqualTo(1);
        assertThat(gateway.err()).contains("It has no admin key configured.");
    }
}
