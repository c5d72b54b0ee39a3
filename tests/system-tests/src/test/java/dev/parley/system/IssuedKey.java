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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
        try (GatewayClient gateway = new GatewayClient(stack.gateway(0), LocalStack.ADMIN_KEY)) {
            JsonNode key = gateway.keys(
                    "POST", "", Map.of("tenant", "acme", "name", "test", "limits", all, "on_disconnect", "continue"));
            return new IssuedKey(
                    stack, key.path("id").asString(), key.path("key").asString());
        }
    }

    /** Creates a key that permits answers to similar questions. */
    static IssuedKey similar(LocalStack stack, String tenant, String mode) throws InterruptedException {
        try (GatewayClient gateway = new GatewayClient(stack.gateway(0), LocalStack.ADMIN_KEY)) {
            JsonNode key = gateway.keys("POST", "", Map.of("tenant", tenant, "name", "test", "similar", mode));
            return new IssuedKey(
                    stack, key.path("id").asString(), key.path("key").asString());
        }
    }

    ChatClient at(int gateway) {
        return new ChatClient(stack.gateway(gateway), secret);
    }

    /** Changes a limit, at the second gateway. */
    void limit(String name, Number limit) throws InterruptedException {
        try (GatewayClient gateway = new GatewayClient(stack.gateway(1), LocalStack.ADMIN_KEY)) {
            gateway.keys("PATCH", "/" + id, Map.of("limits", Map.of(name, limit)));
        }
    }

    /** Sets its expiry, at the second gateway. */
    void expire(Instant at) throws InterruptedException {
        try (GatewayClient gateway = new GatewayClient(stack.gateway(1), LocalStack.ADMIN_KEY)) {
            gateway.keys("PATCH", "/" + id, Map.of("expires_at", at.toString()));
        }
    }

    void revoke() throws InterruptedException {
        try (GatewayClient gateway = new GatewayClient(stack.gateway(0), LocalStack.ADMIN_KEY)) {
            gateway.keys("DELETE", "/" + id, Map.of());
        }
    }

    /** US dollars: {@code today}, {@code this_month} or {@code reserved}. */
    BigDecimal spending(String what) throws InterruptedException {
        try (GatewayClient gateway = new GatewayClient(stack.gateway(0), LocalStack.ADMIN_KEY)) {
            return gateway.keys("GET", "/" + id, Map.of())
                    .at("/spending/" + what)
                    .decimalValue();
        }
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
        Set<String> generations = new TreeSet<>();
        ofThis(topic)
                .forEach(event -> generations.add(new EventHeaders(event.headers()).require(CloudEvent.GENERATION)));
        return generations;
    }

    private List<ConsumerRecord<String, byte[]>> ofThis(String topic) {
        return new TopicReader(stack.kafka())
                .all(topic).stream()
                        .filter(event -> new EventHeaders(event.headers())
                                .find(CloudEvent.KEY)
                                .equals(Optional.of(id)))
                        .toList();
    }
}
