package dev.parley.similar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.ReuseDecision.Gate;
import dev.parley.similar.ReuseDecision.Refuse;
import dev.parley.similar.ReuseDecision.Reuse;
import dev.parley.similar.ReuseDecision.Undecided;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimilarQuestionsTest {
    private static final OnnxEmbedder EMBEDDER = OnnxEmbedder.load();
    private static final Guard GUARD = Guard.load();
    private static final String STORED = "How do I return a damaged parcel to the shop?";

    private final QuestionReader reader = new QuestionReader(new Eligibility(List.of()), EMBEDDER);
    private final SimilarQuestions questions = new SimilarQuestions(reader, GUARD);

    @AfterAll
    static void close() {
        GUARD.close();
        EMBEDDER.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "how do i return a damaged parcel to the shop",
                "How can I return a damaged parcel to the shop?",
                "Hi, could you tell me how to return a damaged parcel to the shop? Thanks!",
            })
    void reusesTheAnswerToAParaphrase(String text) {
        assertThat(ask(text, Thresholds.STANDARD))
                .isInstanceOfSatisfying(
                        Reuse.class, reuse -> assertThat(reuse.source()).isEqualTo(STORED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How do I not return a damaged parcel to the shop?       | LEXICAL",
                "How do I return two damaged parcels to the shop?        | LEXICAL",
                "How do I complain about a rude driver?                  | CANDIDATES",
            })
    void refusesAnotherQuestion(String text, Gate gate) {
        assertThat(ask(text, Thresholds.STANDARD))
                .isInstanceOfSatisfying(
                        Refuse.class, refuse -> assertThat(refuse.gate()).isEqualTo(gate));
    }

    @Test
    void appliesTheThresholds() {
        String text = "How can I return a damaged parcel to the shop?";
        assertThat(ask(text, new Thresholds(1.1, 0, false)))
                .isInstanceOfSatisfying(
                        Refuse.class, refuse -> assertThat(refuse.gate()).isEqualTo(Gate.THRESHOLD));
        assertThat(ask(text, new Thresholds(0.9, 1.1, false)))
                .isInstanceOfSatisfying(
                        Refuse.class, refuse -> assertThat(refuse.gate()).isEqualTo(Gate.GUARD));
    }

    @ParameterizedTest
    @CsvSource({"1.1, 0, THRESHOLD", "0.8, 1.1, GUARD"})
    void leavesWhatMissesAThresholdToTheJudge(double cosineMin, double guardMin, Gate gate) {
        Thresholds judged = new Thresholds(cosineMin, guardMin, true);
        assertThat(ask("How can I return a damaged parcel to the shop?", judged))
                .isInstanceOfSatisfying(Undecided.class, undecided -> {
                    assertThat(undecided.source()).isEqualTo(STORED);
                    assertThat(undecided.text()).isEqualTo(STORED);
                    assertThat(undecided.gate()).isEqualTo(gate);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "How do I not return a damaged parcel to the shop?",
                "How do I return 3 damaged parcels to the shop?",
                "How do I return a damaged parcel to the shop in Oslo?",
            })
    void leavesNoLexicalDifferenceToTheJudge(String text) {
        assertThat(ask(text, new Thresholds(1.1, 1.1, true)))
                .isInstanceOfSatisfying(
                        Refuse.class, refuse -> assertThat(refuse.gate()).isEqualTo(Gate.LEXICAL));
    }

    @Test
    void prefersACandidateThatPassesToOneForTheJudge() {
        Eligible asked = (Eligible) reader.read(STORED);
        var candidates = List.of(new VectorIndex.Near<>("far", 0.8), new VectorIndex.Near<>("near", 1.0));
        assertThat(questions.decide(asked, candidates, _ -> Optional.of(STORED), Thresholds.JUDGED))
                .isInstanceOfSatisfying(
                        Reuse.class, reuse -> assertThat(reuse.source()).isEqualTo("near"));
    }

    /** Else the questions of one tenant, none of which the guard could permit, take the time of all. */
    @ParameterizedTest
    @CsvSource({"60, 1", "1, 60", "60, 61"})
    void computesNoVectorsOfWhatIsTooLongForTheGuard(int askedTimes, int storedTimes) {
        String stored = "How do I return a damaged parcel to " + "the ".repeat(storedTimes) + "shop?";
        Eligible asked;
        SimilarQuestions withoutEmbedder;
        try (OnnxEmbedder closed = OnnxEmbedder.load()) {
            QuestionReader other = new QuestionReader(new Eligibility(List.of()), closed);
            asked = other.reread(
                    QuestionFeatures.of("How can I return a damaged parcel to " + "the ".repeat(askedTimes) + "shop?"));
            withoutEmbedder = new SimilarQuestions(other, GUARD);
        }
        var near = List.of(new VectorIndex.Near<>("near", 0.99));
        assertThat(withoutEmbedder.decide(asked, near, _ -> Optional.of(stored), Thresholds.STANDARD))
                .isEqualTo(new Refuse<>(Gate.GUARD, OptionalDouble.of(0.99), OptionalDouble.of(0), Set.of()));
        assertThat(withoutEmbedder.decide(asked, near, _ -> Optional.of(stored), Thresholds.JUDGED))
                .isEqualTo(new Undecided<>("near", stored, Gate.GUARD, 0.99, OptionalDouble.of(0)));
    }

    @Test
    void skipsACandidateWhoseTextIsGone() {
        Eligible asked = (Eligible) reader.read(STORED);
        var candidates = List.of(new VectorIndex.Near<>("gone", 1.0), new VectorIndex.Near<>("kept", 1.0));
        assertThat(questions.decide(
                        asked,
                        candidates,
                        entry -> Optional.of(STORED).filter(_ -> entry.equals("kept")),
                        Thresholds.STRICT))
                .isInstanceOfSatisfying(
                        Reuse.class, reuse -> assertThat(reuse.source()).isEqualTo("kept"));
    }

    @Test
    void decidesOnTheNearestThatAreStoredOnly() {
        Eligible asked = (Eligible) reader.read(STORED);
        String other = "How do I return 3 damaged parcels to the shop?";
        var nearest = Stream.of("gone", other, "gone", other, "gone", other, STORED)
                .map(text -> new VectorIndex.Near<>(text, 0.99))
                .toList();
        Function<String, Optional<String>> texts = text -> Optional.of(text).filter(stored -> !stored.equals("gone"));
        assertThat(questions.decide(asked, nearest, texts, Thresholds.STRICT)).isInstanceOf(Refuse.class);
        assertThat(questions.decide(asked, nearest.subList(2, nearest.size()), texts, Thresholds.STRICT))
                .isInstanceOf(Reuse.class);
    }

    /** A judge permits most of what is farther from a question than the gates can decide on. */
    @Test
    void leavesFartherCandidatesToTheJudge() {
        String text = "How can I send a damaged package back?";
        assertThat(ask(text, Thresholds.STANDARD))
                .isInstanceOfSatisfying(
                        Refuse.class, refuse -> assertThat(refuse.gate()).isEqualTo(Gate.CANDIDATES));
        assertThat(ask(text, Thresholds.JUDGED)).isInstanceOf(Undecided.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hello                                            | NORMALISE ELIGIBILITY",
                "How do I return two damaged parcels to the shop? | NORMALISE ELIGIBILITY EMBEDDING LEXICAL",
                "How do I track a damaged parcel to the shop?     | NORMALISE ELIGIBILITY EMBEDDING LEXICAL STORED_EMBEDDING TREES",
                "How can I return a damaged parcel to the shop?   | NORMALISE ELIGIBILITY EMBEDDING LEXICAL STORED_EMBEDDING TREES"
                        + " CROSS_ENCODER",
            })
    void tellsEachStepThatHasEnded(String text, String expected) {
        List<String> steps = new ArrayList<>();
        if (reader.read(text, step -> steps.add(step.name()), () -> {}) instanceof Eligible asked) {
            ReuseDecision<String> _ = questions.decide(
                    asked,
                    List.of(new VectorIndex.Near<>(STORED, 0.9)),
                    Optional::of,
                    Thresholds.STANDARD,
                    step -> steps.add(step.name()));
        }
        assertThat(String.join(" ", steps)).isEqualTo(expected);
    }

    private ReuseDecision<String> ask(String text, Thresholds thresholds) {
        VectorIndex<String> stored = new VectorIndex<>(10);
        stored.add(STORED, ((Eligible) reader.read(STORED)).vector());
        Eligible asked = (Eligible) reader.read(text);
        return questions.decide(
                asked,
                stored.nearest(asked.vector(), SimilarQuestions.CANDIDATES_MAX, thresholds.candidateMin()),
                Optional::of,
                thresholds);
    }
}
