package dev.parley.contracts.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttemptListTest {
    private static final List<Attempt> CALLS = List.of(new Attempt(
            1,
            "claude-sonnet-4-5",
            Instant.parse("2026-11-24T09:30:00.164Z"),
            512.25,
            "broken",
            200,
            "req_018EeWyXxfu5pfWkrYcMdjWG",
            new Usage(24, 3, 0, 0),
            Optional.of(BigDecimal.ZERO)));

    private static final String WIRE = """
            [{"number":1,"model":"claude-sonnet-4-5","started_at":"2026-11-24T09:30:00.164Z","duration_ms":512.25,\
            "outcome":"broken","status":200,"request_id":"req_018EeWyXxfu5pfWkrYcMdjWG","usage":{"input_tokens":24,\
            "output_tokens":3,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"cost_usd":0}]""";

    @Test
    void hasThisJson() {
        assertThat(new String(AttemptList.encode(CALLS), UTF_8)).isEqualTo(WIRE);
        assertThat(AttemptList.decode(WIRE.getBytes(UTF_8))).isEqualTo(CALLS);
    }

    @Test
    void isEmptyWithoutBytes() {
        assertThat(AttemptList.decode(new byte[0])).isEmpty();
    }

    @Test
    void rejectsOtherJson() {
        assertThatExceptionOfType(MalformedEventException.class)
                .isThrownBy(() -> AttemptList.decode("{\"number\":1}".getBytes(UTF_8)));
    }
}
