package dev.parley.experiment.similar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.experiment.ExampleTrials;
import dev.parley.experiment.trial.PastTurn;
import dev.parley.testing.Events;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class PastQuestionTest {
    private static final PastTurn TURN = ExampleTrials.turn(1, "How do I reset my password?");

    private static PastTurn with(Consumer<ObjectNode> change) {
        ObjectNode request = TURN.request().deepCopy();
        change.accept(request);
        return new PastTurn(TURN.facts(), request, TURN.message());
    }

    @Test
    void hasTheTextAndTheRestOfTheRequest() {
        PastQuestion question = PastQuestion.of(TURN, true).orElseThrow();
        assertThat(question.text()).isEqualTo("How do I reset my password?");
        assertThat(question.looksUp()).isTrue();
        assertThat(question.serves()).isTrue();

        PastQuestion another =
                PastQuestion.of(ExampleTrials.turn(2, "Why?"), true).orElseThrow();
        assertThat(another.partition()).isEqualTo(question.partition());
        assertThat(another.fingerprint()).isNotEqualTo(question.fingerprint());
        assertThat(PastQuestion.of(with(request -> request.put("system", "Be brief.")), true)
                        .orElseThrow()
                        .partition())
                .isNotEqualTo(question.partition());
    }

    @Test
    void isTheSameWithTheMarkForClaudesPromptCache() {
        PastTurn marked = with(request -> request.putObject("cache_control").put("type", "ephemeral"));
        assertThat(PastQuestion.isKnown(marked)).isTrue();
        assertThat(PastQuestion.of(marked, true)).isEqualTo(PastQuestion.of(TURN, true));
    }

    @Test
    void isUnknownIfSomethingElseIsInTheFingerprint() {
        assertThat(PastQuestion.isKnown(TURN)).isTrue();
        assertThat(PastQuestion.isKnown(with(request -> request.put("temperature", 0.5))))
                .isFalse();
    }

    @Test
    void aRequestWithToolsIsNone() {
        assertThat(PastQuestion.of(with(request -> request.putArray("tools")), true))
                .isEmpty();
    }

    @Test
    void aTurnBesidesTheExperimentServes() {
        PastQuestion question = PastQuestion.of(TURN, false).orElseThrow();
        assertThat(question.wanted()).isFalse();
        assertThat(question.serves()).isTrue();
    }

    private static Optional<PastQuestion> of(Consumer<Events.Facts> change) {
        return PastQuestion.of(
                PastTurn.of(ExampleTrials.completed(1, "How do I reset my password?", change))
                        .orElseThrow(),
                true);
    }

    /** It is stored for the same request only. */
    @Test
    void anAnswerThatIsAskedForAgainServesNoSimilarQuestion() {
        assertThat(of(facts -> facts.cachePolicy = CachePolicy.NO_CACHE).orElseThrow())
                .satisfies(question -> {
                    assertThat(question.looksUp()).isFalse();
                    assertThat(question.cached()).isTrue();
                    assertThat(question.serves()).isFalse();
                });
        assertThat(of(facts -> facts.cachePolicy = CachePolicy.NO_STORE)).isEmpty();
    }

    /** A dated name is of the same model. */
    @Test
    void anAnswerOfAFallbackIsNotCached() {
        Attempt refused = ExampleTrials.call(ExampleTrials.STRONG);
        assertThat(of(facts -> facts.attempts = List.of(refused, ExampleTrials.call(ExampleTrials.CHEAPER)))
                        .orElseThrow())
                .returns(false, PastQuestion::cached)
                .returns(false, PastQuestion::serves);
        assertThat(of(facts -> facts.attempts =
                                List.of(refused, ExampleTrials.call(ExampleTrials.STRONG + "-20260928")))
                        .orElseThrow())
                .returns(true, PastQuestion::cached)
                .returns(true, PastQuestion::serves);
    }
}
