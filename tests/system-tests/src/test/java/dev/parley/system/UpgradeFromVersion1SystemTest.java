package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.Service;
import dev.parley.localstack.stack.StackSettings;
import dev.parley.system.FaultRuns.FaultInjection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

/**
 * Steps 4 to 10 of the upgrade from version 1, in the order of the CHANGELOG, each under streams and requests, but the
 * deletion of topics at the end. Version 1 has two replicas of each service and one of inference-service, whose other place
 * is for the new one beside it.
 */
@FaultStory
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class UpgradeFromVersion1SystemTest {
    /** In full, so that it can be fetched into a shallow clone. */
    private static final String VERSION_1 = "b695608f5255e95ba9a9456ef4119e1e1efd894c";

    private static final int REPLICAS = 2;
    private static final Checkout PRESENT = Checkout.find();
    private static final String INFERENCE = "inference-service";
    private static final String NEW_INFERENCE = INFERENCE + "-1";
    private static final String GROUP = "PARLEY_INFERENCE_KAFKA_GROUPID";
    private static final String BEGIN_AFTER = "PARLEY_INFERENCE_KAFKA_BEGINAFTER";

    /** The group of version 1's cache-service, which owned requests, and of the new inference-service after it. */
    private static final String OWNERS = "cache-service";

    /** The requests that version 1's cache-service forwarded. */
    private static final String FORWARDED = "chat.inference";

    private static final String FORWARDED_DEAD = "chat.inference.dead";

    /** The new inference-service owns a third of the partitions in step 7: of so many questions hardly none, and hardly all. */
    private static final int REPEATED_QUESTIONS = 24;

    /** Enough of them that some are forwarded. */
    private static final int SLOW_STREAMS = 12;

    /** Two minutes: longer than step 8 takes, and an inference-service that is stopped waits for answers. */
    private static final String SLOWLY = LongAnswer.at(1);

    private static final Duration SLOW_WITHIN = Duration.ofMinutes(3);

    private static final FaultTable TABLE = FaultRuns.table("Upgrade from version 1");

    private static Checkout version1;
    private static StackSettings settings;
    private static LocalStack stack;
    private static List<ChatClient> gateways;
    private static FaultRuns runs;

    @BeforeAll
    static void startVersion1() throws Exception {
        version1 = PreviousRelease.checkout(VERSION_1);
        settings = new StackSettings().access(UpgradeFromVersion1SystemTest::replaceTopicsByThoseOfVersion1);
        for (Service service : Service.values()) {
            // Version 1 would call the local DynamoDB through the proxy of this machine.
            settings.replicas(service.module(), REPLICAS)
                    .environment(service.module(), Map.of("no_proxy", "127.0.0.1"));
            for (int replica = 0; replica < REPLICAS; replica++) {
                settings.release(service.module(), replica, version1);
            }
        }
        stack = LocalStack.start(settings);
        stack.process(INFERENCE, 1).stop();
        gateways = List.of(new ChatClient(stack.gateway(0)), new ChatClient(stack.gateway(1)));
        runs = new FaultRuns(stack, gateways, TABLE, new Random(), new ContinuousRequests(stack, gateways, true));
    }

    @AfterAll
    static void stop() throws IOException {
        TABLE.print();
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    void losesNothing() throws Exception {
        underLoad("version 1", () -> {});
        List<RepeatedQuestion> repeated = new ArrayList<>();
        for (int i = 0; i < REPEATED_QUESTIONS; i++) {
            repeated.add(RepeatedQuestion.cachedBy(gateways.getFirst()));
        }
        Answer ofVersion1 = gateways.getFirst().ask(ChatClient.question());

        underLoad("4: topics", () -> provisionTopics(PRESENT, "dev.parley.eventlog.TopicProvisioner", stack.kafka()));
        underLoad("5: persistence-worker", () -> replace("persistence-worker"));
        replaceGateway(0);
        isUnknown(gateways.getFirst().ask(ChatClient.question()), gateways.getLast());
        isUnknown(gateways.getLast().ask(ChatClient.question()), gateways.getFirst());
        replaceGateway(1);
        isUnknown(ofVersion1, gateways.getLast());
        underLoad("7: a new inference-service", () -> {
            settings.environment(NEW_INFERENCE, Map.of(GROUP, OWNERS, BEGIN_AFTER, "4s"));
            stack.deploy(INFERENCE, 1, PRESENT);
        });
        newServiceRemovesCachedAnswersOfVersion1(repeated);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
        try {
            Map<ResumingClient, Future<ResumingClient>> slow = new HashMap<>();
            for (int i = 0; i < SLOW_STREAMS; i++) {
                ResumingClient client = new ResumingClient(gateways, i % REPLICAS, ChatClient.question(SLOWLY));
                slow.put(client, clients.submit(client::run));
            }
            underLoad("8: cache-service", () -> {
                for (int replica = 0; replica < REPLICAS; replica++) {
                    stack.process("cache-service", replica).stop();
                }
                replace("cache-service");
            });
            for (ChatClient gateway : gateways) {
                for (RepeatedQuestion each : repeated) {
                    Eventually.value(
                            () -> each.askAgain(gateway),
                            answer -> answer.cache().equals("exact"));
                }
            }
            someAreForwardedAndOpen(slow);
            underLoad("9: no old inference-service", () -> {
                new LogBarrier(stack.kafka(), FORWARDED, INFERENCE).await(SLOW_WITHIN);
                stack.process(INFERENCE, 0).stop();
            });
            for (Future<ResumingClient> each : slow.values()) {
                runs.run("8 and 9: a slow stream", each.get(SLOW_WITHIN.toSeconds(), TimeUnit.SECONDS));
            }
        } finally {
            // One whose answer is lost would try to resume it for an hour.
            clients.shutdownNow();
        }
        underLoad("10: inference-service without the setting", () -> {
            settings.environment(INFERENCE, Map.of(GROUP, OWNERS)).environment(NEW_INFERENCE, Map.of(BEGIN_AFTER, ""));
            replace(INFERENCE);
        });
        deleteTopicsOfVersion1();

        new EventTour(stack).run();
        DeliveryGuarantees.eachRequestHasOneTurn(stack.kafka(), OWNERS);
        Projection.isTheFoldOfTheLog(stack);
        DeliveryGuarantees.noDeadLetters(stack);
    }

    private static void underLoad(String step, FaultInjection injection) throws Exception {
        runs.run(step, 0, injection);
    }

    private static void replaceGateway(int replica) throws Exception {
        runs.run(
                "6: gateway-service " + replica,
                0,
                ContinuousRequests.at(replica),
                () -> stack.deploy("gateway-service", replica, PRESENT));
    }

    /** One replica after the other. */
    private static void replace(String service) {
        for (int replica = 0; replica < REPLICAS; replica++) {
            stack.deploy(service, replica, PRESENT);
        }
    }

    /** The gateway refuses the id of the other version in each of its uses. */
    private static void isUnknown(Answer answer, ChatClient gateway) throws Exception {
        String generation = answer.succeeded().generation();
        String path = "/v1/generations/" + generation;
        Answer next = gateway.ask(
                ChatClient.question(),
                "x-parley-conversation",
                "conv-" + UUID.randomUUID(),
                "x-parley-history",
                "stored",
                "x-parley-after-generation",
                generation);
        assertThat(List.of(gateway.get(path + "/events"), gateway.delete(path), next))
                .extracting(Answer::status)
                .containsOnly(404);
    }

    /** The new inference-service cannot read them, and asks Claude again; version 1 still answers the other questions. */
    private static void newServiceRemovesCachedAnswersOfVersion1(List<RepeatedQuestion> questions) throws Exception {
        List<Answer> answers = new ArrayList<>();
        for (RepeatedQuestion each : questions) {
            answers.add(each.askAgain(gateways.getFirst()));
        }
        assertThat(answers).extracting(Answer::cache).contains("exact", "miss");
        Eventually.value(
                () -> ServiceLogLines.of(stack, INFERENCE, 1).with("Removed a damaged cache entry"),
                lines -> !lines.isEmpty());
    }

    /** The old inference-service still answers some that version 1's cache-service has forwarded before its end. */
    private static void someAreForwardedAndOpen(Map<ResumingClient, Future<ResumingClient>> streams) {
        List<String> open = streams.entrySet().stream()
                .filter(each -> !each.getValue().isDone())
                .map(each -> each.getKey().generation())
                .toList();
        List<String> forwarded = new TopicReader(stack.kafka())
                .all(FORWARDED).stream()
                        .map(event -> new EventHeaders(event.headers()).require(CloudEvent.GENERATION))
                        .toList();
        assertThat(forwarded).containsAnyElementsOf(open);
    }

    /**
     * A question that version 1 has answered from its cache.
     *
     * @param words that are in no other question
     */
    private record RepeatedQuestion(String words, String answer) {
        static RepeatedQuestion cachedBy(ChatClient gateway) throws Exception {
            String words = UUID.randomUUID().toString();
            return new RepeatedQuestion(
                    words, gateway.askUntilCached(question(words)).text());
        }

        private static ObjectNode question(String words) {
            return ChatClient.question(words, ChatClient.QUICK);
        }

        /** Its answer is the same, and Claude is called only if it is not in the cache. Nothing else may call Claude meanwhile. */
        Answer askAgain(ChatClient gateway) throws Exception {
            Simulator claude = new Simulator(stack);
            int calls = claude.counter("calls");
            Answer again = gateway.ask(question(words)).succeeded();
            assertThat(again.text()).isEqualTo(answer);
            assertThat(claude.counter("calls") - calls)
                    .as(again.cache())
                    .isEqualTo(again.cache().equals("miss") ? 1 : 0);
            return again;
        }
    }

    private static void replaceTopicsByThoseOfVersion1(KafkaConnection kafka) {
        try (Admin admin = admin(kafka.bootstrapServers())) {
            admin.deleteTopics(admin.listTopics().names().get()).all().get();
            Eventually.value(() -> admin.listTopics().names().get(), Set::isEmpty);
            provisionTopics(version1, "dev.parley.contracts.topic.TopicProvisioner", kafka.bootstrapServers());
        } catch (Exception e) {
            throw new IllegalStateException("the topics of version 1 cannot be made", e);
        }
    }

    /** Runs the job {@code topics} of this checkout. */
    private static void provisionTopics(Checkout checkout, String main, String kafka) throws Exception {
        Process job = Service.GATEWAY
                .program(checkout, main, List.of(kafka, "1"))
                .redirectErrorStream(true)
                .start();
        String output = new String(job.getInputStream().readAllBytes(), UTF_8);
        assertThat(job.waitFor()).as(output).isZero();
    }

    private static void deleteTopicsOfVersion1() throws Exception {
        assertThat(new TopicReader(stack.kafka()).all(FORWARDED_DEAD)).isEmpty();
        try (Admin admin = admin(stack.kafka())) {
            admin.deleteTopics(List.of(FORWARDED, FORWARDED_DEAD)).all().get();
        }
    }

    private static Admin admin(String kafka) {
        return Admin.create(Map.of("bootstrap.servers", kafka));
    }
}
