package dev.parley.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.model.LeastThinking;
import dev.parley.contracts.model.PermittedModels;
import dev.parley.inference.generation.models.ModelChoice;
import dev.parley.inference.model.AliasSelector;
import dev.parley.inference.model.ModelAlias;
import dev.parley.router.ModelPair;
import dev.parley.router.RoutingMode;
import dev.parley.router.RoutingTarget;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole choice between the models of an alias: the request is parsed, the rules and the score are applied. The mix has the
 * prompt lengths of real requests, each as one question, which is the dearest case.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ModelChoiceBenchmark {
    private static final int CHARACTERS_PER_TOKEN = 4;

    /** The percentiles 0.5 to 99.5 of the prompt tokens of conversations in Azure's public trace of 2023 (CC BY 4.0). */
    private static final int[] PROMPT_TOKENS = {
        16, 58, 120, 174, 181, 181, 194, 200, 203, 206, 209, 215, 235, 298, 369, 373, 376, 379, 382, 385, 388, 391, 393,
        394, 396, 397, 398, 400, 401, 402, 404, 406, 407, 409, 412, 417, 421, 428, 440, 530, 791, 884, 922, 960, 979,
        989, 998, 1005, 1012, 1018, 1023, 1028, 1034, 1039, 1043, 1048, 1053, 1058, 1063, 1068, 1073, 1078, 1083, 1089,
        1094, 1100, 1106, 1112, 1118, 1126, 1135, 1143, 1153, 1165, 1181, 1201, 1231, 1277, 1313, 1314, 1317, 1350,
        1434, 1604, 1786, 1970, 2135, 2310, 2480, 2613, 2923, 3789, 4075, 4078, 4081, 4084, 4088, 4092, 4110, 4831
    };

    /** The longest prompt that is scored. */
    private static final int LONGEST_SCORED_TOKENS = 4_000;

    private static final String PROSE = """
        What is the reason that a log keeps every record in order, and how would you explain it to someone who has never \
        used one? Please give an example with three steps, and compare it with a queue. My team has 12 services; we do \
        not want to change them all at once. Tell me which one to begin with, why it matters, and what could go wrong \
        (in short). It did not work when we tried it in May, so do not repeat that advice. \
        """;

    private final AliasSelector selector = new AliasSelector(
            List.of(new ModelAlias(
                    "auto",
                    new ModelPair("stronger", "cheaper"),
                    RoutingMode.SHADOW,
                    Map.of(),
                    new RoutingTarget.QualityLoss(0.02),
                    List.of(),
                    Optional.empty())),
            _ -> LeastThinking.ON_REQUEST,
            Clock.systemUTC());
    private final ChatRequested[] mix =
            Arrays.stream(PROMPT_TOKENS).mapToObj(ModelChoiceBenchmark::asking).toArray(ChatRequested[]::new);
    private final ChatRequested longest = asking(LONGEST_SCORED_TOKENS);
    private int next;

    private static ChatRequested asking(int promptTokens) {
        String question = PROSE.repeat(promptTokens * CHARACTERS_PER_TOKEN / PROSE.length() + 1)
                .substring(0, promptTokens * CHARACTERS_PER_TOKEN);
        String body =
                "{\"model\":\"auto\",\"max_tokens\":1000,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\""
                        + question + "\"}]}";
        return new ChatRequested(
                GenerationId.unsigned(Clock.systemUTC(), 0),
                new ConversationId("c"),
                new TenantId("acme"),
                "ada",
                Optional.empty(),
                "auto",
                PermittedModels.ALL,
                true,
                new Fingerprint("0".repeat(64)),
                CachePolicy.USE,
                Optional.empty(),
                Optional.empty(),
                new ReplyAddress(0, 0),
                Instant.EPOCH,
                Instant.EPOCH,
                "2023-06-01",
                "",
                "",
                body.getBytes(UTF_8));
    }

    @Benchmark
    public Optional<ModelChoice> chooseForTheMix() {
        next = (next + 1) % mix.length;
        return selector.select(mix[next]);
    }

    @Benchmark
    public Optional<ModelChoice> chooseForTheLongestScored() {
        return selector.select(longest);
    }
}
