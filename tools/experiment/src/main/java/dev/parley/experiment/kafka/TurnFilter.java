package dev.parley.experiment.kafka;

import dev.parley.contracts.id.KeyId;
import dev.parley.experiment.trial.PastTurn;
import dev.parley.replay.selection.UsageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Which turns an experiment takes: conditions that all hold. */
public final class TurnFilter {
    private static final Map<String, Function<PastTurn, String>> NAMES = Map.of(
            "tenant", turn -> turn.facts().tenant().value(),
            "user", turn -> turn.facts().user(),
            "key", turn -> turn.facts().key().map(KeyId::value).orElse(""),
            "conversation", turn -> turn.facts().conversation().value(),
            "model", turn -> turn.facts().model(),
            "kind", PastTurn::kind);

    private final List<Predicate<PastTurn>> conditions = new ArrayList<>();

    /**
     * Adds a condition such as {@code tenant=acme,globex}.
     *
     * @throws UsageException if it is none
     */
    public TurnFilter add(String condition) {
        int equals = condition.indexOf('=');
        Function<PastTurn, String> property = equals < 0 ? null : NAMES.get(condition.substring(0, equals));
        if (property == null) {
            throw new UsageException("a filter is NAME=VALUE,... with a name of "
                    + String.join(", ", NAMES.keySet().stream().sorted().toList()) + ", not " + condition);
        }
        Set<String> values =
                Set.copyOf(Arrays.asList(condition.substring(equals + 1).split(",", -1)));
        conditions.add(turn -> values.contains(property.apply(turn)));
        return this;
    }

    boolean accepts(PastTurn turn) {
        return conditions.stream().allMatch(condition -> condition.test(turn));
    }
}
