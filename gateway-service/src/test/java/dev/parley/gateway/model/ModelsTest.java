package dev.parley.gateway.model;

import static dev.parley.gateway.model.Effort.HIGH;
import static dev.parley.gateway.model.Effort.LOW;
import static dev.parley.gateway.model.Effort.MAX;
import static dev.parley.gateway.model.Effort.MEDIUM;
import static dev.parley.gateway.model.Effort.XHIGH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ModelsTest {
    private static final ModelSettings A = new ModelSettings(
            "a", "Model A", Instant.parse("2026-01-01T00:00:00Z"), true, List.of(LOW, MEDIUM, MAX), true, true);

    private final Models models = new Models(
            List.of(
                    A,
                    new ModelSettings("b", "Model B", Instant.EPOCH, false, List.of(MEDIUM, HIGH, MAX), false, false),
                    new AliasSettings("c", "Model C", "a", "b").listed()),
            new ModelAliases(List.of(new AliasSettings("c", "Model C", "a", "b"))));

    @Test
    void listsAllModelsInTheFormatOfOpenAi() {
        assertThat(models.openAi().path("object").stringValue()).isEqualTo("list");
        assertThat(models.openAi().path("data")).hasSize(3);
        assertThat(models.openAi().at("/data/0").toString())
                .isEqualTo("{\"id\":\"a\",\"object\":\"model\",\"created\":1767225600,\"owned_by\":\"anthropic\"}");
    }

    @Test
    void describesAModelInTheFormatOfTheMessagesApi() {
        assertThat(models.anthropic(models.find("a").orElseThrow()))
                .isEqualTo(JsonMapper.shared().readTree("""
                {"type":"model","id":"a","display_name":"Model A","created_at":"2026-01-01T00:00:00Z",
                 "lifecycle":"active","capabilities":null,"deprecated_at":null,"line":null,"max_input_tokens":null,
                 "max_tokens":null,"retires_at":null}"""));
    }

    @Test
    void describesAnAliasWithItsModels() {
        assertThat(models.anthropic(models.find("c").orElseThrow()).toString())
                .endsWith("\"stronger\":\"a\",\"cheaper\":\"b\"}");
        assertThat(models.openAi().at("/data/2").has("cheaper")).isFalse();
    }

    @Test
    void findsAModelByItsDatedName() {
        assertThat(models.find("a-20260101"))
                .hasValue(new ModelSettings(
                        "a-20260101", A.displayName(), A.created(), A.sampling(), A.effort(), true, true));
        assertThat(models.find("a-2026")).isEmpty();
        assertThat(models.find("z-20260101")).isEmpty();
        assertThat(models.find("c-20260101")).as("of an alias").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a, true", "b, false", "b-20260101, false", "c, false", "z, true"})
    void findsWhetherAllModelsOfANameAcceptSampling(String name, boolean accepted) {
        assertThat(models.acceptSampling(name)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({"a, true", "b, false", "b-20260101, false", "c, false", "z, true"})
    void findsWhetherAllModelsOfANameAcceptForcedTools(String name, boolean accepted) {
        assertThat(models.acceptForcedTools(name)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({"a, true", "b, false", "b-20260101, false", "c, false", "z, true"})
    void findsWhetherAllModelsOfANameAcceptAPrefill(String name, boolean accepted) {
        assertThat(models.acceptPrefill(name)).isEqualTo(accepted);
    }

    @Test
    void findsTheEffortThatAllModelsOfANameAccept() {
        assertThat(models.effort("a-20260101")).containsExactly(LOW, MEDIUM, MAX);
        assertThat(models.effort("c")).containsExactly(MEDIUM, MAX);
        assertThat(models.effort("z")).containsExactly(Effort.values());
    }

    @ParameterizedTest
    @CsvSource({"LOW, MEDIUM", "MEDIUM, MEDIUM", "HIGH, MEDIUM", "XHIGH, XHIGH", "MAX, XHIGH"})
    void lowersAnEffortToTheNextAcceptedLevel(Effort asked, Effort accepted) {
        assertThat(asked.among(Set.of(MEDIUM, XHIGH))).hasValue(accepted);
        assertThat(asked.among(Set.of())).isEmpty();
    }

    @Test
    void listsOnlyTheModelsThatAKeyMayUse() {
        Models few = models.only(List.of(), List.of("b", "c", "d")::contains);
        assertThat(ids(few)).containsExactly("b", "c");
        assertThat(few.find("a")).isEmpty();
    }

    @Test
    void listsTheDatedNamesThatAKeyIsLimitedTo() {
        List<String> limits = List.of("a-20260101", "b", "c-2026", "z-20260101");
        Models few = models.only(limits, name -> limits.stream().anyMatch(name::startsWith));
        assertThat(ids(few)).containsExactly("b", "a-20260101");
        assertThat(few.find("a-20260101").orElseThrow().displayName()).isEqualTo("Model A");
        assertThat(ids(models.only(List.of("a-20260101"), "b"::equals))).containsExactly("b");
    }

    private static Stream<String> ids(Models listed) {
        return listed.openAi()
                .path("data")
                .valueStream()
                .map(model -> model.path("id").stringValue());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none, none, none, a, c, false, 3",
                "none, none, 2, a, b, true, 2",
                "b, none, 2, c, c, false, 1",
                "a, none, 1, b, b, true, 1",
                "c, none, none, none, none, false, 0",
                "none, c, none, a, b, false, 2",
                "none, c, 2, a, b, false, 2",
                "none, c, 1, b, b, true, 1",
                "none, b, 1, a, a, false, 1",
                "none, a, 1, none, none, false, 0"
            })
    void listsPagesInTheFormatOfTheMessagesApi(
            String after, String before, String limit, String first, String last, boolean more, int size) {
        var page =
                models.anthropic(Optional.ofNullable(after), Optional.ofNullable(before), Optional.ofNullable(limit));
        assertThat(page.path("data")).hasSize(size);
        assertThat(page.path("first_id").stringValue(null)).isEqualTo(first);
        assertThat(page.path("last_id").stringValue(null)).isEqualTo(last);
        assertThat(page.path("has_more").booleanValue()).isEqualTo(more);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none, none, 0, limit",
                "none, none, many, limit",
                "none, none, 1001, limit",
                "none, c, 0, limit",
                "d, none, none, after_id",
                "none, d, none, before_id",
                "a, c, none, before_id"
            })
    void rejectsAnInvalidPage(String after, String before, String limit, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> models.anthropic(
                        Optional.ofNullable(after), Optional.ofNullable(before), Optional.ofNullable(limit)))
                .withMessageStartingWith(named + ": ");
    }
}
