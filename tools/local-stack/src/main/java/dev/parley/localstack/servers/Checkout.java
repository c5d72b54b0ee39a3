package dev.parley.localstack.servers;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The checkout of Parley, and the places in it where the build puts the programs. */
public record Checkout(Path root) {
    /** The system property that names the checkout, for a JVM with another working directory. */
    public static final String PROPERTY = "parley.checkout";

    /** The checkout that {@value #PROPERTY} names, else the one around the working directory. */
    public static Checkout find() {
        String named = System.getProperty(PROPERTY, "");
        return named.isEmpty() ? around(Path.of("").toAbsolutePath()) : new Checkout(Path.of(named));
    }

    static Checkout around(Path directory) {
        return Stream.iterate(directory, Path.class::isInstance, Path::getParent)
                .filter(candidate -> Files.isDirectory(candidate.resolve("tools/local-stack/servers")))
                .findFirst()
                .map(Checkout::new)
                .orElseThrow(() -> new IllegalStateException(directory + " is not in a checkout of Parley"));
    }

    /** The directory of the data, the logs and the process list of {@code ./parley up}. Not in git. */
    public Path state() {
        return root.resolve(".parley");
    }

    /** The archive of the broker's classes, which may not exist. */
    Path kafkaClassArchive() {
        return root.resolve("tools/local-stack/servers/kafka/target/classes-" + Runtime.version() + ".jsa");
    }

    String kafkaClassPath() {
        return classPath("kafka");
    }

    Path kafkaFile(String name) {
        return root.resolve("tools/local-stack/servers/kafka").resolve(name);
    }

    String dynamoDbClassPath() {
        return classPath("dynamodb");
    }

    /** The directory with the native library of DynamoDB Local. */
    Path dynamoDbLibraries() {
        return root.resolve("tools/local-stack/servers/dynamodb/target/lib");
    }

    /** A server's own jar, and the libraries that its build lists. Beside them, there may be those of earlier builds. */
    private String classPath(String server) {
        Path list = built("tools/local-stack/servers/" + server + "/target/class-path");
        try {
            return Stream.of(("lib/local-" + server + ".jar:" + Files.readString(list)).split(":", -1))
                    .map(file -> list.resolveSibling(file).toString())
                    .collect(joining(":"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JVM options of a service that apply wherever it runs. */
    Path jvmOptions(String module) {
        return root.resolve(module).resolve("src/main/jvm/jvm.options");
    }

    /** The directory with the alerts, and with what brokers export. */
    public Path monitoring() {
        return component("monitoring");
    }

    /** A directory of {@code k8s/components}. */
    Path component(String name) {
        return root.resolve("k8s/components").resolve(name);
    }

    /** The directory with the configuration of Varnish. */
    Path edge() {
        return root.resolve("edge");
    }

    public Path openTelemetryAgent() {
        return built("tools/local-stack/target/agent/opentelemetry-javaagent.jar");
    }

    /** Exports the metrics of a JVM to Prometheus. */
    Path jmxAgent() {
        return built("tools/local-stack/target/agent/jmx-prometheus-javaagent.jar");
    }

    /** Unpacks the applications of the present build, so that their first start does not have to. */
    public void unpackApplications() throws IOException {
        for (Service service : Service.values()) {
            service.jar(this).unpack();
        }
        for (Tool tool : Tool.values()) {
            tool.jar(this).unpack();
        }
    }

    private Path built(String file) {
        Path built = root.resolve(file);
        if (!Files.exists(built)) {
            throw new IllegalStateException(
                    built + " is missing: build with ./parley, or with mvn and -am (also make)");
        }
        return built;
    }
}
