package dev.parley.answercache;

import dev.parley.contracts.id.Fingerprint;
import java.util.Optional;
import java.util.Set;

/**
 * What was found out about a wording and the answers to similar questions.
 *
 * @param permitted the question whose answer serves
 * @param vetoed the fingerprints of the answers that do not serve
 */
public record Verdicts(Optional<KeptQuestion> permitted, Set<Fingerprint> vetoed) {
    public static final Verdicts NONE = new Verdicts(Optional.empty(), Set.of());

    public Verdicts {
        vetoed = Set.copyOf(vetoed);
    }
}
