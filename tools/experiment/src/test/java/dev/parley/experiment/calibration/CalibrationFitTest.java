package dev.parley.experiment.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.parley.contracts.id.ConversationId;
import dev.parley.experiment.calibration.CalibrationFit.Report;
import dev.parley.router.Calibration;
import dev.parley.router.ModelPair;
import dev.parley.router.RoutingTarget.QualityLoss;
import dev.parley.router.RoutingTarget.StrongShare;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** On questions of known difficulty: the cheaper model fails with the probability d², the stronger one never. */
class CalibrationFitTest {
    private static final ModelPair PAIR = new ModelPair("strong", "cheap");

    /** The difficulty up to which the cheaper model loses 2 %: the third root of 3 × 0.02. */
    private static final double ORACLE_THRESHOLD = Math.cbrt(0.06);

    private static List<JudgedQuestion> questions(int count) {
        Random random = new Random(1);
        return Stream.generate(random::nextDouble)
                .limit(count)
                .map(difficulty -> new JudgedQuestion(
                        new ConversationId("conv_" + difficulty),
                        difficulty,
                        random.nextDouble() >= difficulty * difficulty,
                        OptionalDouble.of(0.002)))
                .toList();
    }

    private static CalibrationFit fit(int count) {
        return new CalibrationFit(PAIR, questions(count));
    }

    @Test
    void findsTheProbabilities() {
        Calibration calibration = fit(8000).calibration();

        assertThat(calibration.isOf(PAIR)).isTrue();
        assertThat(calibration.questions()).isEqualTo(8000);
        assertThat(calibration.suffices(0.2)).isCloseTo(1 - 0.2 * 0.2, within(0.05));
        assertThat(calibration.suffices(0.8)).isCloseTo(1 - 0.8 * 0.8, within(0.08));
    }

    @Test
    void comesNearTheOracleAndKeepsItsPromise() {
        CalibrationFit fit = fit(8000);

        Report report = fit.report(fit.calibration(), new QualityLoss(0.02));

        assertThat(report.strongShare()).isCloseTo(1 - ORACLE_THRESHOLD, within(0.05));
        assertThat(report.qualityLoss().low()).isLessThanOrEqualTo(0.02);
        assertThat(report.qualityLoss().value())
                .isBetween(report.qualityLoss().low(), report.qualityLoss().high());
        assertThat(report.savedUsd().orElseThrow()).isCloseTo(0.002 * (1 - report.strongShare()), within(1e-9));
        assertThat(report.sentence()).contains("saved USD ").contains(" per 1,000 requests");
    }

    @Test
    void meetsAShareOfStrongCalls() {
        CalibrationFit fit = fit(8000);

        assertThat(fit.report(fit.calibration(), new StrongShare(0.4)).strongShare())
                .isCloseTo(0.4, within(0.04));
    }

    @Test
    void noLossOfFewQuestionsMayStillBeALossOfMore() {
        CalibrationFit fit = new CalibrationFit(
                PAIR,
                IntStream.range(0, 300)
                        .mapToObj(i ->
                                new JudgedQuestion(new ConversationId("conv_" + i), 0.5, true, OptionalDouble.empty()))
                        .toList());

        Report report = fit.report(fit.calibration(), new QualityLoss(0.02));

        assertThat(report.strongShare()).isZero();
        assertThat(report.qualityLoss().value()).isZero();
        assertThat(report.qualityLoss().high()).isGreaterThan(0.02);
    }

    /** It does not depend on the order in which the questions were drawn. */
    @Test
    void equalScoresHaveTheShareOfTheirQuestions() {
        Calibration calibration = new CalibrationFit(
                        PAIR,
                        IntStream.range(0, 300)
                                .mapToObj(i -> new JudgedQuestion(
                                        new ConversationId("conv_" + i), 0.5, i % 2 == 0, OptionalDouble.empty()))
                                .toList())
                .calibration();

        assertThat(calibration.points())
                .singleElement()
                .satisfies(point -> assertThat(point.suffices()).isCloseTo(1 - point.qualityLoss(), within(1e-9)));
    }

    /** Of 30 conversations with a score of its own each. */
    @Test
    void conversationsAreInOneHalf() {
        List<JudgedQuestion> questions = IntStream.range(0, 30)
                .mapToObj(i ->
                        new JudgedQuestion(new ConversationId("conv_" + i), i / 30.0, true, OptionalDouble.empty()))
                .flatMap(question -> Collections.nCopies(20, question).stream())
                .toList();

        assertThat(new CalibrationFit(PAIR, questions).calibration().points()).hasSize(15);
    }

    /** The others are the other half. */
    @Test
    void aLongConversationIsAHalfOfItsOwn() {
        assertThat(new CalibrationFit(PAIR, withAConversationOf(160))
                        .calibration()
                        .questions())
                .isEqualTo(300);
        assertThatThrownBy(() -> new CalibrationFit(PAIR, withAConversationOf(201)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of one conversation");
    }

    /** 300 questions. */
    private static List<JudgedQuestion> withAConversationOf(int count) {
        return IntStream.range(0, 300)
                .mapToObj(i -> new JudgedQuestion(
                        new ConversationId("conv_" + Math.max(count, i)), 0.5, true, OptionalDouble.empty()))
                .toList();
    }

    @Test
    void refusesFewQuestions() {
        assertThatIllegalArgumentException().isThrownBy(() -> fit(299));
        assertThat(fit(300).calibration().questions()).isEqualTo(300);
    }
}
