package dev.parley.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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

    @Test
    void tellsThatTheGatewayHasNoAdminKey() {
        gateway.serve(
                404, "{\"error\":{\"type\":\"not_found_error\",\"message\":\"There is nothing at this address.\"}}");
        assertThat(gateway.run("cache", "evict", "gen_1")).isEqualTo(1);
        assertThat(gateway.err()).contains("It has no admin key configured.");
    }
}
