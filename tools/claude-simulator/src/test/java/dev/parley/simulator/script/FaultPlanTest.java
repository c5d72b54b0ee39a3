package dev.parley.simulator.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.request.DirectiveParser;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.request.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    private final FaultPlan plan = new FaultPlan();

    @Test
    void withoutDirectivesThereIsNoFault() {
        assertThat(plan.next(Directives.NONE, "q", false)).isEqualTo(Fault.NONE);
    }

    @Test
    void aFaultAppliesToEveryRequestExceptOneThatContinues() {
        Directives cut = directives("fault=cut");

        assertThat(plan.next(cut, "q", false)).isEqualTo(Fault.CUT);
        assertThat(plan.next(cut, "q", false)).isEqualTo(Fault.CUT);
        assertThat(plan.next(cut, "q", true)).isEqualTo(Fault.NONE);
    }

    @Test
    void aRefusedPrefillAppliesToOneThatContinues() {
        assertThat(plan.next(directives("fault=prefill_refused"), "q", true)).isEqualTo(Fault.PREFILL_REFUSED);
    }

    @Test
    void timesCountsRequestsWhetherTheyContinueOrNot() {
        Directives twice = directives("fault=cut times=2");

        assertThat(List.of(plan.next(twice, "q", false), plan.next(twice, "q", true), plan.next(twice, "q", true)))
                .containsExactly(Fault.CUT, Fault.CUT, Fault.NONE);
    }

    @Test
    void aListAppliesToOneRequestAfterTheOther() {
        Directives flapping = directives("fault=overloaded,none,reset");

        assertThat(List.of(
                        plan.next(flapping, "q", false),
                        plan.next(flapping, "q", false),
                        plan.next(flapping, "q", false),
                        plan.next(flapping, "q", false)))
                .containsExactly(Fault.OVERLOADED, Fault.NONE, Fault.RESET, Fault.NONE);
    }

    @Test
    void questionsAreCountedSeparatelyUnlessTheyShareAKey() {
        assertThat(plan.next(directives("fault=cut times=1"), "a", false)).isEqualTo(Fault.CUT);
        assertThat(plan.next(directives("fault=cut times=1"), "b", false)).isEqualTo(Fault.CUT);

        assertThat(plan.next(directives("fault=cut times=1 key=k"), "a", false)).isEqualTo(Fault.CUT);
        assertThat(plan.next(directives("fault=cut times=1 key=k"), "b", false)).isEqualTo(Fault.NONE);
    }

    static Directives directives(String pairs) {
        DirectiveParser parser = new DirectiveParser().readPairs(pairs);
        assertThat(parser.error()).isEmpty();
        return parser.directives();
    }
}
