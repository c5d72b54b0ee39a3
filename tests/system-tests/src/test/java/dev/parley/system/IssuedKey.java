package dev.parley.system;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.gateway.GatewayClient;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.JsonNode;

/** An API key created by a test, with its limits, spending and generations. */
record IssuedKey(LocalStack stack, String id, String secret) {
    static IssuedKey with(LocalStack stack, Map<String, Number> limits) throws InterruptedException {
        return with(stack, List.of(), limits);
    }

    /** Creates a key for these models. */
    static IssuedKey with(LocalStack stack, List<String> models, Map<String, Number> limits)
            throws InterruptedException {
        Map<String, Object> all = new HashMap<>(limits);
        if (!models.isEmpty()) {
            all.put("models", models);
        }
        return create(stack, Map.of("tenant", "acme", "name", "test", "limits", all, "on_disconnect", "continue"));
    }

    /** Creates a key that permits answers to similar questions. */
    static IssuedKey similar(LocalStack stack, String tenant, String mode) throws InterruptedException {
        return create(stack, Map.of("tenant", tenant, "name", "test", "similar", mode));
    }

    /** Creates a key with these members. */
    static IssuedKey create(LocalStack stack, Map<String, ?> members) throws InterruptedException {
        JsonNode key = keys(stack, 0, "POST", "", members);
        return new IssuedKey(stack, key.path("id").asString(), key.path("key").asString());
    }

    private static JsonNode keys(LocalStack stack, int gateway, String method, String path, Map<String, ?> body)
            throws InterruptedException {
        try (GatewayClient client = new GatewayClient(stack.gateway(gateway), LocalStack.ADMIN_KEY)) {
            return client.keys(method, path, body);
        }
    }

    ChatClient at(int gateway) {
        return new ChatClient(stack.gateway(gateway), secret);
    }

    /** Waits until the other gateway accepts it. */
    void awaitOtherGateway() throws Exception {
        Eventually.value(() -> at(1).get("/v1/generations/none").status(), status -> status != 401);
    }

    /** Changes members, at one gateway. */
    void change(int gateway, Map<String, ?> members) throws InterruptedException {
        keys(stack, gateway, "PATCH", "/" + id, members);
    }

    /** Changes a limit, at the second gateway. */
    void limit(String name, Number limit) throws InterruptedException {
        change(1, Map.of("limits", Map.of(name, limit)));
    }

    /** Sets its expiry, at the second gateway. */
    void expire(Instant at) throws InterruptedException {
        change(1, Map.of("expires_at", at.toString()));
    }

    void revoke() throws InterruptedException {
        keys(stack, 0, "DELETE", "/" + id, Map.of());
    }

    /** US dollars: {@code today}, {@code this_month} or {@code reserved}. */
    BigDecimal spending(String what) throws InterruptedException {
        return keys(stack, 0, "GET", "/" + id, Map.of()).at("/spending/" + what).decimalValue();
    }

    /** The cost of its turns on the log. */
    BigDecimal costOnTheLog() {
        return ofThis(Topics.TURNS.name()).stream()
                .map(turn -> TurnCodec.decode(turn.headers(), turn.value())
                        .facts()
                        .costUsd()
                        .orElseThrow())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The generations of the key on this topic. */
    Set<String> generations(String topic) {
        return ofThis(topic).stream()
                .map(event -> new EventHeaders(event.headers()).require(CloudEvent.GENERATION))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<ConsumerRecord<String, byte[]>> ofThis(String topic) {
        return new TopicReader(stack.kafka()).with(topic, CloudEvent.KEY, id);
    }
}
