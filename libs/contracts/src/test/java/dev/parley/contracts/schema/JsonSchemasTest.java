package dev.parley.contracts.schema;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.event.AnswerDelivered;
import dev.parley.contracts.event.AnyEvent;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn.Failure;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.key.KeyChanged;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.key.KeyRevoked;
import dev.parley.contracts.key.Mirror;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.AnswerWithdrawn;
import dev.parley.contracts.trial.AnswerFacts;
import dev.parley.contracts.trial.Judgement;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialFailed;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.testing.GoldenFile;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class JsonSchemasTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<Class<?>> OPTIONALS = Set.of(Optional.class, OptionalDouble.class);

    static List<Path> events() {
        return Stream.of(GoldenFile.CURRENT, GoldenFile.OTHERS)
                .flatMap(directory -> GoldenFile.in(directory).stream())
                .filter(file -> GoldenFile.subject(file).contains(".v"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("events")
    void acceptEveryGoldenFile(Path file) {
        JsonNode value = JSON.readTree(GoldenFile.read(file).value());

        assertThat(ContractDocuments.objections(GoldenFile.subject(file), value))
                .isEmpty();
    }

    @Property(tries = 100)
    @Domain(AnyEvent.class)
    void acceptEveryValueOfTheTypes(@ForAll TurnFacts facts) {
        JsonNode value = TurnCodec.MAPPER.readTree(TurnCodec.MAPPER.writeValueAsBytes(facts));

        assertThat(ContractDocuments.objections("TurnFacts.v1", value)).isEmpty();
    }

    /** As inference-service records one that is not JSON. */
    @Test
    void acceptARequestThatIsText() {
        ObjectNode turn = (ObjectNode) JSON.readTree(GoldenFile.read(GoldenFile.CURRENT.resolve("ChatFailed.v1.golden"))
                .value());

        assertThat(ContractDocuments.objections("ChatFailed.v1", turn.put("request", "not json")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ChatCompleted.v1, message",
        "ChatCompleted.v1, generation",
        "ChatCompleted.v1, timings",
        "ChatFailed.v1, error",
        "ChatCancelled.v1, usage",
        "ChatRequested.v1, messages",
        "ChatRequested.v1, model",
    })
    void rejectAMissingRequiredProperty(String schema, String property) {
        ObjectNode value = (ObjectNode) JSON.readTree(
                GoldenFile.read(GoldenFile.CURRENT.resolve(schema + ".golden")).value());
        value.remove(property);

        assertThat(ContractDocuments.objections(schema, value)).isNotEmpty();
    }

    @Test
    void describeEveryPropertyOfTheTypes() {
        JsonNode facts = ContractDocuments.schema("TurnFacts.v1");
        JsonNode keyIssued = ContractDocuments.schema("KeyIssued.v1");
        JsonNode completed = ContractDocuments.schema("TrialCompleted.v1");
        Map<Class<? extends Record>, JsonNode> described = Map.ofEntries(
                entry(TurnFacts.class, facts),
                entry(Selection.class, facts.at("/$defs/selection")),
                entry(Usage.class, facts.at("/$defs/usage")),
                entry(Attempt.class, facts.at("/$defs/attempt")),
                entry(StageTimings.class, facts.at("/$defs/timings")),
                entry(Failure.class, ContractDocuments.schema("ChatFailed.v1").at("/properties/error")),
                entry(AnswerDelivered.class, ContractDocuments.schema("AnswerDelivered.v1")),
                entry(KeyIssued.class, keyIssued),
                entry(KeyIssued.PreviousSecret.class, keyIssued.at("/$defs/secret")),
                entry(KeyLimits.class, keyIssued.at("/properties/limits")),
                entry(Mirror.class, keyIssued.at("/properties/mirror")),
                entry(KeyRevoked.class, ContractDocuments.schema("KeyRevoked.v1")),
                entry(AnswerPublished.class, ContractDocuments.schema("AnswerPublished.v1")),
                entry(AnswerWithdrawn.class, ContractDocuments.schema("AnswerWithdrawn.v1")),
                entry(TrialStarted.class, ContractDocuments.schema("TrialStarted.v1")),
                entry(TrialCompleted.class, completed),
                entry(SimilarCheck.class, completed.at("/properties/similar")),
                entry(AnswerFacts.class, completed.at("/$defs/answer")),
                entry(Judgement.class, completed.at("/$defs/judgement")),
                entry(TrialFailed.class, ContractDocuments.schema("TrialFailed.v1")),
                entry(KeyChanged.class, ContractDocuments.schema("KeyChanged.v1")));

        assertThat(described).allSatisfy((type, schema) -> {
            assertThat(schema.path("properties").propertyNames())
                    .containsExactlyInAnyOrderElementsOf(snakeCase(type, _ -> true));
            assertThat(texts(schema.path("required")))
                    .containsExactlyInAnyOrderElementsOf(snakeCase(type, JsonSchemasTest::isAlwaysPresent));
        });
    }

    @Test
    void listEveryEnumValue() {
        JsonNode properties = ContractDocuments.schema("TurnFacts.v1").path("properties");

        assertThat(texts(properties.at("/cache_policy/enum")))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(CachePolicy.values())
                        .map(CachePolicy::text)
                        .toList());
        assertThat(texts(properties.at("/cache/enum")))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(CacheVerdict.values())
                        .map(CacheVerdict::text)
                        .toList());
    }

    private static boolean isAlwaysPresent(RecordComponent component) {
        JsonInclude include = component.getAccessor().getAnnotation(JsonInclude.class);
        return !OPTIONALS.contains(component.getType())
                && (include == null || include.value() != JsonInclude.Include.NON_DEFAULT);
    }

    private static Set<String> snakeCase(Class<? extends Record> type, Predicate<RecordComponent> wanted) {
        return Arrays.stream(type.getRecordComponents())
                .filter(component -> !component.getAccessor().isAnnotationPresent(JsonAnyGetter.class))
                .filter(wanted)
                .map(component ->
                        component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))
                .collect(toSet());
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::stringValue).toList();
    }
}
