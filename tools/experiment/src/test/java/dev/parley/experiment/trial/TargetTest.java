package dev.parley.experiment.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.experiment.ExampleTrials;
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
            new ModelPair(ExampleTrials.STRONG, ExampleTrials.CHEAPER), new RoutingTarget.QualityLoss(0.02), List.of());

    private final PastTurn easy = ExampleTrials.turn(1, QUESTION);
    private final PastTurn code = ExampleTrials.turn(2, "What does ``` mean in the text that you gave me?");

    @Test
    void aModelIsNotAskedWhatItAnswered() {
        assertThat(new Target.Model(ExampleTrials.CHEAPER).modelFor(easy)).contains(ExampleTrials.CHEAPER);
        assertThat(new Target.Model(ExampleTrials.STRONG).modelFor(easy)).isEmpty();
    }

    /** The message of an answer that fell back after its beginning names the model that failed. */
    @Test
    void theModelThatFailedIsAskedWhatItsFallbackAnswered() {
        PastTurn turn = answeredBy(ExampleTrials.CHEAPER);
        assertThat(turn.message().path("model").stringValue("")).isEqualTo(ExampleTrials.STRONG);

        assertThat(new Target.Model(ExampleTrials.STRONG).modelFor(turn)).contains(ExampleTrials.STRONG);
        assertThat(new Target.Model(ExampleTrials.CHEAPER).modelFor(turn)).isEmpty();
        assertThat(turn.answer().model()).isEqualTo(ExampleTrials.CHEAPER);
    }

    /** Claude names the version that answered, with its date. */
    @Test
    void aModelWhoseNameBeginsWithAnotherIsAnotherModel() {
        PastTurn turn = ExampleTrials.turn(1, QUESTION);
        String dated = ExampleTrials.STRONG + "-20261101";

        assertThat(new Target.Model(ExampleTrials.STRONG).modelFor(answeredBy(dated)))
                .isEmpty();
        assertThat(new Target.Model(dated).modelFor(answeredBy(dated))).isEmpty();
        assertThat(new Target.Model("claude-sonnet-5").modelFor(turn)).contains("claude-sonnet-5");
        assertThat(new Target.Model("claude-opus-4").modelFor(answeredBy("claude-opus-4-1-20250805")))
                .contains("claude-opus-4");
        assertThat(new Target.OtherOfPair(ROUTER).modelFor(answeredBy(dated))).contains(ExampleTrials.CHEAPER);
        assertThat(new Target.OtherOfPair(ROUTER).modelFor(answeredBy(ExampleTrials.STRONG + "-fast")))
                .isEmpty();
    }

    private static PastTurn answeredBy(String model) {
        return PastTurn.of(ExampleTrials.completed(
                        1, QUESTION, facts -> facts.attempts = List.of(ExampleTrials.call(model))))
                .orElseThrow();
    }

    @Test
    void theOtherOfAPairIsAskedIfTheScoreDecides() {
        assertThat(new Target.OtherOfPair(ROUTER).modelFor(easy)).contains(ExampleTrials.CHEAPER);
        assertThat(code.kind()).isEqualTo("code");
        assertThat(new Target.OtherOfPair(ROUTER).modelFor(code)).isEmpty();
    }

    @Test
    void aRouterIsAskedWhatItWouldChange() {
        Calibration all = Calibration.parse(List.of("# questions: 300", "9,1,0,0"));
        Calibration none = Calibration.parse(List.of("# questions: 300", "-9,1,1,0"));

        assertThat(new Target.Router(ROUTER, all).modelFor(easy)).contains(ExampleTrials.CHEAPER);
        assertThat(new Target.Router(ROUTER, all).modelFor(code)).isEmpty();
        assertThat(new Target.Router(ROUTER, none).modelFor(easy)).isEmpty();
    }

    /** A client, and not the score, decides about a turn that asks the stronger model. */
    @Test
    void aTurnThatEscalatesIsNotAskedAgainForARouter() {
        Calibration all = Calibration.parse(List.of("# questions: 300", "9,1,0,0"));
        PastTurn escalates = PastTurn.of(ExampleTrials.completed(
                        2, QUESTION, facts -> facts.escalates = Optional.of(ExampleTrials.generation(1))))
                .orElseThrow();

        assertThat(new Target.OtherOfPair(ROUTER).modelFor(escalates)).isEmpty();
        assertThat(new Target.Router(ROUTER, all).modelFor(escalates)).isEmpty();
        assertThat(new Target.Model(ExampleTrials.CHEAPER).modelFor(escalates)).contains(ExampleTrials.CHEAPER);
    }

    @Test
    void aTurnWithoutAnAnswerOfClaudeIsNoneToAskAgain() {
        ChatCompleted turn = ExampleTrials.completed(3, QUESTION);
        assertThat(PastTurn.of(new ChatCompleted(
                        turn.facts(), turn.message().deepCopy().asObject().put("content", ""))))
                .isEmpty();
    }
}
