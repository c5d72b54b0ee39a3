package dev.parley.contracts.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.golden.ExampleEvents;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class KeyEventTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "1, 2, true",
                "1, 3, true",
                "2, 2, false",
                "3, 2, false",
                "-, 1, true",
                "-, -, true",
                "3, -, true",
            })
    void theFirstOfSeveralChangesOfAStateCounts(@Nullable Long state, @Nullable Long next, boolean counts) {
        assertThat(issued(next).replaces(issued(state))).isEqualTo(counts);
    }

    @Test
    void aRevocationIsFinal() {
        assertThat(ExampleEvents.KEY_REVOKED.replaces(issued(7L))).isTrue();
        assertThat(issued(8L).replaces(ExampleEvents.KEY_REVOKED)).isFalse();
        assertThat(issued(null).replaces(ExampleEvents.KEY_REVOKED)).isFalse();
        assertThat(ExampleEvents.KEY_REVOKED.replaces(ExampleEvents.KEY_REVOKED))
                .isTrue();
    }

    @Test
    void keepsMembersOfLaterReleases() {
        ObjectNode encoded = (ObjectNode) json(ExampleEvents.KEY_ISSUED);
        encoded.put("paused", true).putNull("quota").putObject("region").put("name", "eu");
        KeyIssued read = decode(encoded);
        assertThat(json(read)).isEqualTo(encoded);
        assertThat(json(read.withVersion(Optional.of(9L)))).isEqualTo(encoded.put("version", 9));
    }

    @Test
    void keepsMembersOfLaterReleasesInItsLimitsAndItsMirror() {
        ObjectNode encoded = (ObjectNode) json(ExampleEvents.MIRRORED_KEY_ISSUED);
        ((ObjectNode) encoded.path("limits")).put("requests_per_day", 5_000).putNull("requests_per_week");
        ((ObjectNode) encoded.path("mirror"))
                .putNull("judge_above")
                .putObject("judge")
                .put("model", "claude-sonnet-5");
        assertThat(json(decode(encoded))).isEqualTo(encoded);
    }

    @Test
    void keepsMembersOfLaterReleasesInItsReplacedSecrets() {
        ObjectNode encoded = (ObjectNode) json(ExampleEvents.KEY_ISSUED);
        ((ObjectNode) encoded.path("previous")).put("used", true);
        ObjectNode earlier = encoded.withArray("earlier").addObject();
        earlier.put("sha256", "0".repeat(64))
                .put("until", "2026-11-24T10:00:00Z")
                .putNull("used");
        assertThat(json(decode(encoded))).isEqualTo(encoded);
    }

    private static KeyIssued decode(ObjectNode encoded) {
        return (KeyIssued) KeyCodec.decode(
                        KeyCodec.encode(ExampleEvents.KEY_ISSUED).headers(),
                        TurnCodec.MAPPER.writeValueAsBytes(encoded))
                .orElseThrow();
    }

    private static JsonNode json(KeyEvent event) {
        return TurnCodec.MAPPER.readTree(KeyCodec.encode(event).value());
    }

    private static KeyEvent issued(@Nullable Long version) {
        return ExampleEvents.KEY_ISSUED.withVersion(Optional.ofNullable(version));
    }
}
