package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.servers.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The script {@code parley} in a checkout without sources, whose programs only record that they run. */
final class ParleyScriptIT {
    private static final Duration WITHIN = Duration.ofSeconds(20);

    private static final String PROGRAM = """
            #!/bin/sh
            echo "${0##*/} $$ $*" >>"$RECORD"
            """;

    /** Runs until the file DONE exists, except for a package, which it makes at once if PACKAGE is not set. */
    private static final String MAVEN = """
            #!/bin/sh
            [ "$1" != --version ] || { echo 'Apache Maven 3.9.9'; exit; }
            echo "mvn $$ $*" >>"$RECORD"
            case "${PACKAGE:-} $* " in
              ' '*' package '*)
                for module in gateway-service cache-service inference-service persistence-worker \\
                  tools/claude-simulator tools/pulse tools/replay tools/evaluate tools/experiment; do
                  mkdir -p "$module/target" && touch "$module/target/${module##*/}-app.jar"
                done
                for library in tools/local-stack/servers/kafka/target/lib/local-kafka.jar \\
                  tools/local-stack/servers/dynamodb/target/lib/local-dynamodb.jar; do
                  mkdir -p "${library%/*}" && touch "$library"
                done
                for tool in local-stack benchmarks chart; do
                  mkdir -p "tools/$tool/target/lib" && cd "tools/$tool/target"
                  touch "$tool.jar" lib/x-1.jar lib/x-2.jar lib/y-1.jar
                  printf lib/x-2.jar:lib/y-1.jar >class-path
                  cd - >/dev/null
                done
                ;;
              *) while [ ! -e "$DONE" ]; do sleep 0.1; done ;;
            esac
            echo "mvn ends" >>"$RECORD"
            exit "${MAVEN_STATUS:-0}"
            """;

    /** Makes AOT caches until the file DONE exists. Checks the arguments of the benchmarks. */
    private static final String JAVA = PROGRAM + """
            echo "with $$ $LC_ALL $PARLEY_KAFKA_BOOTSTRAP_SERVERS $ANTHROPIC_BASE_URL" >>"$RECORD"
            case " $* " in
              *' train '*) while [ ! -e "$DONE" ]; do sleep 0.1; done ;;
              *' --check '*) exit "${CHECK_STATUS:-0}" ;;
            esac
            """;

    /** The check of the page runs until DONE exists. */
    private static final String NPM = """
            #!/bin/sh
            case $* in
              *check)
                echo "npm $$" >>"$RECORD"
                while [ ! -e "$DONE" ]; do sleep 0.1; done
                ;;
            esac
            """;

    /** As the real one, it runs a test in another process group. */
    private static final String VARNISHTEST = """
            #!/bin/sh
            setsid sh -c 'echo "varnishtest $$" >>"$RECORD"; while [ ! -e "$DONE" ]; do sleep 0.1; done' &
            wait $!
            exit "${VARNISHTEST_STATUS:-0}"
            """;

    @TempDir
    private Path directory;

    private Path record;
    private Path done;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void makeACheckout() throws IOException {
        record = directory.resolve("record");
        done = directory.resolve("done");
        Path original = Checkout.find().root();
        for (String script : List.of("parley", "edge/tests/run")) {
            Path copy = directory.resolve("a checkout").resolve(script);
            Files.createDirectories(copy.getParent());
            Files.copy(original.resolve(script), copy);
        }
        write("a checkout/edge/function.js", "");
        write("a checkout/edge/tests/function.njs.js", "");
        write("a checkout/edge/tests/one.vtc", "");
        write("a checkout/tools/benchmarks/pom.xml", "");
        for (String page : List.of("edge/tests", "gateway-service/src/test/page")) {
            write("a checkout/" + page + "/package-lock.json", "{}");
            write("a checkout/" + page + "/node_modules/installed", "{}");
        }
        write("jdk/release", "JAVA_VERSION=\"25.0.1\"\n");
        program("jdk/bin/java", JAVA);
        program("jdk/bin/javac", PROGRAM);
        for (String name : List.of(
                "openssl",
                "redis-server",
                "node",
                "kubectl",
                "docker-compose",
                "chromium",
                "njs",
                "nginx",
                "prometheus",
                "prometheus-alertmanager",
                "promtool")) {
            program("bin/" + name, PROGRAM);
        }
        program("bin/mvn", MAVEN);
        program("bin/npm", NPM);
        program("bin/varnishtest", VARNISHTEST);
        // A test installs nothing.
        program("bin/apt-get", "#!/bin/sh\nexit 1\n");
    }

