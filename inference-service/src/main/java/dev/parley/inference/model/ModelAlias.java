package dev.parley.inference.model;

import dev.parley.contracts.id.KeyId;
import dev.parley.router.ModelPair;
import dev.parley.router.RoutingMode;
import dev.parley.router.RoutingTarget;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A name that stands for a pair of models.
 *
 * @param mode for keys without a mode of their own
 * @param keyModes by the id of a key
 * @param strongPatterns if one occurs in a message of the user, the stronger model answers
 * @param calibration the file with the calibration for the pair
 */
public record ModelAlias(
        String name,
        ModelPair pair,
        RoutingMode mode,
        Map<KeyId, RoutingMode> keyModes,
        RoutingTarget target,
        List<Pattern> strongPatterns,
        Optional<Path> calibration) {
    public ModelAlias {
        keyModes = Map.copyOf(keyModes);
        strongPatterns = List.copyOf(strongPatterns);
    }

    RoutingMode mode(Optional<KeyId> key) {
        return key.map(keyModes::get).orElse(mode);
    }
}
