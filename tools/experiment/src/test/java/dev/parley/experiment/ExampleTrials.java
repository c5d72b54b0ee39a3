package dev.parley.experiment;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.key.Mirror;
import dev.parley.contracts.model.LeastThinking;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.reuse.Fingerprints;
import dev.parley.contracts.trial.AnswerFacts;
import dev.parley.contracts.trial.Judgement;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.contracts.trial.Verdict;
import dev.parley.experiment.mirror.LiveTurn;
import dev.parley.experiment.mirror.LiveTurn.Mirrored;
import dev.parley.experiment.trial.AskedModel;
import dev.parley.experiment.trial.PastTurn;
import dev.parley.experiment.trial.Trial;
import dev.parley.experiment.trial.TrialCost;
import dev.parley.experiment.trial.TrialJudge;
import dev.parley.testing.Events;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Turns and trials for tests. */
public final class ExampleTrials {
    public static final String STRONG = "claude-sonnet-5-5";
    public static final String CHEAPER = "claude-haiku-5-5";
    public static final String JUDGE = "claude-opus-5-5";
    public static final TrialJudge ALWAYS_THINKING = new TrialJudge(JUDGE, Optional.of(LeastThinking.ALWAYS));
    public static final Instant NOW = Instant.parse("2026-12-01T08:00:00Z");
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** One US dollar per 1,000 tokens of every model. */
    public static final Prices PRICES = prices("claude");

    public static final TrialCost COSTS = new TrialCost(PRICES, ALWAYS_THINKING);

    /** The highest possible cost of {@link #asked}. */
    public static final BigDecimal AT_MOST = COSTS.atMost(asked(0)).orElseThrow();

    private ExampleTrials() {}

    /** A model of which nothing is known. */
    public static AskedModel unlisted(String name) {
        return new AskedModel(name, true, Optional.empty(), Optional.empty(), true);
    }

    /** One US dollar per 1,000 tokens of the models whose names begin so, and no price of others. */
    public static Prices prices(String models) {
        BigDecimal million = new BigDecimal(1000);
        return new Prices(List.of(new ModelPrice(models, million, million, million, million, 0, null)));
    }

    public static GenerationId generation(int number) {
        return new GenerationId("gen_%032x".formatted(number));
    }

    public static JsonNode message(String model, String text) {
        return MAPPER.readTree("""
                {"type":"message","role":"assistant","model":"%s","stop_reason":"end_turn",
                 "content":[{"type":"text","text":"%s"}],"usage":{"input_tokens":10,"output_tokens":10}}""".formatted(model, text));
    }

    public static KeyId key(int number) {
        return new KeyId("key_%032x".formatted(number));
    }

    /** A turn that is to be mirrored, as the record with the same number. */
    public static LiveTurn live(int number, KeyId key, String model, String usdPerDay) {
        Mirror mirror = new Mirror(model, BigDecimal.ONE, new BigDecimal(usdPerDay), Map.of());
        return new LiveTurn(0, number, Optional.of(new Mirrored(turn(number, "Why?"), key, mirror)));
    }

    /** A key with this mirror. */
    public static KeyIssued issued(KeyId key, Optional<Mirror> mirror) {
        return new KeyIssued(
                key,
                new TenantId("acme"),
                "web",
                "0".repeat(64),
                Optional.empty(),
                Optional.empty(),
                KeyLimits.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                mirror,
                Optional.empty(),
                NOW,
                NOW,
                Map.of());
    }

    /** A turn to ask again of the cheaper model. */
    public static Trial asked(int number) {
        return new Trial.AskedAgain(turn(number, "Why?"), CHEAPER);
    }

    /** A turn to compare with an earlier one. */
    public static Trial.Compared compared(PastTurn turn, PastTurn source) {
        SimilarCheck check = new SimilarCheck(
                SimilarCheck.REUSED,
                Optional.of(0.95),
                Optional.of(0.99),
                Optional.of(source.facts().generation()));
        return new Trial.Compared(turn, "similar=0.9", source, check);
    }

    /** A turn that the stronger model has answered for {@code auto}. */
    public static PastTurn turn(int number, String question) {
        return PastTurn.of(completed(number, question)).orElseThrow();
    }

