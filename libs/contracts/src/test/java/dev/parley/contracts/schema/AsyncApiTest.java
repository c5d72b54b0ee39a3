package dev.parley.contracts.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.testing.GoldenFile;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AsyncApiTest {
    private static final JsonNode DOCUMENT = ContractDocuments.asyncApi();

    /** A message of the document and the golden file of the same event. */
    record Described(String message, Path golden) {
        static Described of(Path golden) {
            String subject = GoldenFile.subject(golden);
            String message = subject.equals("dead-letter")
                    ? "deadLetter"
                    : subject.replaceFirst("\\.v1$", "").replaceFirst("^delta-", "");
            return new Described(message, golden);
        }

        JsonNode node() {
            return DOCUMENT.at(pointer());
        }

        String pointer() {
            return "/components/messages/" + message;
        }

        ConsumerRecord<String, byte[]> wire() {
            return GoldenFile.read(golden);
        }

        /** The text headers. */
        Map<String, String> headers() {
            Map<String, String> headers = new TreeMap<>();
            wire().headers().forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
            headers.remove("frames");
            return headers;
        }
    }

    static Stream<Described> messages() {
        return GoldenFile.in(GoldenFile.CURRENT).stream().map(Described::of);
    }

    @Test
    void listsExactlyTheTopics() {
        assertThat(DOCUMENT.path("channels").values())
                .extracting(channel -> channel.path("address").stringValue())
                .containsExactlyInAnyOrderElementsOf(
                        Topics.all().stream().map(Topic::name).toList());
    }

    @Test
    void hasTheSettingsOfEachTopic() {
        assertThat(Topics.all()).allSatisfy(topic -> {
            JsonNode kafka = channel(topic.name()).at("/bindings/kafka");
            assertThat(kafka.path("partitions").intValue()).isEqualTo(topic.partitions());
            assertThat(kafka.at("/topicConfiguration/cleanup.policy/0").stringValue())
                    .isEqualTo(topic.settings().get("cleanup.policy"));
            if (!topic.compacted()) {
                assertThat(kafka.at("/topicConfiguration/retention.ms").longValue())
                        .isEqualTo(topic.retention().toMillis());
            }
            assertThat(kafka.at("/topicConfiguration/max.message.bytes").intValue())
                    .isEqualTo(topic.recordBytesMax());
        });
    }

    @Test
    void listsExactlyTheWrittenEvents() {
        assertThat(DOCUMENT.at("/components/messages").propertyNames())
                .containsExactlyInAnyOrderElementsOf(
                        messages().map(Described::message).toList());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void assignsEachEventToItsTopic(Described event) {
        JsonNode channel = channel(event.wire().topic());

        assertThat(channel.path("messages").path(event.message()).path("$ref").stringValue())
                .isEqualTo("#" + event.pointer());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void describesTheWrittenHeaders(Described event) {
        Set<String> described =
                new TreeSet<>(event.node().at("/headers/properties").propertyNames());
        Set<String> written = new TreeSet<>();
        event.wire().headers().forEach(header -> written.add(header.key()));

        if (event.message().equals("deadLetter")) {
            assertThat(written).containsAll(described);
        } else {
            assertThat(described).containsAll(written);
            assertThat(written).containsAll(required(event));
        }
    }

    @Test
    void describesExactlyTheHeadersInTheCode() throws IllegalAccessException {
        Set<String> described = new TreeSet<>();
        messages()
                .forEach(event ->
                        described.addAll(event.node().at("/headers/properties").propertyNames()));

        assertThat(described).isEqualTo(headerNames());
    }

    /** The constants of the classes that only declare header names, and the headers of turns. */
    private static Set<String> headerNames() throws IllegalAccessException {
        Set<String> names = new TreeSet<>(Set.of(TurnCodec.FRAMES, TurnCodec.QUESTION));
        for (Class<?> type : List.of(CloudEvent.class, DeltaCodec.class, DeadLetter.class)) {
            for (Field constant : type.getFields()) {
                names.add((String) constant.get(null));
            }
        }
        return names;
    }

    private static List<String> required(Described event) {
        return Stream.of("/headers/allOf/0/required", "/headers/required")
                .flatMap(list -> event.node().at(list).valueStream())
                .map(JsonNode::stringValue)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void hasTheGoldenFileAsTheExample(Described event) {
        JsonNode example = event.node().at("/examples/0");
        String value = new String(event.wire().value(), StandardCharsets.UTF_8);

        Map<String, String> headers = new TreeMap<>();
        example.path("headers").forEachEntry((name, header) -> headers.put(name, header.stringValue()));
        assertThat(headers).isEqualTo(event.headers());
        if (example.path("payload").isString()) {
            assertThat(example.path("payload").stringValue()).isEqualTo(value);
        } else {
            assertThat(example.path("payload")).isEqualTo(JsonMapper.shared().readTree(value));
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void acceptsTheExample(Described event) {
        JsonNode example = event.node().at("/examples/0");
        String payload = event.node().at("/payload/schema").isMissingNode() ? "/payload" : "/payload/schema";

        assertThat(ContractDocuments.asyncApiObjections(event.pointer() + "/headers", example.path("headers")))
                .isEmpty();
        assertThat(ContractDocuments.asyncApiObjections(event.pointer() + payload, example.path("payload")))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void rejectsAMissingHeader(Described event) {
        var headers = event.node().at("/examples/0/headers").deepCopy().asObject();
        assertThat(required(event)).allSatisfy(name -> {
            var without = headers.deepCopy();
            without.remove(name);
            assertThat(ContractDocuments.asyncApiObjections(event.pointer() + "/headers", without))
                    .as("without %s", name)
                    .isNotEmpty();
        });
    }

    private static JsonNode channel(String address) {
        return DOCUMENT.path("channels")
                .valueStream()
                .filter(channel -> channel.path("address").stringValue().equals(address))
                .findFirst()
                .orElseThrow();
    }
}
