package dev.parley.simulator.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GradingTest {
    private static final int QUESTIONS = 4000;
    private static final Map<String, DifficultyCurve> CURVES = Grading.parseCurves("claude-haiku=0:1 0.2:0.9 1:0.1");

    private static Grading grading(double judgeError) {
        return new Grading(CURVES, judgeError, 5);
    }

    private static String question(int number, int words) {
        return "word ".repeat(words - 1) + number;
    }

    @Test
    void theDifficultyIsAHundredthOfTheWords() {
        assertThat(Grading.difficulty("  Why is\nthe sky blue? ")).isEqualTo(0.05);
        assertThat(Grading.difficulty(question(1, 400))).isEqualTo(1);
    }

    @Test
    void aModelIsRightAsOftenAsItsCurveStates() {
        assertThat(rightShare("claude-haiku-5-5", 20)).isCloseTo(0.9, within(0.02));
        assertThat(rightShare("claude-haiku-5-5", 60)).isCloseTo(0.5, within(0.03));
        assertThat(rightShare("claude-sonnet-5-5", 60)).isEqualTo(1);
    }

    private static double rightShare(String model, int words) {
        return share(number -> {
            String question = question(number, words);
            return grading(0).result(model, question).equals(grading(0).result("claude-opus", question));
        });
    }

    @Test
    void theJudgeFindsTheRightResultWhereverItStands() {
        String question = question(4, 5);
        String right = grading(0).result("claude-opus", question).orElseThrow();

        assertThat(grading(0).judgement(comparison(question, right, "no"))).hasValue("{\"better\":\"1\"}");
        assertThat(grading(0).judgement(comparison(question, "no", right))).hasValue("{\"better\":\"2\"}");
        assertThat(grading(0).judgement(comparison(question, "no", "no"))).hasValue("{\"better\":\"neither\"}");
    }

    @Test
    void theJudgeErrsAsOftenAsItIsTold() {
        Grading erring = grading(0.1);
        double errors = share(number -> {
            String question = question(number, 8);
            String right = erring.result("claude-opus", question).orElseThrow();
            return !erring.judgement(comparison(question, right, "no"))
                    .orElseThrow()
                    .contains("1");
        });

        assertThat(errors).isCloseTo(0.1, within(0.02));
    }

    @Test
    void withoutCurvesNothingIsGraded() {
        assertThat(Grading.NONE.result("claude-haiku-5-5", "Why?")).isEmpty();
        assertThat(Grading.NONE.judgement(comparison("Why?", "a", "b"))).isEmpty();
        assertThat(grading(0).judgement("Compare two answers.")).isEmpty();
    }

    @Test
    void refusesWrongCurves() {
        for (String wrong : List.of("claude-haiku", "claude-haiku=0.5", "claude-haiku=0.5:2", "claude-haiku=a:1")) {
            assertThatIllegalArgumentException().as(wrong).isThrownBy(() -> Grading.parseCurves(wrong));
        }
    }

    private static double share(IntPredicate holds) {
        return (double) IntStream.range(0, QUESTIONS).filter(holds).count() / QUESTIONS;
    }

    private static String comparison(String question, String first, String second) {
        return "<question>\n" + question + "\n</question>\n<answer_1>\n" + first + "\n</answer_1>\n<answer_2>\n"
                + second + "\n</answer_2>";
    }
}
