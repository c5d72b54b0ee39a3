package dev.parley.experiment.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.experiment.Examples;
import dev.parley.router.Calibration;
import dev.parley.router.ModelPair;
import dev.parley.router.ModelRouter;
import dev.parley.router.RoutingTarget;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TargetTest {
    private static final String QUESTION = "Where is the town hall that you told me about?";
    private static final ModelRouter ROUTER = new ModelRouter(
            new ModelPair(Examples.STRONG, Examples.CHEAPER), new RoutingTarget.QualityLoss(0.02), List.of());

    private final PastTurn easy = Examples.turn(1, QUESTION);
    private final PastTurn code = Examples.turn(2, "What does ``` mean in the text that you gave me?");

    @Test
    void aModelIsNotAskedWhatItAnswered() {
        assertThat(new Target.Model(Examples.CHEAPER).modelFor(easy)).contains(Examples.CHEAPER);
        assertThat(new Target.Model(Examples.STRONG).modelFor(easy)).isEmpty();
    }

    /** The message of an answer that fell back after its beginning names the model that failed. */
    @Test
    void theModelThatFailedIsAskedWhatItsFallbackAnswered() {
        PastTurn turn = answeredBy(Examples.CHEAPER);
        assertThat(turn.message().path("model").stringValue("")).isEqualTo(Examples.STRONG);

        assertThat(new Target.Model(Examples.STRONG).modelFor(turn)).contains(Examples.STRONG);
        assertThat(new Target.Model(Examples.CHEAPER).modelFor(turn)).isEmpty();
        assertThat(turn.answer().model()).isEqualTo(Examples.CHEAPER);
    }

    /** Claude names the version that answered, with its date. */
    @Test
    void aModelWhoseNameBeginsWithAnotherIsAnotherModel() {
        PastTurn turn = Examples.turn(1, QUESTION);
        String dated = Examples.STRONG + "-20261101";

        assertThat(new Target.Model(Examples.STRONG).modelFor(answeredBy(dated)))
                .isEmpty();
        assertThat(new Target.Model(dated).modelFor(answeredBy(dated))).isEmpty();
        assertThat(new Target.Model("claude-sonnet-5").modelFor(turn)).contains("claude-sonnet-5");
        assertThat(new Target.Model("claude-opus-4").modelFor(answeredBy("claude-opus-4-1-20250805")))
                .contains("claude-opus-4");
        assertThat(new Target.OtherOfPair(ROUTER).modelFor(answeredBy(dated))).contains(Examples.CHEAPER);
        assertThat(new Target.OtherOfPair(ROUTER).modelFor(answeredBy(Examples.STRONG + "-fast")))
                .isEmpty();
    }

    private static PastTurn answeredBy(String model) {
        return PastTurn.of(Examples.completed(1, QUESTION, facts -> facts.attempts = List.of(Examples.call(model))))
                .orElseThrow();
    }

    @Test
    void theOtherOfAPairIsAskedIfTheScoreDecides() {
        assertThat(new Target.OtherOfPair(ROUTER).modelFor(easy)).contains(Examples.CHEAPER);
        assertThat(code.kind()).isEqualTo("code");
        assertThat(new Target.OtherOfPair(ROUTER).modelFor(code)).isEmpty();
    }

    @Test
    void aRouterIsAskedWhatItWouldChange() {
        Calibration all = Calibration.parse(List.of("# questions: 300", "9,1,0,0"));
        Calibration none = Calibration.parse(List.of("# questions: 300", "-9,1,1,0"));

        assertThat(new Target.Router(ROUTER, all).modelFor(easy)).contains(Examples.CHEAPER);
        assertThat(new Target.Router(ROUTER, all).modelFor(code)).isEmpty();
        assertThat(new Target.Router(ROUTER, none).modelFor(easy)).isEmpty();
    }

    /** A client, and not the score, decides about a turn that asks the stronger model. */
    @Test
    void aTurnThatEscalatesIsNotAskedAgainForARouter() {
        Calibration all = Calibration.parse(List.of("# questions: 300", "9,1,0,0"));
        PastTurn escalates = PastTurn.of(
                        Examples.completed(2, QUESTION, facts -> facts.escalates = Optional.of(Examples.generation(1))))
                .orElseThrow();

        assertThat(new Target.OtherOfPair(ROUTER).modelFor(escalates)).isEmpty();
        assertThat(new Target.Router(ROUTER, all).modelFor(escalates)).isEmpty();
        assertThat(new Target.Model(Examples.CHEAPER).modelFor(escalates)).contains(Examples.CHEAPER);
    }

    @Test
    void aTurnWithoutAnAnswerOfClaudeIsNoneToAskAgain() {
        ChatCompleted turn = Examples.completed(3, QUESTION);
        assertThat(PastTurn.of(new ChatCompleted(
                        turn.facts(), turn.message().deepCopy().asObject().put("content", ""))))
                .isEmpty();
    }
}
