package dev.parley.localstack.parts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkout of Parley, and where its build puts what is started. */
public record Checkout(Path root) {
    private static final String OPEN_TELEMETRY_AGENT = "opentelemetry-javaagent.jar";

    /** Names the checkout to a JVM that may have been started from anywhere. */
    public static final String PROPERTY = "parley.checkout";

    /** The checkout that {@value #PROPERTY} names, else the one around the working directory. */
    public static Checkout find() {
        String named = System.getProperty(PROPERTY, "");
        return named.isEmpty() ? around(Path.of("").toAbsolutePath()) : new Checkout(Path.of(named));
    }

    static Checkout around(Path directory) {
        return Stream.iterate(directory, Path.class::isInstance, Path::getParent)
                .filter(candidate -> Files.isDirectory(candidate.resolve("tools/local-stack/parts")))
                .findFirst()
                .map(Checkout::new)
                .orElseThrow(() -> new IllegalStateException(directory + " is not in a checkout of Parley"));
    }

    /** Where {@code ./parley up} keeps what it knows, its data and its logs. Not in git. */
    public Path state() {
        return root.resolve(".parley");
    }

    /** The class path of the Kafka broker. */
    String kafkaClassPath() {
        return built(root.resolve("tools/local-stack/parts/kafka/target/lib"), "local-kafka.jar") + "/*";
    }

    Path kafkaLogging() {
        return root.resolve("tools/local-stack/parts/kafka/log4j2.xml");
    }

    /** The directory with the jars of DynamoDB Local and its native library. */
    Path dynamoDbLibraries() {
        return built(root.resolve("tools/local-stack/parts/dynamodb/target/lib"), "local-dynamodb.jar");
    }

    /** What the JVM of a service is told wherever it runs. */
    Path jvmOptions(String module) {
        return root.resolve(module).resolve("src/main/jvm/jvm.options");
    }

    /** The OpenTelemetry Java agent. */
    public Path openTelemetryAgent() {
        return built(root.resolve("tools/local-stack/target/agent"), OPEN_TELEMETRY_AGENT)
                .resolve(OPEN_TELEMETRY_AGENT);
    }

    private static Path built(Path directory, String lastFile) {
        if (!Files.exists(directory.resolve(lastFile))) {
            throw new IllegalStateException(
                    directory.resolve(lastFile) + " is missing: build with ./parley, or with mvn and -am (also make)");
        }
        return directory;
    }

    /** The programs that a process may need, first found in the directories of {@code PATH}. */
    static boolean installed(String program) {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)),
                        List.of("/usr/bin", "/usr/local/bin").stream())
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
