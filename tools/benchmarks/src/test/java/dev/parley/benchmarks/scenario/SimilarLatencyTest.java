package dev.parley.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.load.ReuseHeaders;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.report.Findings.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimilarLatencyTest {
    private static final ReuseHeaders HIT = new ReuseHeaders("two", "similar", "reused", "one");
    private static final ReuseHeaders OTHER_HIT = new ReuseHeaders("two", "similar", "reused", "three");
    private static final ReuseHeaders LATE = new ReuseHeaders("two", "miss", "late", "");
    private static final ReuseHeaders MISS = new ReuseHeaders("two", "miss", "candidates", "");
    private static final ReuseHeaders PLAIN = new ReuseHeaders("two", "miss", "", "");

    private final Findings findings = new Findings("similar", "Similar");

    @ParameterizedTest
    @CsvSource({
        "14, 0, 200, 0, 0, MET",
        "16, 0, 200, 0, 0, MISSED",
        "14, 1, 200, 0, 0, MISSED",
        "14, 0, 199, 1, 0, MISSED",
        "14, 0, 198, 0, 2, MET",
        "14, 0, 197, 0, 3, MISSED"
    })
    void hitsCountIfTheyHaveTheRightSource(double millis, int errors, int right, int wrong, int late, Status status) {
        List<ReuseHeaders> heads = new ArrayList<>(Collections.nCopies(right, HIT));
        heads.addAll(Collections.nCopies(wrong, OTHER_HIT));
        heads.addAll(Collections.nCopies(late, LATE));
        ObservedResponses responses = responses(millis, errors, heads);
        Map<Request, String> groups = new HashMap<>();
        responses.heads().keySet().forEach(request -> groups.put(request, "Why?"));

        SimilarLatency.reportHits(
                findings, "again", responses, groups, new HashMap<>(Map.of("one", "Why?", "three", "How?")));

        assertThat(findings.rows()).extracting(Findings.Row::status).containsExactly(status);
    }

    /** The question of a look-up that was late is stored, and is the nearest one for the same wording. */
    @Test
    void aHitMayHaveTheAnswerToTheSameQuestionThatWasLate() {
        ReuseHeaders late = new ReuseHeaders("four", "miss", "late", "");
        ReuseHeaders hit = new ReuseHeaders("five", "similar", "reused", "four");
        List<ReuseHeaders> heads = new ArrayList<>(Collections.nCopies(199, hit));
        heads.add(late);
        ObservedResponses responses = responses(14, 0, heads);
        Map<Request, String> groups = new HashMap<>();
        responses.heads().keySet().forEach(request -> groups.put(request, "Why?"));

        SimilarLatency.reportHits(findings, "again", responses, groups, new HashMap<>());

        assertThat(findings.rows()).extracting(Findings.Row::status).containsExactly(Status.MET);
    }

    /** A look-up that is skipped adds little. */
    @ParameterizedTest
    @CsvSource({
        "9, 0, 200, 0, MET",
        "9, 0, 198, 2, MET",
        "9, 0, 197, 3, MISSED",
        "9, 1, 200, 0, MISSED",
        "10.5, 0, 200, 0, MISSED"
    })
    void aMissHasALookUp(double millis, int errors, int decided, int late, Status median) {
        List<ReuseHeaders> heads = new ArrayList<>(Collections.nCopies(decided, MISS));
        heads.addAll(Collections.nCopies(late, LATE));

        SimilarLatency.reportMisses(
                findings, responses(millis, errors, heads), responses(4, 0, Collections.nCopies(200, PLAIN)));

        assertThat(findings.rows()).first().extracting(Findings.Row::status).isEqualTo(median);
        assertThat(findings.rows().getFirst().seen()).contains(late + " of 200 look-ups skipped");
        assertThat(findings.rows()).last().extracting(Findings.Row::status).isEqualTo(Status.MET);
    }

    @ParameterizedTest
    @CsvSource({"0, MET", "1, MISSED"})
    void aKeyThatDoesNotPermitItGetsNoSuchHeader(int marked, Status status) {
        List<ReuseHeaders> heads = new ArrayList<>(Collections.nCopies(200 - marked, PLAIN));
        heads.addAll(Collections.nCopies(marked, MISS));

        SimilarLatency.reportMisses(findings, responses(9, 0, Collections.nCopies(200, MISS)), responses(4, 0, heads));

        assertThat(findings.rows()).last().extracting(Findings.Row::status).isEqualTo(status);
    }

    /** Responses with these headers, each to a request of its own. */
    private static ObservedResponses responses(double millis, int errors, List<ReuseHeaders> heads) {
        Map<Request, ReuseHeaders> all = new HashMap<>();
        heads.forEach(head -> all.put(new Request.Question("question " + all.size(), "answer"), head));
        return new ObservedResponses(Loads.result(millis, errors, 0), all);
    }
}
