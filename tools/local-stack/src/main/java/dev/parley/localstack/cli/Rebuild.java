package dev.parley.localstack.cli;

import dev.parley.eventlog.KafkaConnection;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.DynamoDb;
import dev.parley.localstack.servers.Kafka;
import dev.parley.localstack.servers.PortMap;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code rebuild}: makes a projection of the log anew, beside the one in use. */
@Command(name = "rebuild", description = "Rebuild a projection of the log.", synopsisSubcommandLabel = "COMMAND")
record Rebuild(CommandContext context) {
    private static final Duration BETWEEN_READINGS = Duration.ofSeconds(1);

    private static final Duration KAFKA_TIMEOUT = Duration.ofSeconds(10);

    /** The status of {@code TableComparison} if the new table has all that the present one has, and more. */
    private static final int HAS_MORE = 3;

    /** The status of {@code TableExistence} if there is no such table. */
    private static final int NO_TABLE = 3;

    /** As a pod has it: a fetch from each broker, and batches of large turns. */
    private static final String HEAP_MAX = "768m";

    /** The group has caught up when its oldest turn is younger. */
    private static final double CAUGHT_UP_SECONDS = 10;

    @Command(
            description =
                    "Write the table of conversations anew from chat.turns, while the system runs, and compare it with the "
                            + "present one.")
    int dynamodb(
            @Option(names = "--table", required = true, description = "The new table.") String table,
            @Option(
                            names = "--present",
                            paramLabel = "TABLE",
                            description =
                                    "The table to compare it with. Default: PARLEY_DYNAMODB_TABLE, else parley-conversations.")
                    Optional<String> given)
            throws IOException {
        String present = given.orElseGet(this::present);
        if (table.equals(present)) {
            throw new IllegalArgumentException("--table must be another table than " + present);
        }
        String group = "persistence-worker-" + table;
        PortMap ports = PortMap.free();
        Map<String, String> environment = environment(table, group, ports);
        KafkaConnection kafka =
                KafkaConnection.of(environment.getOrDefault("PARLEY_KAFKA_BOOTSTRAP_SERVERS", ""), environment);
        refuseInUse(table, group, kafka);
        refuseIncomplete(table, group, kafka, environment);
        Workspace workspace = Workspace.in(context.checkout().state().resolve("rebuild"));
        ManagedProcess worker = new ManagedProcess(
                        Service.PERSISTENCE.process(context.checkout(), workspace, ports, environment, HEAP_MAX))
                .killAtExit();
        workspace.keepPreviousLog(worker.name());
        context.complain("Starting a persistence-worker of the group " + group + " ...");
        worker.start();
        try {
            awaitCaughtUp(worker, ports.address(PortName.PERSISTENCE_MANAGEMENT, 0));
            int status = run("TableComparison", List.of(present, table), environment);
            context.say(
                    status == ExitCode.OK || status == HAS_MORE
                            ? "To use it, set PARLEY_DYNAMODB_TABLE=" + table
                                    + " at gateway-service and persistence-worker, PARLEY_PERSISTENCE_KAFKA_GROUPID="
                                    + group
                                    + " at persistence-worker, and PARLEY_GATEWAY_CONVERSATIONS_HISTORY_WRITERGROUP="
                                    + group
                                    + " at gateway-service. The operators' page needs PARLEY_PULSE_PERSISTENCE_GROUP="
                                    + group + ". Do so within 12 hours; later, first run the same command again."
                            : "Do not use " + table + ".");
            return status;
        } finally {
            worker.stop();
        }
    }

    private String present() {
        String variable = context.environment().getOrDefault("PARLEY_DYNAMODB_TABLE", "");
        return variable.isEmpty() ? "parley-conversations" : variable;
    }

    /** Refuses a table that another process writes, perhaps the one in use: this process would join its group. */
    private static void refuseInUse(String table, String group, KafkaConnection kafka) {
        if (Kafka.hasMembers(kafka, group, KAFKA_TIMEOUT)) {
            throw new IllegalArgumentException("the group " + group + " has members, which write " + table
                    + ": choose another --table, or, if a rebuild was interrupted, try again after 10 s");
        }
    }

