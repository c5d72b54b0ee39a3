package dev.parley.persistence;

import static java.util.Objects.requireNonNull;

import dev.parley.localstack.LocalDynamoDb;
import dev.parley.localstack.LocalKafka;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/** The service in this JVM, with a management port of its own. */
final class RunningWorker implements AutoCloseable {
    private final ServletWebServerApplicationContext context;

    private RunningWorker(ServletWebServerApplicationContext context) {
        this.context = context;
    }

    static RunningWorker start(LocalKafka kafka, LocalDynamoDb dynamoDb, String table, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--parley.persistence.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                "--parley.persistence.dynamodb.endpoint=" + dynamoDb.endpoint(),
                "--parley.persistence.store.table=" + table));
        for (String setting : settings) {
            arguments.add("--parley.persistence." + setting);
        }
        return new RunningWorker((ServletWebServerApplicationContext)
                SpringApplication.run(PersistenceApplication.class, arguments.toArray(String[]::new)));
    }

    double count(String counter, String tag, String value) {
        return context.getBean(MeterRegistry.class).find(counter).tag(tag, value).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** Whether the listener has a batch. */
    boolean processesABatch() {
        return context.getBean(MeterRegistry.class).get("spring.cloud.function.active").longTaskTimers().stream()
                .anyMatch(batches -> batches.activeTasks() > 0);
    }

    /** Whether its end has begun. */
    boolean stops() {
        return context.isClosed();
    }

    int status(String endpoint) throws IOException, InterruptedException {
        return get(endpoint).statusCode();
    }

    HttpResponse<String> get(String endpoint) throws IOException, InterruptedException {
        int port = requireNonNull(context.getWebServer()).getPort();
        URI uri = URI.create("http://127.0.0.1:" + port + "/actuator/" + endpoint);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
