package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topics;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.stack.StackSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The requests of a key are also sent to a second model, which its readers do not notice. */
@FaultStory
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MirrorSystemTest {
    /** It accepts a temperature, and the other one refuses that. */
    private static final String STRONG = "claude-sonnet-4-6";

    private static final String CHEAPER = "claude-haiku-5-5";
    private static final int QUESTIONS = 20;
    private static final int CONCURRENCY = 4;
    private static final URI METRICS =
            URI.create("http://127.0.0.1:" + FreePorts.pick(1).getFirst() + "/metrics");

    @TempDir
    private static Path directory;

    private static LocalStack stack;
    private static ExperimentTool tool;

    private final String run = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        stack = LocalStack.start(new StackSettings()
                .environment(
                        "claude-simulator",
                        Map.of(
                                "PARLEY_SIMULATOR_CURVES", "claude-haiku=0:1 1:1",
                                "PARLEY_SIMULATOR_FIRST_TOKEN_MS", "50",
                                "PARLEY_SIMULATOR_TOKENS_PER_SECOND", "0",
                                "PARLEY_SIMULATOR_TOKENS", "5")));
        tool = new ExperimentTool(stack, directory);
    }

    @AfterAll
    static void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(stack);
        stack.close();
    }

    private static IssuedKey mirroredKey() throws InterruptedException {
        return IssuedKey.create(
                stack,
                Map.of(
                        "tenant",
                        "acme",
                        "name",
                        "mirrored",
                        "limits",
                        Map.of("usd_per_day", 100),
                        "mirror",
                        Map.of("model", CHEAPER, "share", 1, "usd_per_day", 100)));
    }

    private static Process mirror() throws Exception {
        Process process = tool.program()
                .start(
                        "mirror",
                        "--rate=100",
                        "--concurrency=" + CONCURRENCY,
                        "--metrics-address=" + METRICS.getHost() + ":" + METRICS.getPort());
        output("Mirror: ");
        return process;
    }

    private static void output(String wanted) throws Exception {
        String _ = Eventually.value(() -> tool.program().printed(), text -> text.contains(wanted));
    }

    private void ask(IssuedKey key, int from, int to) throws IOException, InterruptedException {
        ChatClient chat = key.at(0);
        for (int number = from; number < to; number++) {
            ObjectNode request = ChatClient.asking("Where is the town hall of district " + number + " in " + run + "?");
            request.put("model", STRONG).put("max_tokens", 100).put("temperature", 0.3);
            Answer answer = chat.ask(request).succeeded();
            assertThat(answer.cache()).isEqualTo("miss");
        }
    }

    private static List<String> generations(List<TrialEvent> events, Class<? extends TrialEvent> type) {
        return events.stream()
                .filter(type::isInstance)
                .map(event -> event.generation().value())
                .toList();
    }

    @Test
    void everyTurnIsMirroredOnceAlsoAfterAKill() throws Exception {
        IssuedKey key = mirroredKey();
        Process killed = mirror();
        ask(key, 0, QUESTIONS);
        List<TrialEvent> _ = Eventually.value(
                () -> tool.trials("mirror-" + key.id()),
                events -> generations(events, TrialCompleted.class).size() >= 5);
        Process _ = killed.destroyForcibly();
        killed.onExit().get(1, TimeUnit.MINUTES);
        ask(key, QUESTIONS, 2 * QUESTIONS);

        Process again = mirror();
        List<TrialEvent> events = Eventually.value(
                () -> tool.trials("mirror-" + key.id()),
                all -> generations(all, TrialStarted.class).size() >= 2 * QUESTIONS
                        && generations(all, TrialCompleted.class).size() >= 2 * QUESTIONS - CONCURRENCY);

        assertThat(generations(events, TrialStarted.class))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(key.generations(Topics.TURNS.name()));
        assertThat(askedOfTheCheaperModel()).doesNotHaveDuplicates();
        // Readers pay for their own turns only.
        BigDecimal _ = Eventually.value(() -> key.spending("today"), spent -> spent.compareTo(key.costOnTheLog()) == 0);

        key.change(0, Map.of("mirror", Map.of("usd_per_day", 0.000001)));
        ask(key, 2 * QUESTIONS, 2 * QUESTIONS + 1);
        output(" 1 over budget");
        MetricsPage metrics = MetricsPage.at(METRICS, "text/plain");
        assertThat(metrics.sum("parley_mirror_turns_total", "outcome=\"over_budget\""))
                .isEqualTo(1);
        assertThat(metrics.sum("parley_mirror_turns_total", "outcome=\"compared\""))
                .isPositive();
        assertThat(metrics.sum("parley_mirror_spent_usd")).isPositive();
        assertThat(metrics.sum("parley_mirror_budget_left_usd")).isZero();
        again.destroy();
        assertThat(again.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(generations(tool.trials("mirror-" + key.id()), TrialStarted.class))
                .hasSize(2 * QUESTIONS);

        assertThat(tool.program().run("report", "mirror-" + key.id())).isZero();
        assertThat(tool.program().printed()).contains(" comparisons, ", STRONG, CHEAPER);
    }

    private List<String> askedOfTheCheaperModel() throws IOException, InterruptedException {
        return new Simulator(stack)
                .requests(run, 1000).stream()
                        .map(request -> request.path("body"))
                        .filter(body -> body.path("model").stringValue("").equals(CHEAPER))
                        .map(JsonNode::toString)
                        .toList();
    }
}
