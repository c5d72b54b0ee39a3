package dev.parley.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.experiment.trial.TrialSpending;
import dev.parley.replay.InterruptHandler;
import dev.parley.replay.selection.UsageException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorCommandTest {
    private static final KeyId KEY = ExampleTrials.key(1);

    @Test
    void metricsHaveAnAddress() {
        assertThat(MirrorCommand.address("127.0.0.1:9590")).hasToString("/127.0.0.1:9590");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9590", ":9590", "127.0.0.1", "127.0.0.1:port", "127.0.0.1:65536"})
    void anInvalidAddressIsAMistakeOfTheOperator(String address) {
        assertThatThrownBy(() -> MirrorCommand.address(address))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--metrics-address");
    }

    @Test
    void aTrialCountsOnTheDayOfItsStart() {
        Instant today = ExampleTrials.NOW;
        Map<KeyId, TrialSpending> spent = new HashMap<>();
        List.of(
                        // Of yesterday, as far as it is read.
                        started("mirror-" + KEY, 1, today.minusSeconds(1)),
                        ExampleTrials.trial("mirror-" + KEY, 1),
                        ExampleTrials.trial("mirror-" + KEY, 2),
                        started("mirror-" + KEY, 3, today),
                        ExampleTrials.trial("mirror-" + KEY, 3),
                        started("mirror-" + KEY, 4, today),
                        started("an experiment", 5, today))
                .forEach(event -> MirrorCommand.count(event, today, spent));

        assertThat(spent).containsOnlyKeys(KEY);
        // The judge and the asked model cost 1.001, and the trial that runs may cost 5.
        assertThat(Objects.requireNonNull(spent.get(KEY)).cost().charged()).isEqualByComparingTo("6.001");
    }

    @Test
    void tellsWhatAnInterruptCuts() {
        List<String> notices = new ArrayList<>();
        try (InterruptHandler interrupts = MirrorCommand.interruptHandler(Duration.ofMillis(1), notices::add)) {
            interrupts.interrupt();
        }

        assertThat(notices)
                .containsExactly(
                        "Stopped. Trials that had not ended were cut, and count as spent with what they cost at most.");
    }

    @Test
    void anInterruptCutsNothingThatEndsInTime() {
        List<String> notices = new ArrayList<>();
        InterruptHandler interrupts = MirrorCommand.interruptHandler(Duration.ofSeconds(30), notices::add);
        interrupts.onInterrupt(interrupts::close);

        interrupts.interrupt();

        assertThat(notices).isEmpty();
    }

    private static TrialEvent started(String experiment, int number, Instant at) {
        return ExampleTrials.started(experiment, number, new BigDecimal(5), at);
    }
}
