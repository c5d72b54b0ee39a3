package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;
import dev.parley.router.Calibration;
import dev.parley.router.ModelPair;
import dev.parley.router.QuestionScorer;
import dev.parley.router.RoutingTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** From shadow to on: past turns are asked again, the router is calibrated, and keeps what the calibration promises. */
@FaultStory
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RouterCalibrationSystemTest {
    private static final String STRONG = "claude-sonnet-5-5";
    private static final String CHEAPER = "claude-haiku-5-5";
    private static final double LOSS_MAX = 0.02;

    /** The simulator's curve of the cheaper model; the stronger one does not err. */
    private static final double[][] CURVE = {{0, 1}, {0.3, 1}, {0.5, 0.2}, {1, 0.1}};

    private static final int QUESTIONS = 1500;
    private static final int NEW_QUESTIONS = 600;
    private static final int CONCURRENCY = 4;
    private static final QuestionScorer SCORER = QuestionScorer.shipped();
    private static final Pattern RESULT = Pattern.compile("The result is (\\d+)\\.");
    private static final Pattern LOSS = Pattern.compile("quality loss .* \\(95 %: ([0-9.-]+) to");
    private static final int CLIENTS = 12;
    private static final List<String> WORDS = List.of(
            ("river stone garden history engine music market winter letter bridge harbour machine science theory system"
                            + " value window paper sound light forest island summer kitchen doctor teacher student animal"
                            + " weather mountain village castle library museum painting planet gravity energy carbon metal")
                    .split(" ", -1));

    @TempDir
    private static Path directory;

    private static Path configuration;
    private static Path calibration;
    private static LocalStack stack;
    private static ChatClient chat;

    @BeforeAll
    static void start() throws IOException {
        configuration = Files.createDirectory(directory.resolve("config"));
        calibration = directory.resolve("auto.csv");
        configure("shadow");
        stack = LocalStack.start(new StackSettings()
                .environment(
                        "claude-simulator",
                        Map.of(
                                "PARLEY_SIMULATOR_CURVES", "claude-haiku=0:1 0.3:1 0.5:0.2 1:0.1",
                                "PARLEY_SIMULATOR_JUDGE_ERROR", "0.03",
                                "PARLEY_SIMULATOR_FIRST_TOKEN_MS", "0",
                                "PARLEY_SIMULATOR_TOKENS_PER_SECOND", "0",
                                "PARLEY_SIMULATOR_TOKENS", "5"))
                .environment(
                        "inference-service",
                        Map.of("SPRING_CONFIG_ADDITIONAL_LOCATION", "file:" + configuration + "/")));
        chat = new ChatClient(stack.gateway(0));
    }

    @AfterAll
    static void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(stack);
        stack.close();
    }

    private static void configure(String mode) throws IOException {
        Path _ = Files.writeString(
                configuration.resolve("application.yaml"), """
                parley:
                  aliases:
                    - { name: auto, strong: %s, cheaper: %s, mode: "%s", calibration: "%s" }
                """.formatted(STRONG, CHEAPER, mode, calibration));
    }

    @Test
    void theCalibratedRouterKeepsItsPromise() throws Exception {
        List<String> questions = questions(new Random(1), QUESTIONS);
        assertThat(ask(questions, "auto")).allSatisfy(answer -> {
            assertThat(answer.header("x-parley-model")).isEqualTo(STRONG);
            assertThat(answer.header("x-parley-model-reason")).isEqualTo("shadow");
        });

        ExperimentTool tool = new ExperimentTool(stack, directory);
        int status = tool.program()
                .run(
                        "calibrate",
                        "--name=story",
                        "--since=1h",
                        "--alias=auto",
                        "--sample=" + QUESTIONS,
                        "--rate=1000",
                        "--concurrency=8",
                        "--out=" + calibration);
        String output = tool.program().printed();
        assertThat(status).as(output).isZero();

        Calibration made = Calibration.parse(Files.readAllLines(calibration));
        assertThat(made.isOf(new ModelPair(STRONG, CHEAPER))).isTrue();
        assertThat(made.questions()).isEqualTo(QUESTIONS);
        double threshold =
                made.threshold(new RoutingTarget.QualityLoss(LOSS_MAX)).orElseThrow();
        assertThat(cheaperShare(questions, threshold))
                .as("the share of the cheaper model, within 5 points of the best threshold on known truth: %s", output)
                .isBetween(oracleShare(questions) - 0.05, oracleShare(questions) + 0.05);

        assertThat(lowerEndOfTheLoss(output))
                .as("the lower end of the measured quality loss, in per cent: %s", output)
                .isLessThanOrEqualTo(100 * LOSS_MAX);

        configure("on");
        stack.process("inference-service", 0).restart();
        List<String> later = questions(new Random(2), NEW_QUESTIONS);
        List<Answer> routed = ask(later, "auto");
        List<Answer> right = ask(later, "claude-opus-5-5");

        assertThat(routed)
                .allSatisfy(answer ->
                        assertThat(answer.header("x-parley-model-reason")).isEqualTo("score"));
        long cheaper = routed.stream()
                .filter(answer -> answer.header("x-parley-model").equals(CHEAPER))
                .count();
        long wrong = IntStream.range(0, NEW_QUESTIONS)
                .filter(i -> !result(routed.get(i)).equals(result(right.get(i))))
                .count();
        assertThat((double) cheaper / NEW_QUESTIONS).isGreaterThanOrEqualTo(0.4);
        assertThat((double) wrong / NEW_QUESTIONS)
                .as("%s wrong answers of %s", wrong, NEW_QUESTIONS)
                .isLessThanOrEqualTo(LOSS_MAX + 1.96 * Math.sqrt(LOSS_MAX * (1 - LOSS_MAX) / NEW_QUESTIONS));
    }

    @Test
    void aKilledExperimentAsksNothingTwice() throws Exception {
        String user = UUID.randomUUID().toString();
        List<String> questions = questions(new Random(3), 60).stream()
                .map(question -> question + " " + UUID.randomUUID())
                .toList();
        List<Answer> _ = ask(questions, STRONG, user);
        ExperimentTool tool = new ExperimentTool(stack, directory);
        String[] command = {
            "run",
            "--name=killed",
            "--against=" + CHEAPER,
            "--since=1h",
            "--filter=user=" + user,
            "--sample=60",
            "--rate=10"
        };

        Process process = tool.program().start(command);
        List<TrialEvent> before = Eventually.value(() -> tool.trials("killed"), events -> completed(events) >= 15);
        Process _ = process.destroyForcibly();
        process.onExit().get(1, TimeUnit.MINUTES);
        assertThat(completed(before)).isLessThan(60);
        int status = tool.program().run(command);

        assertThat(status).as(tool.program().printed()).isZero();
        List<TrialEvent> events = tool.trials("killed");
        assertThat(events.stream().filter(TrialStarted.class::isInstance).map(TrialEvent::generation))
                .hasSize(60)
                .doesNotHaveDuplicates();
        assertThat(completed(events)).isBetween(60L - CONCURRENCY, 60L);
        assertThat(new Simulator(stack)
                        .requests(CHEAPER, 1000).stream()
                                .map(request -> request.path("body").toString())
                                .filter(body -> questions.stream().anyMatch(body::contains)))
                .as("what the cheaper model was asked")
                .hasSizeBetween(60 - CONCURRENCY, 60)
                .doesNotHaveDuplicates();
        assertThat(directory.resolve("experiment-killed/report.html")).content().contains("<svg");
    }

    /** The report of what has run until then. */
    @Test
    void aStoppedExperimentWritesItsReport() throws Exception {
        String user = UUID.randomUUID().toString();
        List<Answer> _ = ask(questions(new Random(4), 60), STRONG, user);
        ExperimentTool tool = new ExperimentTool(stack, directory);
        Process process = tool.program()
                .start(
                        "run",
                        "--name=stopped",
                        "--against=" + CHEAPER,
                        "--since=1h",
                        "--filter=user=" + user,
                        "--sample=60",
                        "--rate=10");
        List<TrialEvent> _ = Eventually.value(() -> tool.trials("stopped"), events -> completed(events) >= 15);
        process.destroy();
        Process _ = process.onExit().get(1, TimeUnit.MINUTES);

        assertThat(tool.program().printed()).contains("Written to experiment-stopped", "Stopped. The same command");
        assertThat(Files.readAllLines(directory.resolve("experiment-stopped/trials.jsonl")))
                .hasSize((int) completed(tool.trials("stopped")))
                .hasSizeLessThan(60);
        assertThat(directory.resolve("experiment-stopped/report.html"))
                .content()
                .contains("<svg");
    }

    private static long completed(List<TrialEvent> events) {
        return events.stream().filter(TrialCompleted.class::isInstance).count();
    }

    private static double lowerEndOfTheLoss(String output) {
        Matcher loss = LOSS.matcher(output);
        assertThat(loss.find()).as(output).isTrue();
        return Double.parseDouble(loss.group(1));
    }

    private static String result(Answer answer) {
        Matcher result = RESULT.matcher(answer.text());
        assertThat(result.find()).as(answer.text()).isTrue();
        return result.group(1);
    }

    /** The share of the questions with at most this score. */
    private static double cheaperShare(List<String> questions, double threshold) {
        return (double) questions.stream()
                        .filter(question -> SCORER.score(question) <= threshold)
                        .count()
                / questions.size();
    }

    /** The largest share that the cheaper model may answer by score, if the probabilities of its errors were known. */
    private static double oracleShare(List<String> questions) {
        double loss = 0;
        int share = 0;
        List<String> ascending = questions.stream()
                .sorted(Comparator.comparingDouble(SCORER::score))
                .toList();
        for (int i = 0; i < ascending.size(); i++) {
            loss += 1 - right(ascending.get(i).split(" ", -1).length / 100.0);
            share = loss <= LOSS_MAX * questions.size() ? i + 1 : share;
        }
        return (double) share / questions.size();
    }

    private static double right(double difficulty) {
        for (int i = 1; i < CURVE.length; i++) {
            if (difficulty <= CURVE[i][0]) {
                double part = (difficulty - CURVE[i - 1][0]) / (CURVE[i][0] - CURVE[i - 1][0]);
                return CURVE[i - 1][1] + part * (CURVE[i][1] - CURVE[i - 1][1]);
            }
        }
        return CURVE[CURVE.length - 1][1];
    }

    /** Different questions of 8 to 90 words, most of them short. */
    private static List<String> questions(Random random, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> {
                    int words = 8 + (int) (83 * Math.pow(random.nextDouble(), 2.5));
                    StringBuilder question = new StringBuilder("Please explain to me how the");
                    for (int word = 6; word < words - 2; word++) {
                        question.append(' ')
                                .append(word % 4 == 0 ? "and the" : WORDS.get(random.nextInt(WORDS.size())));
                        word += word % 4 == 0 ? 1 : 0;
                    }
                    return question.append(" number ")
                            .append(random.nextInt(100_000))
                            .append(number)
                            .append('?')
                            .toString();
                })
                .toList();
    }

    private static List<Answer> ask(List<String> questions, String model) throws Exception {
        return ask(questions, model, "ada");
    }

    /** Asks all of them, some at once. */
    private static List<Answer> ask(List<String> questions, String model, String user) throws Exception {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(CLIENTS, Thread.ofVirtual().factory())) {
            List<Future<Answer>> asked = new ArrayList<>();
            for (String question : questions) {
                asked.add(threads.submit(() -> chat.ask(request(question, model, user))));
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : asked) {
                answers.add(answer.get().succeeded());
            }
            return answers;
        }
    }

    private static ObjectNode request(String question, String model, String user) {
        ObjectNode request = ChatClient.asking(question).put("model", model).put("max_tokens", 200);
        request.putObject("metadata").put("user_id", user);
        return request;
    }
}
