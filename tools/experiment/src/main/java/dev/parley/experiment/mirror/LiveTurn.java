package dev.parley.experiment.mirror;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.Mirror;
import dev.parley.experiment.trial.PastTurn;
import dev.parley.experiment.trial.Trial;
import java.util.Optional;

/**
 * A record of {@code chat.turns}.
 *
 * @param mirrored empty if there is nothing to mirror
 */
public record LiveTurn(int partition, long offset, Optional<Mirrored> mirrored) {
    /** A turn of the share of its key. */
    public record Mirrored(PastTurn turn, KeyId key, Mirror mirror) {
        private static final String EXPERIMENT_PREFIX = "mirror-";

        Trial trial() {
            return new Trial.AskedAgain(turn, mirror.model());
        }

        public String experiment() {
            return EXPERIMENT_PREFIX + key.value();
        }

        /** The key of an experiment; empty if it is none of a mirror. */
        public static Optional<KeyId> key(String experiment) {
            try {
                return Optional.of(experiment)
                        .filter(name -> name.startsWith(EXPERIMENT_PREFIX))
                        .map(name -> new KeyId(name.substring(EXPERIMENT_PREFIX.length())));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }
}
