package dev.parley.experiment.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.Usage;
import dev.parley.experiment.ExampleTrials;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrialCostTest {
    /** A turn with a prompt of 10,000 tokens and an answer of 1,000, by the count of the model that answered. */
    private static final PastTurn TURN = PastTurn.of(ExampleTrials.completed(1, "Why?", facts -> {
                Usage usage = new Usage(10_000, 1_000, 0, 0);
                Attempt call = ExampleTrials.call(ExampleTrials.STRONG);
                facts.attempts = List.of(new Attempt(
                        1,
                        call.model(),
                        call.startedAt(),
                        call.durationMs(),
                        call.outcome(),
                        call.status(),
                        call.requestId(),
                        usage,
                        Optional.of(BigDecimal.ONE)));
            }))
            .orElseThrow();

    /** Newer models count about 30 % more tokens for the same text: here 35 %. */
    @Test
    void isNotExceededByAModelThatCountsMoreTokens() {
        // USD 0.001 a token: the prompt and the answer; then what the judge reads, and its reply, both twice.
        BigDecimal asked = new BigDecimal("13.6");
        BigDecimal read = new BigDecimal("13.5").add(new BigDecimal("1.35")).add(new BigDecimal("0.1"));
        BigDecimal judged = read.add(new BigDecimal("4.096")).multiply(BigDecimal.TWO);

        assertThat(ExampleTrials.COSTS
                        .atMost(new Trial.AskedAgain(TURN, ExampleTrials.CHEAPER))
                        .orElseThrow())
                .isGreaterThanOrEqualTo(asked.add(judged));
        assertThat(ExampleTrials.COSTS
                        .atMost(ExampleTrials.compared(TURN, TURN))
                        .orElseThrow())
                .isGreaterThanOrEqualTo(judged.add(new BigDecimal("2.5")));
    }
}
