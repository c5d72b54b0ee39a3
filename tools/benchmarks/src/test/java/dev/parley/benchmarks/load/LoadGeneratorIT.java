package dev.parley.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.question.Pace;
import dev.parley.benchmarks.question.Questions;
import dev.parley.simulator.Simulator;
import dev.parley.simulator.SimulatorSettings;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Against the simulated Claude that it is used with. */
class LoadGeneratorIT {
    private static final Simulator CLAUDE = Simulator.start(
            SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_PORT", "0")), Clock.systemUTC(), new Random(1));
    private static final LoadGenerator GENERATOR = LoadGenerator.start();

    private final Questions questions = new Questions(1);

    @AfterAll
    static void end() {
        GENERATOR.close();
        CLAUDE.close();
    }

    private static Tally run(List<Request> requests) throws InterruptedException {
        Target target = new Target(
                CLAUDE.uri(), "/v1/messages", Map.of("x-api-key", "simulated", "anthropic-version", "2023-06-01"));
        return GENERATOR.run(new Load(target, Arrivals.random(500, requests.size(), 1), requests));
    }

    private static Request asking(String directives, String answer) {
        return new Request(
                ("{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":99,\"stream\":true,\"messages\":[{\"role\":\"user\","
                                + "\"content\":\"Why? [[sim: first_token_ms=0 tokens_per_second=0 " + directives
                                + "]]\"}]}")
                        .getBytes(US_ASCII),
                answer.getBytes(US_ASCII));
    }

    @Test
    void countsRightAnswersAndTheirPieces() throws InterruptedException {
        Tally tally = run(questions.next(200, 50, Pace.AT_ONCE));
        assertThat(tally.firstFlaw()).isEmpty();
        assertThat(tally.answered()).isEqualTo(200);
        assertThat(tally.pieces()).isEqualTo(200 * 50);
        assertThat(tally.toFirstText().getTotalCount()).isEqualTo(200);
        assertThat(tally.toEnd().getTotalCount()).isEqualTo(200);
    }

    @Test
    void doesNotCountAnotherText() throws InterruptedException {
        Tally tally = run(List.of(asking("text=\\\"one two\\\"", "one three")));
        assertThat(tally.answered()).isZero();
        assertThat(tally.firstFlaw()).startsWith("WRONG_TEXT");
    }

    @Test
    void doesNotCountWhatBreaksOff() throws InterruptedException {
        Tally tally = run(List.of(
                asking("text=\\\"one two\\\" fault=cut after=1", "one two"),
                asking("text=\\\"one two\\\" fault=close after=1", "one two"),
                asking("text=\\\"one two\\\" fault=error after=1", "one two"),
                asking("fault=overloaded", "one two")));
        assertThat(tally.answered()).isZero();
        assertThat(tally.errors()).isEqualTo(4);
    }

    @Test
    void saysWhatARefusalSaid() throws InterruptedException {
        Tally tally = run(List.of(asking("fault=overloaded", "one")));
        assertThat(tally.firstFlaw()).startsWith("STATUS: 529").contains("overloaded_error");
    }
}