    @AfterEach
    void end() throws Exception {
        Files.writeString(done, "");
        for (Process process : started) {
            // Not killed: it ends what it runs.
            process.destroy();
            assertThat(status(process)).isNotNegative();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"check -pl two", "test -pl two", "chart helm", "up"})
    void aBuildWaitsForTheEndOfAnotherAndTellsForWhich(String command) throws Exception {
        Process first = parley(Map.of(), "check", "-pl", "one");
        awaits(() -> calls("mvn").size() == 1);
        Process second = parley(Map.of(), command.split(" ", -1));
        awaits(() -> output(second).contains("Waiting for ./parley check (process " + first.pid() + ")"));
        Files.writeString(done, "");
        assertThat(status(first)).isZero();
        assertThat(status(second)).isZero();
        assertThat(calls("mvn")).element(1).isEqualTo("mvn ends");
        assertThat(calls("mvn")).hasSize(4);
    }

    @Test
    void aTrainingWaitsForTheEndOfAnotherAndTellsForWhich() throws Exception {
        Process first = parley(Map.of(), "train");
        awaits(() -> calls("java").size() == 2);
        Process second = parley(Map.of(), "train");
        awaits(() -> output(second).contains("Waiting for ./parley train (process " + first.pid() + ")"));
        Files.writeString(done, "");
        assertThat(status(first)).isZero();
        assertThat(status(second)).isZero();
    }

    @Test
    void aCommandThatBuildsNothingWaitsForNoBuild() throws Exception {
        assertThat(status(parley(Map.of(), "up"))).isZero();
        Process check = parley(Map.of(), "check", "-pl", "one");
        awaits(() -> calls("mvn").size() == 3);
        for (String command : List.of("up", "ask", "replay", "ps")) {
            Process process = parley(Map.of(), command);
            assertThat(status(process)).as(output(process)).isZero();
        }
        assertThat(check.isAlive()).isTrue();
        assertThat(calls("java")).hasSize(6);
    }

    /** A measurement of an earlier build would be taken for one of the sources. */
    @ParameterizedTest
    @ValueSource(strings = {"up", "evaluate"})
    void isBuiltAgainOnlyAfterAChange(String command) throws Exception {
        String source = "a checkout/libs/one/src/main/java/One.java";
        write(source, "class One {}");
        assertThat(status(parley(Map.of(), command))).isZero();
        assertThat(status(parley(Map.of(), command))).isZero();
        assertThat(calls("mvn")).hasSize(2);
        write(source, "final class One {}");
        assertThat(status(parley(Map.of(), command))).isZero();
        assertThat(calls("mvn")).hasSize(4);
    }

    /** After an update of x. Its earlier jar stays in the build directory, from which a broker may run. */
    @ParameterizedTest
    @CsvSource({"up, cli, local-stack", "bench --quick, bench/cli, benchmarks", "chart helm, chart, chart"})
    void commandsRunWithTheJarsOfTheBuildOnly(String command, String copy, String tool) throws Exception {
        Files.writeString(done, "");
        Process process = parley(Map.of(), command.split(" ", -1));
        assertThat(status(process)).as(output(process)).isZero();
        assertThat(directory.resolve("a checkout/.parley").resolve(copy))
                .isDirectoryContaining("glob:**/" + tool + ".jar")
                .isDirectoryContaining("glob:**/x-2.jar")
                .isDirectoryContaining("glob:**/y-1.jar")
                .isDirectoryNotContaining("glob:**/x-1.jar");
        assertThat(calls("java")).last().asString().contains("/.parley/" + copy + "/* ");
    }

