package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A proxy in front of DynamoDB Local that throttles a share of the calls, and leaves items of batches unprocessed.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html">Error handling
 *     with DynamoDB</a>
 */
final class ThrottlingDynamoDb implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String JSON = "application/x-amz-json-1.0";
    private static final String TARGET = "x-amz-target";
    private static final byte[] SLOW_DOWN = """
            {"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",\
            "message":"The level of configured provisioned throughput for the table was exceeded."}""".getBytes(UTF_8);

    /** Headers that the HTTP client sets itself. */
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("host", "connection", "content-length", "expect", "upgrade");

    private final Random random = new Random(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final AtomicInteger throttled = new AtomicInteger();
    private final AtomicInteger unprocessedItems = new AtomicInteger();
    private final HttpServer server;
    private final URI target;
    private volatile double share;

    /** Listens on a local port and forwards. */
    ThrottlingDynamoDb(int port, URI target) throws IOException {
        this.target = target;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * Throttles calls and items of batches.
     *
     * @param share of calls and items, 0 to 1
     */
    void throttle(double share) {
        this.share = share;
    }

    /** The number of throttled calls. */
    int throttled() {
        return throttled.get();
    }

    /** The number of unprocessed items of batches. */
    int unprocessedItems() {
        return unprocessedItems.get();
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String operation = operation(exchange);
            if ((operation.endsWith("Item") || operation.equals("Query")) && isThrottled()) {
                throttled.incrementAndGet();
                answer(exchange, 400, JSON, SLOW_DOWN);
            } else if (operation.equals("BatchWriteItem")) {
                write(exchange, (ObjectNode) MAPPER.readTree(body));
            } else {
                answer(exchange, forward(exchange, body));
            }
        } catch (IOException e) {
            // The client sees a broken connection, as it would without the proxy.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Forwards a part of the batch, and returns the rest as unprocessed. DynamoDB processes at least one item. */
    private void write(HttpExchange exchange, ObjectNode batch) throws IOException, InterruptedException {
        ObjectNode unprocessed = MAPPER.createObjectNode();
        for (var table : batch.path("RequestItems").properties()) {
            ArrayNode items = (ArrayNode) table.getValue();
            List<JsonNode> left =
                    items.valueStream().skip(1).filter(_ -> isThrottled()).toList();
            if (!left.isEmpty()) {
                items.removeIf(left::contains);
                unprocessed.putArray(table.getKey()).addAll(left);
            }
        }
        HttpResponse<byte[]> response = forward(exchange, MAPPER.writeValueAsBytes(batch));
        if (response.statusCode() != 200 || unprocessed.isEmpty()) {
            answer(exchange, response);
            return;
        }
        unprocessed.forEach(left -> unprocessedItems.addAndGet(left.size()));
        ObjectNode answer = (ObjectNode) MAPPER.readTree(response.body());
        answer.set("UnprocessedItems", unprocessed);
        answer(exchange, 200, JSON, MAPPER.writeValueAsBytes(answer));
    }

    private boolean isThrottled() {
        double now = share;
        return now > 0 && random.nextDouble() < now;
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
                .timeout(TIMEOUT)
                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (OF_THE_CONNECTION.stream().noneMatch(name::equalsIgnoreCase)) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static void answer(HttpExchange exchange, HttpResponse<byte[]> response) throws IOException {
        String type = response.headers().firstValue("content-type").orElse(JSON);
        answer(exchange, response.statusCode(), type, response.body());
    }

    /** Omits DynamoDB's checksum, which clients check only if it is present. */
    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("content-type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** Such as {@code Query}; only item operations have provisioned throughput. */
    private static String operation(HttpExchange exchange) {
        String target = exchange.getRequestHeaders().getFirst(TARGET);
        return target == null ? "" : target.substring(target.indexOf('.') + 1);
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
        threads.shutdownNow();
    }
}
