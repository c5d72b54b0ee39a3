package dev.parley.simulator.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.directive.DirectiveParser;
import dev.parley.simulator.directive.Directives;
import dev.parley.simulator.directive.Parsed;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    private static final Fault NONE = new Fault.None();

    private final FaultPlan plan = new FaultPlan();

    @Test
    void withoutDirectivesNothingGoesWrong() {
        assertThat(plan.next(Directives.NONE, "q", false)).isEqualTo(NONE);
    }

    @Test
    void aFaultBefallsEveryRequestButOneThatGoesOn() {
        Directives cut = directives("fault=cut");

        assertThat(plan.next(cut, "q", false)).isEqualTo(Interruption.CUT);
        assertThat(plan.next(cut, "q", false)).isEqualTo(Interruption.CUT);
        assertThat(plan.next(cut, "q", true)).isEqualTo(NONE);
    }

    @Test
    void aRefusedPrefillBefallsOneThatGoesOn() {
        assertThat(plan.next(directives("fault=prefill_refused"), "q", true)).isEqualTo(Refusal.PREFILL_REFUSED);
    }

    @Test
    void timesCountsRequestsWhetherTheyGoOnOrNot() {
        Directives twice = directives("fault=cut times=2");

        assertThat(List.of(plan.next(twice, "q", false), plan.next(twice, "q", true), plan.next(twice, "q", true)))
                .containsExactly(Interruption.CUT, Interruption.CUT, NONE);
    }

    @Test
    void aListBefallsOneRequestAfterTheOther() {
        Directives flapping = directives("fault=overloaded,none,reset");

        assertThat(List.of(
                        plan.next(flapping, "q", false),
                        plan.next(flapping, "q", false),
                        plan.next(flapping, "q", false),
                        plan.next(flapping, "q", false)))
                .containsExactly(Refusal.OVERLOADED, NONE, Interruption.RESET, NONE);
    }

    @Test
    void questionsAreCountedApartUnlessTheyShareAKey() {
        assertThat(plan.next(directives("fault=cut times=1"), "a", false)).isEqualTo(Interruption.CUT);
        assertThat(plan.next(directives("fault=cut times=1"), "b", false)).isEqualTo(Interruption.CUT);

        assertThat(plan.next(directives("fault=cut times=1 key=k"), "a", false)).isEqualTo(Interruption.CUT);
        assertThat(plan.next(directives("fault=cut times=1 key=k"), "b", false)).isEqualTo(NONE);
    }

    @Test
    void aFaultThatDoesNotExistIsNamed() {
        assertThat(FaultPlan.misspelt(directives("fault=cut,overlaoded")).orElse(""))
                .contains("no fault \"overlaoded\"")
                .contains("rate_limit_without_retry_after");
        assertThat(FaultPlan.misspelt(directives("fault=cut,overloaded"))).isEmpty();
    }

    @Test
    void everyFaultIsFoundByItsName() {
        assertThat(Arrays.stream(Interruption.values()))
                .allMatch(fault -> Fault.named(fault.text()).orElse(NONE) == fault);
        assertThat(Arrays.stream(Refusal.values()))
                .allMatch(fault -> Fault.named(fault.text()).orElse(NONE) == fault);
    }

    static Directives directives(String pairs) {
        return switch (DirectiveParser.parsePairs(pairs)) {
            case Parsed.Found(Directives directives, var _) -> directives;
            case Parsed.Misspelt(String message) -> throw new AssertionError(message);
        };
    }
}