    /**
     * Otherwise Java would garble a question and print {@code ?} for the letters of an answer, or write the number of a port in
     * Persian digits.
     */
    @ParameterizedTest
    @CsvSource({"C, C", "'', fa_IR.UTF-8"})
    void programsUseUtf8AndAsciiDigitsInAnyLocale(String all, String messages) throws Exception {
        Map<String, String> locale = Map.of("LC_ALL", all, "LANG", "C.UTF-8", "LC_MESSAGES", messages);
        assertThat(status(parley(locale, "up"))).isZero();
        assertThat(calls("with")).isNotEmpty().allMatch(call -> call.contains(" C.UTF-8 "));
    }

    /** As in another shell than the one in which the ports were moved. */
    @ParameterizedTest
    @CsvSource({
        "replay, '', 127.0.0.1:19092",
        "experiment, '', 127.0.0.1:19092 http://127.0.0.1:18090",
        "router calibrate, '', 127.0.0.1:19092 http://127.0.0.1:18090",
        "experiment, 29092, 127.0.0.1:29092 http://127.0.0.1:18090"
    })
    void toolsCallTheSystemOfTheCheckout(String command, String kafkaPort, String addresses) throws Exception {
        Checkout checkout = new Checkout(directory.resolve("a checkout"));
        FakeCheckout.started(checkout, "kafka", 19_092, ProcessHandle.current().pid());
        FakeCheckout.started(
                checkout, "claude-simulator", 18_090, ProcessHandle.current().pid());
        Map<String, String> variables = unset();
        variables.put("PARLEY_KAFKA_PORT", kafkaPort);
        Process tool = parley(variables, command.split(" ", -1));
        assertThat(status(tool)).isZero();
        assertThat(calls("with").getLast().strip()).endsWith(" " + addresses);
        assertThat(output(tool).contains("Claude is simulated")).isEqualTo(addresses.contains("http"));
    }

    /** Otherwise invented verdicts would be written to the log of another system. */
    @ParameterizedTest
    @CsvSource({
        "experiment run, kafka.example.com:9092",
        "router calibrate, kafka.example.com:9092",
        "experiment run --bootstrap-servers kafka.example.com:9092, ''",
        "router calibrate --bootstrap-servers=kafka.example.com:9092, ''",
        "experiment mirror @options, ''"
    })
    void claudeIsNotSimulatedForAnotherKafka(String command, String kafka) throws Exception {
        Map<String, String> variables = unset();
        variables.put("PARLEY_KAFKA_BOOTSTRAP_SERVERS", kafka);
        Process tool = parley(variables, command.split(" ", -1));
        assertThat(status(tool)).isZero();
        assertThat(calls("with")).last().asString().doesNotContain("http");
        assertThat(output(tool)).doesNotContain("simulated");
    }

    /** With a default beside the file, the tool would refuse to start: the variable would be set twice. */
    @ParameterizedTest
    @CsvSource({
        "replay, PARLEY_KAFKA_BOOTSTRAP_SERVERS, ''",
        "experiment run, PARLEY_KAFKA_BOOTSTRAP_SERVERS, ''",
        "experiment run, ANTHROPIC_API_KEY, 127.0.0.1:9092",
        "router calibrate, ANTHROPIC_BASE_URL, 127.0.0.1:9092"
    })
    void aVariableThatIsAFileHasNoDefault(String command, String file, String addresses) throws Exception {
        write("secrets/" + file, "given");
        Map<String, String> variables = unset();
        variables.put("PARLEY_SECRETS", directory.resolve("secrets").toString());
        assertThat(status(parley(variables, command.split(" ", -1)))).isZero();
        assertThat(calls("with").getLast().replaceFirst("with \\d+ \\S+", "").strip())
                .isEqualTo(addresses);
    }