    public static ChatCompleted completed(int number, String question) {
        return completed(number, question, Optional.empty(), NOW);
    }

    public static ChatCompleted completed(int number, String question, Optional<KeyId> key, Instant endedAt) {
        return completed(number, question, facts -> {
            facts.key = key;
            facts.receivedAt = endedAt.minusMillis(903);
            facts.endedAt = endedAt;
        });
    }

    /** A turn that the stronger model has answered for {@code auto}, with these changes. */
    public static ChatCompleted completed(int number, String question, Consumer<Events.Facts> change) {
        Usage usage = new Usage(10, 10, 0, 0);
        Optional<BigDecimal> cost = Optional.of(new BigDecimal("0.02"));
        ObjectNode request = (ObjectNode) MAPPER.readTree(
                "{\"model\":\"auto\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                        .formatted(question));
        TurnFacts facts = Events.facts(given -> {
            given.generation = generation(number);
            given.conversation = new ConversationId("conv-" + number);
            given.model = "auto";
            given.fingerprint = Fingerprints.of(given.tenant, "2023-06-01", "", request, false);
            given.request = RawJson.of(request);
            given.usage = usage;
            given.costUsd = cost;
            given.attempts = List.of(call(STRONG));
            given.timings =
                    new StageTimings(1, 1, OptionalDouble.of(1), OptionalDouble.of(400), OptionalDouble.of(900), 903);
            change.accept(given);
        });
        return new ChatCompleted(facts, message(STRONG, "From the stronger model."));
    }

    /** A request that ends with the beginning of the answer. */
    public static RawJson prefilled() {
        return RawJson.of(MAPPER.readTree("""
                {"model":"auto","max_tokens":100,"messages":[{"role":"user","content":"Why?"},{"role":"assistant","content":"Because"}]}
                """));
    }

    /** The call to a model that has answered a turn. */
    public static Attempt call(String model) {
        return new Attempt(
                1,
                model,
                NOW,
                900,
                "completed",
                200,
                "req_1",
                new Usage(10, 10, 0, 0),
                Optional.of(new BigDecimal("0.02")));
    }

    /** The start of a trial of the cheaper model. */
    public static TrialStarted started(String experiment, int number, BigDecimal costUsdAtMost, Instant at) {
        return new TrialStarted(
                experiment,
                generation(number),
                new ConversationId("conv-" + number),
                new TenantId("acme"),
                CHEAPER,
                Optional.of(costUsdAtMost),
                at);
    }

    /** A trial of the cheaper model. */
    public static TrialCompleted trial(int number, double score, Verdict verdict) {
        return trial(number, score, verdict, STRONG, CHEAPER);
    }

    public static TrialCompleted trial(int number, double score, Verdict verdict, String original, String asked) {
        TenantId tenant = new TenantId(number % 2 == 0 ? "acme" : "globex");
        return trial("test", number, tenant, score, verdict, original, asked);
    }

    /** An equal answer of the cheaper model. */
    public static TrialCompleted trial(String experiment, int number) {
        return trial(experiment, number, new TenantId("acme"), 0.2, Verdict.EQUAL, STRONG, CHEAPER);
    }

    private static TrialCompleted trial(
            String experiment,
            int number,
            TenantId tenant,
            double score,
            Verdict verdict,
            String original,
            String asked) {
        return new TrialCompleted(
                experiment,
                generation(number),
                new ConversationId("conv-" + number),
                tenant,
                asked,
                "question",
                score,
                answer(original),
                answer(asked),
                new Judgement(JUDGE, verdict, verdict, verdict, Usage.NONE, Optional.of(BigDecimal.ONE)),
                Optional.empty(),
                message(asked, "From the asked model."),
                NOW);
    }

    private static AnswerFacts answer(String model) {
        boolean cheap = model.equals(CHEAPER);
        return new AnswerFacts(
                model,
                "end_turn",
                new Usage(10, 10, 0, 0),
                Optional.of(new BigDecimal(cheap ? "0.001" : "0.02")),
                OptionalDouble.of(cheap ? 200 : 400),
                OptionalDouble.of(cheap ? 500 : 900));
    }
}
