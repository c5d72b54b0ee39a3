package dev.parley.localstack.parts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkout of Parley, and where its build puts what is started. */
public record Checkout(Path root) {
    /** The checkout around the working directory. */
    public static Checkout find() {
        return around(Path.of("").toAbsolutePath());
    }

    static Checkout around(Path directory) {
        return Stream.iterate(directory, Path.class::isInstance, Path::getParent)
                .filter(candidate -> Files.isDirectory(candidate.resolve("local-stack/parts")))
                .findFirst()
                .map(Checkout::new)
                .orElseThrow(() -> new IllegalStateException(directory + " is not in a checkout of Parley"));
    }

    /** The class path of the Kafka broker. */
    String kafkaClassPath() {
        return built(root.resolve("local-stack/parts/kafka/target/lib"), "local-kafka.jar") + "/*";
    }

    Path kafkaLogging() {
        return root.resolve("local-stack/parts/kafka/log4j2.xml");
    }

    /** The directory with the jars of DynamoDB Local and its native library. */
    Path dynamoDbLibraries() {
        return built(root.resolve("local-stack/parts/dynamodb/target/lib"), "local-dynamodb.jar");
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