    @Test
    void needsLinux() throws Exception {
        Process up = parley(Map.of("OSTYPE", "darwin25"), "up");
        assertThat(status(up)).isEqualTo(1);
        assertThat(output(up)).contains("needs Linux").contains("docker compose up --build --wait");
        assertThat(calls("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "up --hlep, 2",
        "up --replicas, 2",
        "up --edge now, 2",
        "up --help, 0",
        "chart, 2",
        "chart one two, 2",
        "chart --hlep, 2",
        "chart --help, 0",
        "ps --hlep, 2",
        "ps --help, 0",
        "down --hlep, 2",
        "down -h, 0",
        "train --hlep, 2",
        "train --help, 0",
        "router, 2",
        "router --help, 0"
    })
    void wordsAreReadBeforeAnythingIsDone(String command, int status) throws Exception {
        Process process = parley(Map.of(), command.split(" ", -1));
        assertThat(status(process)).isEqualTo(status);
        assertThat(output(process)).contains("usage: ./parley");
        assertThat(calls("")).isEmpty();
    }

    @Test
    void everyOptionOfUpIsPassedOn() throws Exception {
        CommandLine commands =
                Parley.commandLine(new CommandContext(Checkout.find(), Map.of(), System.out, System.err));
        for (OptionSpec option : requireNonNull(commands.getSubcommands().get("up"))
                .getCommandSpec()
                .options()) {
            if (option.usageHelp() || option.versionHelp()) {
                continue;
            }
            List<String> words = new ArrayList<>(List.of("up", option.longestName()));
            if (option.arity().min() > 0) {
                words.add("gateway-service=2");
            }
            Process up = parley(Map.of(), words.toArray(String[]::new));
            assertThat(status(up)).as(output(up)).isZero();
            assertThat(calls("java")).last().asString().endsWith(" " + String.join(" ", words));
        }
        assertThat(status(parley(Map.of(), "up", "--replicas=gateway-service=2")))
                .isZero();
    }

    /** On a machine with only these programs. */
    @ParameterizedTest
    @CsvSource({
        "up, redis-server maven",
        "train, redis-server maven",
        "check, maven nodejs npm",
        "test --faults, maven prometheus-alertmanager"
    })
    void allMissingPackagesAreNamedAtOnce(String command, String packages) throws Exception {
        for (String program :
                List.of("bash", "cat", "dirname", "find", "grep", "locale", "mkdir", "readlink", "sed", "sort")) {
            program("programs/" + program, "#!/bin/sh\nexec /usr/bin/" + program + " \"$@\"\n");
        }
        Map<String, String> variables =
                Map.of("PATH", directory.resolve("programs").toString());
        Process process = parley(variables, command.split(" ", -1));
        assertThat(status(process)).isEqualTo(1);
        assertThat(output(process).lines())
                .singleElement()
                .asString()
                .startsWith("Missing: ")
                .satisfies(line -> assertThat(line.split("[ .]+", -1)).contains(packages.split(" ", -1)));
    }

    /** Otherwise a file of records would begin with it. */
    @ParameterizedTest
    @ValueSource(strings = {"replay", "ask --json", "ps --json", "experiment report", "router calibrate", "evaluate"})
    void aBuildIsNotPrintedAmongRecords(String command) throws Exception {
        FakeCheckout.started(
                new Checkout(directory.resolve("a checkout")),
                "kafka",
                19_092,
                ProcessHandle.current().pid());
        Path records = directory.resolve("records");

        Process tool = redirected(records, Map.of(), command);

        assertThat(status(tool)).as(output(tool)).isZero();
        assertThat(output(tool)).contains("Building");
        assertThat(records).isEmptyFile();
    }

    /** Java was removed after the build. */
    @ParameterizedTest
    @ValueSource(strings = {"replay", "ask --json", "ps --json", "experiment report", "router calibrate", "evaluate"})
    void anInstallationIsNotPrintedAmongRecords(String command) throws Exception {
        assertThat(status(parley(Map.of(), "up"))).isZero();
        withoutJava();
        program("bin/apt-get", "#!/bin/sh\n[ \"$1\" = update ] || { mkdir jvm && cp -r jdk jvm; }\n");
        Path records = directory.resolve("records");

        Process tool = redirected(records, Map.of("JAVA_HOME", ""), command);

        assertThat(status(tool)).as(output(tool)).isZero();
        assertThat(output(tool)).contains("Installing openjdk-25-jdk-headless");
        assertThat(records).isEmptyFile();
    }

    /** The script looks for Java in the directory {@code jvm} only, and installs packages also without being root. */
    private void withoutJava() throws IOException {
        Path script = directory.resolve("a checkout/parley");
        Map<String, String> changes = Map.of(
                "/usr/lib/jvm/* /usr/java/* /opt/*jdk*",
                directory.resolve("jvm") + "/*",
                "((EUID != 0))",
                "false",
                "/usr/sbin/policy-rc.d",
                directory.resolve("policy").toString());
        String text = Files.readString(script, UTF_8);
        for (Map.Entry<String, String> change : changes.entrySet()) {
            assertThat(text).contains(change.getKey());
            text = text.replace(change.getKey(), change.getValue());
        }
        Files.writeString(script, text, UTF_8);
        program("bin/javac", PROGRAM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"test --help", "test -h", "test --faults -v", "check --version"})
    void helpIsNoTest(String command) throws Exception {
        Files.writeString(done, "");
        Process help = parley(Map.of(), command.split(" ", -1));
        assertThat(status(help)).isZero();
        assertThat(output(help)).contains("usage: ./parley COMMAND").doesNotContain("PASSED");
        assertThat(calls("mvn")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"bench --help, 0, false", "bench --jmh, 0, false", "bench --qick, 2, false", "bench --quick, 0, true"})
    void onlyAMeasurementMakesCaches(String command, int status, boolean makesCaches) throws Exception {
        Files.writeString(done, "");
        Process bench = parley(Map.of("CHECK_STATUS", Integer.toString(status)), command.split(" ", -1));
        assertThat(status(bench)).as(output(bench)).isEqualTo(status);
        assertThat(calls("java").stream().anyMatch(call -> call.endsWith(" train")))
                .isEqualTo(makesCaches);
        assertThat(calls("java")).last().asString().contains(".Bench ").endsWith(command.replace("bench", ""));
    }

    /** The function alone, with a policy that is not the machine's. */
    @Test
    void noInstalledServiceStartsWithTheMachine() throws Exception {
        program("fake/apt-get", PROGRAM);
        program("fake/systemctl", PROGRAM);
        String script = Files.readString(directory.resolve("a checkout/parley"), UTF_8);
        String packages = script.substring(
                script.indexOf("declare -A package_of"), script.indexOf("\n)\n", script.indexOf("package_of")) + 3);
        int begin = script.indexOf("install_packages() (");
        String install = script.substring(begin, script.indexOf("\n)\n", begin) + 3)
                .replace("/usr/sbin/policy-rc.d", directory.resolve("policy").toString());
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-euc", packages + install + "install_packages \"${package_of[@]}\"");
        builder.environment().put("PATH", directory.resolve("fake") + ":" + System.getenv("PATH"));
        builder.environment().put("RECORD", record.toString());
        assertThat(builder.start().waitFor()).isZero();
        assertThat(calls("apt-get")).hasSize(2);
        assertThat(calls("systemctl"))
                .extracting(call -> call.replaceFirst("systemctl \\d+ ", ""))
                .containsExactlyInAnyOrder(
                        "disable nginx",
                        "disable redis-server",
                        "disable varnish",
                        "disable prometheus",
                        "disable prometheus-alertmanager");
    }

