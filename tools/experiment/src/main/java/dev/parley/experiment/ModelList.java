package dev.parley.experiment;

import static java.util.Objects.requireNonNull;

import dev.parley.contracts.model.LeastThinking;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.contracts.price.Prices;
import dev.parley.experiment.trial.AskedModel;
import dev.parley.experiment.trial.TrialJudge;
import dev.parley.replay.selection.UsageException;
import dev.parley.router.ModelPair;
import dev.parley.router.ModelRouter;
import dev.parley.router.RoutingTarget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Models, aliases and prices, from a file as {@code parley-models.yaml} of the contracts, which is the default.
 *
 * @param models empty if the file has only the others
 */
record ModelList(Optional<List<Model>> models, List<Alias> aliases, List<ModelPrice> prices) {
    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .disable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    ModelList {
        requireNonNull(aliases, "parley.aliases is missing");
        requireNonNull(prices, "parley.prices is missing");
    }

    private record Document(ModelList parley) {}

    /**
     * A model, with the settings of the services.
     *
     * @param id also the prefix of its dated names
     */
    record Model(
            String id,
            Optional<Boolean> sampling,
            Optional<String> thinking,
            Optional<List<String>> effort,
            Optional<Boolean> forcedTools) {
        LeastThinking leastThinking() {
            return thinking.map(name ->
                            LeastThinking.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')))
                    .orElse(LeastThinking.ON_REQUEST);
        }
    }

    /** A name for a pair of models, with the settings of inference-service. */
    record Alias(
            String name,
            String strong,
            String cheaper,
            Optional<Double> maxQualityLoss,
            Optional<Double> targetStrongShare,
            Optional<List<String>> strongPatterns) {
        private static final double QUALITY_LOSS = 0.02;

        Alias {
            requireNonNull(name, "an alias has no name");
            requireNonNull(strong, "an alias has no strong model");
            requireNonNull(cheaper, "an alias has no cheaper model");
        }

        ModelPair pair() {
            return new ModelPair(strong, cheaper);
        }

        RoutingTarget target() {
            return RoutingTarget.of(targetStrongShare, maxQualityLoss.orElse(QUALITY_LOSS));
        }

        ModelRouter router() {
            return new ModelRouter(
                    pair(),
                    target(),
                    strongPatterns.orElse(List.of()).stream()
                            .map(Pattern::compile)
                            .toList());
        }
    }

    static ModelList read(Optional<Path> file) throws IOException {
        try (InputStream in = file.isPresent()
                ? new ByteArrayInputStream(InputFile.read(file.get()))
                : requireNonNull(ModelList.class.getResourceAsStream("/parley-models.yaml"))) {
            return requireNonNull(MAPPER.readValue(in, Document.class).parley(), "parley is missing");
        } catch (JacksonException | NullPointerException e) {
            String reason = e instanceof JacksonException jackson ? jackson.getOriginalMessage() : e.getMessage();
            throw new UsageException("--models: no list of models as parley-models.yaml: "
                    + String.valueOf(reason).replaceAll("\\s*\\R\\s*", " "));
        }
    }

    TrialJudge judge(String name) {
        return new TrialJudge(name, find(name).map(Model::leastThinking));
    }

    AskedModel asked(String name) {
        Optional<Model> model = find(name);
        return new AskedModel(
                name,
                model.flatMap(Model::sampling).orElse(true),
                model.map(Model::leastThinking),
                model.flatMap(Model::effort),
                model.flatMap(Model::forcedTools).orElse(true));
    }

    /** The longest listed prefix of a name. */
    private Optional<Model> find(String name) {
        return models.orElse(List.of()).stream()
                .filter(model -> name.startsWith(model.id()))
                .max(Comparator.comparingInt(model -> model.id().length()));
    }

    Prices priceList() {
        return new Prices(prices);
    }

    Alias alias(String name) {
        return aliases.stream()
                .filter(alias -> alias.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new UsageException("there is no alias " + name + "; --models names the list of models"));
    }
}