    /** Refuses the name of an earlier attempt whose table was deleted: its group would not read the beginning again. */
    private void refuseIncomplete(String table, String group, KafkaConnection kafka, Map<String, String> environment)
            throws IOException {
        if (!Kafka.hasOffsets(kafka, group, KAFKA_TIMEOUT)) {
            return;
        }
        int status = run("TableExistence", List.of(table), environment);
        if (status == NO_TABLE) {
            throw new IllegalArgumentException(
                    "the group " + group + " has read chat.turns before, but there is no table " + table
                            + ": choose another --table, or delete the group");
        } else if (status != ExitCode.OK) {
            throw new IllegalStateException("DynamoDB does not tell whether there is a table " + table);
        }
    }

    /** That of this process, with the local servers as defaults. */
    Map<String, String> environment(String table, String group, PortMap ports) {
        Map<String, String> environment = new HashMap<>();
        environment.put(
                "PARLEY_KAFKA_BOOTSTRAP_SERVERS",
                Kafka.bootstrapServers(context.port(Kafka.broker(0), PortName.KAFKA)));
        environment.put("AWS_REGION", "eu-central-1");
        // Another DynamoDB has other credentials, which may come from a profile or a role.
        if (!context.environment().containsKey("PARLEY_DYNAMODB_ENDPOINT")) {
            URI local = DynamoDb.endpoint(context.port(DynamoDb.NAME, PortName.DYNAMODB));
            environment.put("PARLEY_DYNAMODB_ENDPOINT", local.toString());
            environment.put("AWS_ACCESS_KEY_ID", "local");
            environment.put("AWS_SECRET_ACCESS_KEY", "local");
        }
        context.environment().forEach((name, value) -> {
            if (name.startsWith("PARLEY_") || name.startsWith("AWS_")) {
                environment.put(name, value);
            }
        });
        environment.put("PARLEY_MANAGEMENT_ADDRESS", "127.0.0.1");
        environment.put("PARLEY_MANAGEMENT_PORT", Integer.toString(ports.of(PortName.PERSISTENCE_MANAGEMENT)));
        environment.put("PARLEY_DYNAMODB_TABLE", table);
        environment.put("PARLEY_PERSISTENCE_KAFKA_GROUPID", group);
        // Without a line for each turn of the log.
        environment.put("LOGGING_LEVEL_DEV_PARLEY_PERSISTENCE_TELEMETRY", "warn");
        return environment;
    }

    private void awaitCaughtUp(ManagedProcess worker, URI management) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest metrics = HttpRequest.newBuilder(management.resolve("/actuator/prometheus"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            double all = 0;
            while (true) {
                if (!worker.alive()) {
                    throw new IllegalStateException("persistence-worker has ended; its log is " + worker.log());
                }
                String page =
                        http.sendAsync(metrics, BodyHandlers.ofString()).join().body();
                OptionalDouble lag = value(page, "parley_group_lag{");
                OptionalDouble age = value(page, "parley_group_oldest_age_seconds{");
                if (lag.isPresent() && age.isPresent()) {
                    all = Math.max(all, lag.getAsDouble());
                    double done = all - lag.getAsDouble();
                    context.progress(done, all, "%,.0f of %,.0f records".formatted(done, all));
                    if (age.getAsDouble() < CAUGHT_UP_SECONDS) {
                        context.complain("");
                        return;
                    }
                }
                LockSupport.parkNanos(BETWEEN_READINGS.toNanos());
            }
        }
    }

    /** The first value of a metric; empty if it is missing or unknown. */
    private static OptionalDouble value(String page, String metric) {
        return page.lines()
                .filter(line -> line.startsWith(metric))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .filter(value -> !Double.isNaN(value))
                .findFirst();
    }

    /** Runs a program for operators of {@code libs/conversation-store}, and returns its status. */
    private int run(String name, List<String> tables, Map<String, String> environment) throws IOException {
        List<String> arguments = Stream.concat(
                        tables.stream(), Stream.of(environment.getOrDefault("PARLEY_DYNAMODB_ENDPOINT", "")))
                .filter(argument -> !argument.isEmpty())
                .toList();
        ProcessBuilder program =
                Service.PERSISTENCE.program(context.checkout(), "dev.parley.conversations." + name, arguments);
        program.environment().putAll(environment);
        return context.run(program);
    }
}
