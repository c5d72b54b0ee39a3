package dev.parley.contracts.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.id.GenerationId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeltaCursorTest {
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);

    /** Records as {@code attempt.sequence}; {@code +} follows an accepted one. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            in order,                        1.0+ 1.1+ 1.2+
            repeated,                        1.0+ 1.0 1.1+ 1.0 1.1 1.2+
            without the first record,        1.1 1.2
            after a missing record,          1.0+ 1.2 1.1 1.3
            taken over,                      1.0+ 1.1+ 2.0+ 2.1+
            late records of an older owner,  1.0+ 2.0+ 1.1 2.1+ 1.2 2.2+
            a takeover after a gap,          1.0+ 1.2 2.0+ 2.1+
            two takeovers in a row,          1.0+ 2.0+ 3.0+ 2.1 3.1+
            """)
    void acceptsTheRecordsOfTheAnswer(String situation, String records) {
        DeltaCursor cursor = new DeltaCursor();
        for (String each : records.split(" ", -1)) {
            String[] numbers = each.replace("+", "").split("\\.", -1);
            assertThat(cursor.accepts(delta(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]))))
                    .as("%s: %s", situation, each)
                    .isEqualTo(each.endsWith("+"));
        }
    }

    /** The marker of the turn follows the records. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            all records,                      1.0 1.1, 1.2, false
            a record before it is missing,    1.0,     1.2, true
            an earlier record is missing,     1.0 1.2, 1.3, true
            a marker of an older owner,       1.0 2.1, 1.1, false
            a takeover after a gap,           1.0 1.2 2.0, 2.1, false
            """)
    void aMarkerAfterAMissingRecordEndsAnIncompleteAnswer(
            String situation, String records, String marker, boolean incomplete) {
        DeltaCursor cursor = new DeltaCursor();
        for (String each : records.split(" ", -1)) {
            var _ = cursor.accepts(delta(Integer.parseInt(each.substring(0, 1)), Integer.parseInt(each.substring(2))));
        }
        Delta recorded = new Recorded(
                GENERATION, Integer.parseInt(marker.substring(0, 1)), Integer.parseInt(marker.substring(2)));
        var _ = cursor.accepts(recorded);
        assertThat(cursor.endsIncomplete(recorded)).as(situation).isEqualTo(incomplete);
    }

    /** For any order of records, the accepted ones are a prefix of each attempt, with the attempts in order. */
    @Property
    void neverLeavesAGap(@ForAll @Size(max = 40) List<@IntRange(min = 0, max = 11) Integer> records) {
        DeltaCursor cursor = new DeltaCursor();
        List<Delta> counted = new ArrayList<>();
        for (int each : records) {
            Delta delta = delta(1 + each / 4, each % 4);
            if (cursor.accepts(delta)) {
                counted.add(delta);
            }
        }
        for (int i = 0; i < counted.size(); i++) {
            Delta delta = counted.get(i);
            if (delta.sequence() > 0) {
                assertThat(counted.get(i - 1)).isEqualTo(delta(delta.attempt(), delta.sequence() - 1));
            } else if (i > 0) {
                assertThat(counted.get(i - 1).attempt()).isLessThan(delta.attempt());
            }
        }
    }

    private static Delta delta(int attempt, int sequence) {
        return new Heartbeat(GENERATION, attempt, sequence);
    }
}
