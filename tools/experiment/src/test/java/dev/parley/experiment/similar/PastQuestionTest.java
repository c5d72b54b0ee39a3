package dev.parley.experiment.similar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.experiment.Examples;
import dev.parley.experiment.trial.PastTurn;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class PastQuestionTest {
    private static final PastTurn TURN = Examples.turn(1, "How do I reset my password?");

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

        PastQuestion another = PastQuestion.of(Examples.turn(2, "Why?"), true).orElseThrow();
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
    void aTurnBesidesTheExperimentOnlyServes() {
        PastQuestion question = PastQuestion.of(TURN, false).orElseThrow();
        assertThat(question.looksUp()).isFalse();
        assertThat(question.serves()).isTrue();
    }
}
