package dev.parley.simulator.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.request.DirectiveParser;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.request.Fault;
import dev.parley.simulator.script.Faults.Entry;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static final Directives CUT = directives("fault=cut");
    private static final Directives RESET = directives("fault=reset");

    private final Faults faults = new Faults();

    @Test
    void withoutDirectivesThereIsNoFault() {
        assertThat(faults.next(Directives.NONE, "q", false)).isEqualTo(Fault.NONE);
    }

    @Test
    void aFaultAppliesToEveryRequestExceptOneThatContinues() {
        assertThat(faults.next(CUT, "q", false)).isEqualTo(Fault.CUT);
        assertThat(faults.next(CUT, "q", false)).isEqualTo(Fault.CUT);
        assertThat(faults.next(CUT, "q", true)).isEqualTo(Fault.NONE);
    }

    @Test
    void aRefusedPrefillAppliesToOneThatContinues() {
        assertThat(faults.next(directives("fault=prefill_refused"), "q", true)).isEqualTo(Fault.PREFILL_REFUSED);
    }

    @Test
    void timesCountsRequestsWhetherTheyContinueOrNot() {
        Directives twice = directives("fault=cut times=2");

        assertThat(List.of(
                        faults.next(twice, "q", false), faults.next(twice, "q", true), faults.next(twice, "q", true)))
                .containsExactly(Fault.CUT, Fault.CUT, Fault.NONE);
    }

    @Test
    void aListAppliesToOneRequestAfterTheOther() {
        Directives flapping = directives("fault=overloaded,none,reset");

        assertThat(List.of(
                        faults.next(flapping, "q", false),
                        faults.next(flapping, "q", false),
                        faults.next(flapping, "q", false),
                        faults.next(flapping, "q", false)))
                .containsExactly(Fault.OVERLOADED, Fault.NONE, Fault.RESET, Fault.NONE);
    }

    @Test
    void questionsAreCountedSeparately() {
        assertThat(faults.next(directives("fault=cut times=1"), "a", false)).isEqualTo(Fault.CUT);
        assertThat(faults.next(directives("fault=cut times=1"), "b", false)).isEqualTo(Fault.CUT);
    }

    @Test
    void givesEachEntryTheNumberOfTimesItHas() {
        faults.add(List.of(new Entry(CUT, 2, ""), new Entry(RESET, 1, "")));

        assertThat(List.of(faults.take("q"), faults.take("q"), faults.take("q"), faults.take("q")))
                .containsExactly(CUT, CUT, RESET, Directives.NONE);
    }

    @Test
    void skipsEntriesThatAreForOtherQuestions() {
        faults.add(List.of(new Entry(CUT, 1, "mine"), new Entry(RESET, 1, "")));

        assertThat(faults.take("yours")).isEqualTo(RESET);
        assertThat(faults.take("yours")).isEqualTo(Directives.NONE);
        assertThat(faults.take("this is mine")).isEqualTo(CUT);
    }

    @Test
    void takesNoMoreThanAThousand() {
        assertThat(faults.add(Collections.nCopies(1_000, new Entry(CUT, 1, ""))))
                .isTrue();
        assertThat(faults.add(List.of(new Entry(CUT, 1, "")))).isFalse();
    }

    static Directives directives(String pairs) {
        DirectiveParser parser = new DirectiveParser().readPairs(pairs);
        assertThat(parser.error()).isEmpty();
        return parser.directives();
    }
}