    @ParameterizedTest
    @CsvSource({
        "test, HUP, 129, 3",
        "test, INT, 130, 3",
        "test, TERM, 143, 3",
        "check, INT, 130, 1",
        "check, TERM, 143, 1",
        "check -pl one, TERM, 143, 1",
        "chart helm, TERM, 143, 1"
    })
    void aSignalEndsWhatACommandRuns(String command, String signal, int status, int programs) throws Exception {
        Process ended = parley(Map.of("PACKAGE", "waits"), command.split(" ", -1));
        awaits(() ->
                calls("mvn").size() + calls("npm").size() + calls("varnishtest").size() == programs);
        assertThat(running()).hasSize(programs);
        assertThat(new ProcessBuilder("kill", "-s", signal, Long.toString(ended.pid()))
                        .start()
                        .waitFor())
                .isZero();
        assertThat(status(ended)).isEqualTo(status);
        awaits(() -> running().isEmpty());
        Process next = parley(Map.of(), "check", "-pl", "one");
        awaits(() -> running().size() == 1);
        Files.writeString(done, "");
        assertThat(status(next)).isZero();
    }

    @Test
    void aSignalEndsATraining() throws Exception {
        Process training = parley(Map.of(), "train");
        awaits(() -> calls("java").size() == 2);
        training.destroy();
        assertThat(status(training)).isEqualTo(143);
        awaits(() -> running().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "MAVEN_STATUS, 'test -pl one', FAILED",
        "MAVEN_STATUS, 'check -pl one', ''",
        "VARNISHTEST_STATUS, test, The edge FAILED"
    })
    void aFailureIsTheStatusOfATest(String variable, String command, String printed) throws Exception {
        Files.writeString(done, "");
        Process failing = parley(Map.of(variable, "1"), command.split(" ", -1));
        assertThat(status(failing)).isEqualTo(1);
        assertThat(output(failing)).contains(printed);
        Process succeeding = parley(Map.of(), command.split(" ", -1));
        assertThat(status(succeeding)).as(output(succeeding)).isZero();
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text, UTF_8);
    }

    private void program(String file, String text) throws IOException {
        write(file, text);
        assertThat(directory.resolve(file).toFile().setExecutable(true)).isTrue();
    }

    /** Variables of the tools, as if the environment of the tests had none of them. */
    private static Map<String, String> unset() {
        Map<String, String> variables = new HashMap<>();
        for (String name : List.of(
                "PARLEY_KAFKA_PORT",
                "PARLEY_SIMULATOR_PORT",
                "PARLEY_KAFKA_BOOTSTRAP_SERVERS",
                "ANTHROPIC_BASE_URL",
                "ANTHROPIC_API_KEY")) {
            variables.put(name, "");
        }
        return variables;
    }

    private Process parley(Map<String, String> variables, String... arguments) throws IOException {
        return started(builder(variables, arguments));
    }

    private Process started(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** The output that is recorded is that for errors; the other one goes into a file. */
    private Process redirected(Path file, Map<String, String> variables, String command) throws IOException {
        return started(builder(variables, command.split(" ", -1))
                .redirectErrorStream(false)
                .redirectOutput(file.toFile())
                .redirectError(output(started.size()).toFile()));
    }

    /** Whoever runs this test may ignore interrupts, as a shell does in the background; the script does not. */
    private ProcessBuilder builder(Map<String, String> variables, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=HUP,INT,TERM",
                directory.resolve("a checkout/parley").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output(started.size()).toFile());
        builder.environment().put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
        builder.environment().put("RECORD", record.toString());
        builder.environment().put("DONE", done.toString());
        builder.environment().putAll(variables);
        return builder;
    }

    private Path output(int process) {
        return directory.resolve("output-" + process);
    }

    private String output(Process process) throws IOException {
        return Files.readString(output(started.indexOf(process)), UTF_8);
    }

    private int status(Process process) throws Exception {
        assertThat(process.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS))
                .as(output(process))
                .isTrue();
        return process.exitValue();
    }

    /** What a program has recorded. */
    private List<String> calls(String program) throws IOException {
        return Files.exists(record)
                ? Files.readAllLines(record, UTF_8).stream()
                        .filter(call -> call.startsWith(program))
                        .toList()
                : List.of();
    }

    /** The ids of the recorded processes that still run. */
    private List<Long> running() throws IOException {
        return calls("").stream()
                .map(call -> call.split(" ", -1)[1])
                .filter(pid -> pid.matches("\\d+"))
                .map(Long::parseLong)
                .filter(pid -> OsProcess.of(pid).isPresent())
                .toList();
    }

    private static void awaits(Callable<Boolean> condition) {
        await().atMost(WITHIN).until(condition);
    }
}
