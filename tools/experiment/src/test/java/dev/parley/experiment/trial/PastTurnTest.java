package dev.parley.experiment.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.model.LeastThinking;
import dev.parley.contracts.trial.AnswerFacts;
import dev.parley.experiment.ExampleTrials;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class PastTurnTest {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final ChatCompleted TURN = ExampleTrials.completed(1, "Why?");
    private static final Attempt ANSWERING = TURN.facts().attempts().getFirst();
    private static final Attempt JUDGING = new Attempt(
                    0,
                    "claude-judge",
                    ExampleTrials.NOW,
                    200,
                    "completed",
                    200,
                    "req_0",
                    new Usage(300, 1, 0, 0),
                    Optional.of(new BigDecimal("0.30")))
            .judging();

    /** 40 KB in base64. */
    private static final String IMAGE = """
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"%s"}}""".formatted("iVBORw0KGgoAAAAN".repeat(2560));

    private static ObjectNode request(String content) {
        return (ObjectNode) MAPPER.readTree(
                "{\"model\":\"auto\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":[%s]}]}"
                        .formatted(content));
    }

    private static Optional<PastTurn> asking(ObjectNode request) {
        return PastTurn.of(ExampleTrials.completed(1, "Why?", facts -> facts.request = RawJson.of(request)));
    }

    private static Optional<PastTurn> answering(String content) {
        return PastTurn.of(new ChatCompleted(
                TURN.facts(),
                TURN.message()
                        .deepCopy()
                        .asObject()
                        .set("content", MAPPER.readTree("[" + content + "]"))
                        .asObject()));
    }

    private static Optional<PastTurn> called(CacheVerdict cache, Attempt... attempts) {
        return PastTurn.of(ExampleTrials.completed(1, "Why?", facts -> {
            facts.cache = cache;
            facts.usage = Stream.of(attempts).map(Attempt::usage).reduce(Usage.NONE, Usage::plus);
            facts.costUsd = Stream.of(attempts)
                    .flatMap(attempt -> attempt.costUsd().stream())
                    .reduce(BigDecimal::add)
                    .or(() -> Optional.of(BigDecimal.ZERO));
            facts.attempts = List.of(attempts);
        }));
    }

    /** It would be many times the tokens of the image, which the costs of a trial are reserved for. */
    @Test
    void anImageIsNotJudged() {
        assertThat(asking(request(IMAGE + ",{\"type\":\"text\",\"text\":\"What is this?\"}")))
                .isEmpty();
        assertThat(asking(request(
                        "{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_1\",\"content\":[%s]}".formatted(IMAGE))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'document','source':{'type':'base64','media_type':'application/pdf','data':'JVBERi0='}}",
                "{'type':'image','source':{'type':'url','url':'https://example.com/a.png'}}",
                "{'type':'container_upload','file_id':'file_1'}"
            })
    void otherContentThatAJudgeCannotReadIsNotJudged(String block) {
        assertThat(asking(request(block.replace('\'', '"')))).isEmpty();
        assertThat(answering(block.replace('\'', '"'))).isEmpty();
    }

    /** What the tool adds to the prompt of another model is not known before. */
    @Test
    void aRequestWithAToolThatClaudeRunsIsNotAskedAgain() {
        ObjectNode request = request("{\"type\":\"text\",\"text\":\"Why?\"}");
        request.putArray("tools").addObject().put("type", "web_search_20250305").put("name", "web_search");

        assertThat(asking(request)).isEmpty();
        assertThat(answering("""
                {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[
                  {"type":"web_search_result","url":"https://example.com","encrypted_content":"EqgfCioIARgB"}]}""")).isEmpty();
    }

    /** Its cost has no bound: the price list does not have these rates. */
    @ParameterizedTest
    @CsvSource({"inference_geo,us", "speed,fast"})
    void aRequestAtPremiumRatesIsNotAskedAgain(String parameter, String value) {
        ObjectNode request = request("{\"type\":\"text\",\"text\":\"Why?\"}");

        assertThat(asking(request.deepCopy().put(parameter, value))).isEmpty();
        assertThat(asking(request.put("speed", "standard").put("inference_geo", "global")))
                .isPresent();
    }

    /** Claude may answer it with another model than the one that is tried. */
    @Test
    void aRequestWithFallbacksIsNotAskedAgain() {
        ObjectNode request = request("{\"type\":\"text\",\"text\":\"Why?\"}");
        request.putArray("fallbacks").addObject().put("model", "claude-haiku-5-5");

        assertThat(asking(request)).isEmpty();
        assertThat(asking(request.put("fallbacks", "default"))).isEmpty();
    }

    @Test
    void toolsOfTheClientAndThinkingAreNoObstacle() {
        ObjectNode request = request("{\"type\":\"text\",\"text\":\"Why?\"}");
        request.putArray("tools").addObject().put("name", "weather");
        request.withArray("tools").addObject().put("type", "bash_20250124").put("name", "bash");
        ObjectNode result = request.withArray("messages").addObject().put("role", "user");
        result.putArray("content").addObject().put("type", "tool_result").put("content", "sunny");

        assertThat(asking(request)).isPresent();
        assertThat(answering("""
                {"type":"thinking","thinking":"Hm.","signature":"EqQBCgIYAg"},{"type":"redacted_thinking","data":"EmwKAhgB"},
                {"type":"text","text":"Look:"},{"type":"tool_use","id":"toolu_1","name":"weather","input":{}}""")).isPresent();
    }

    /** Claude would refuse the request, and the turn would be missing from the comparison. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            true  | ON_REQUEST    | 'temperature':0.3,'top_k':5                         | 'temperature':0.3,'top_k':5
            true  |               | 'temperature':0.3,'thinking':{'type':'disabled'}    | 'temperature':0.3,'thinking':{'type':'disabled'}
            false | ALWAYS        | 'temperature':0.3                                   |
            false | ON_REQUEST    | 'top_p':0.9,'top_k':5,'stop_sequences':['x']        | 'stop_sequences':['x']
            false | ALWAYS        | 'thinking':{'type':'disabled'}                      | 'thinking':{'type':'adaptive'}
            false | BETWEEN_TOOLS | 'thinking':{'type':'disabled'}                      | 'thinking':{'type':'between_tools'}
            false | DISABLED      | 'thinking':{'type':'between_tools'}                 | 'thinking':{'type':'disabled'}
            true  | ON_REQUEST    | 'thinking':{'type':'between_tools'}                 | 'thinking':{'type':'disabled'}
            false | ON_REQUEST    | 'thinking':{'type':'enabled','budget_tokens':1024}  | 'thinking':{'type':'adaptive'}
            true  | ON_REQUEST    | 'thinking':{'type':'enabled','budget_tokens':1024}  | 'thinking':{'type':'enabled','budget_tokens':1024}
            false | BETWEEN_TOOLS | 'thinking':{'type':'adaptive','display':'omitted'}  | 'thinking':{'type':'adaptive','display':'omitted'}
            true  | WITH_BUDGET   | 'thinking':{'type':'adaptive','display':'omitted'}  | 'thinking':{'type':'disabled'}
            true  | WITH_BUDGET   | 'thinking':{'type':'enabled','budget_tokens':1024}  | 'thinking':{'type':'enabled','budget_tokens':1024}
            """)
    void theOtherModelIsAskedWithoutWhatItRefuses(
            boolean sampling, @Nullable LeastThinking thinking, String given, @Nullable String asked) {
        ObjectNode request = request("{\"type\":\"text\",\"text\":\"Why?\"}");
        ObjectNode expected = request.deepCopy().put("model", "claude-x").put("stream", true);
        expected.setAll(parameters(Objects.requireNonNullElse(asked, "")));

        AskedModel model = new AskedModel("claude-x", sampling, Optional.ofNullable(thinking), Optional.empty(), true);
        PastTurn turn = asking(request.setAll(parameters(given)).asObject()).orElseThrow();

        assertThat(turn.askOf(model)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'output_config':{'effort':'max'}                    |
            'output_config':{'effort':'low'}                    | 'output_config':{'effort':'low'}
            'output_config':{'effort':'max','format':{}}        | 'output_config':{'format':{}}
            'tool_choice':{'type':'tool','name':'weather'}      | 'tool_choice':{'type':'auto'}
            'tool_choice':{'type':'any','disable_parallel_tool_use':true} | 'tool_choice':{'type':'auto','disable_parallel_tool_use':true}
            'tool_choice':{'type':'none'}                       | 'tool_choice':{'type':'none'}
            """)
    void theOtherModelIsAskedWithoutItsOwnEffortAndForcedTools(String given, @Nullable String asked) {
        ObjectNode request = request("{\"type\":\"text\",\"text\":\"Why?\"}");
        ObjectNode expected = request.deepCopy().put("model", "claude-x").put("stream", true);
        expected.setAll(parameters(Objects.requireNonNullElse(asked, "")));

        AskedModel model =
                new AskedModel("claude-x", true, Optional.empty(), Optional.of(List.of("low", "medium")), false);
        PastTurn turn = asking(request.setAll(parameters(given)).asObject()).orElseThrow();

        assertThat(turn.askOf(model)).isEqualTo(expected);
    }

    private static ObjectNode parameters(String members) {
        return (ObjectNode) MAPPER.readTree(("{" + members + "}").replace('\'', '"'));
    }

    /** The answer to a similar question that a judge permitted has one call, the judge's. */
    @ParameterizedTest
    @EnumSource(
            value = CacheVerdict.class,
            names = {"MISS", "BYPASS"},
            mode = EnumSource.Mode.EXCLUDE)
    void aStoredOrSharedAnswerIsNoneOfClaude(CacheVerdict cache) {
        assertThat(called(cache)).isEmpty();
        assertThat(called(cache, JUDGING)).isEmpty();
        assertThat(called(cache, JUDGING, ANSWERING)).isEmpty();
    }

    @Test
    void aCallToAJudgeIsNoAnswer() {
        assertThat(called(CacheVerdict.MISS, JUDGING)).isEmpty();
    }

    @Test
    void callsToAJudgeAreNoPartOfTheAnswer() {
        PastTurn alone = called(CacheVerdict.BYPASS, ANSWERING).orElseThrow();
        Stream.of(List.of(JUDGING, ANSWERING), List.of(ANSWERING, JUDGING))
                .map(calls ->
                        called(CacheVerdict.MISS, calls.toArray(Attempt[]::new)).orElseThrow())
                .forEach(judged -> {
                    AnswerFacts answer = judged.answer();
                    assertThat(answer).isEqualTo(alone.answer());
                    assertThat(answer.usage()).isEqualTo(ANSWERING.usage());
                    assertThat(answer.costUsd()).isEqualTo(ANSWERING.costUsd());
                    assertThat(ExampleTrials.COSTS.atMost(new Trial.AskedAgain(judged, ExampleTrials.CHEAPER)))
                            .isEqualTo(ExampleTrials.COSTS.atMost(new Trial.AskedAgain(alone, ExampleTrials.CHEAPER)));
                });
    }

    @Test
    void theCostIsUnknownIfThatOfACallIs() {
        Attempt broken = new Attempt(
                1, "claude-x", ExampleTrials.NOW, 200, "broken", 200, "req_0", new Usage(1, 1, 0, 0), Optional.empty());

        assertThat(called(CacheVerdict.MISS, broken, ANSWERING).orElseThrow().answer())
                .satisfies(answer -> {
                    assertThat(answer.costUsd()).isEmpty();
                    assertThat(answer.usage().outputTokens()).isEqualTo(11);
                });
    }
}
