package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.stack.StackSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * This version beside the previous release on one log. Each test begins and ends with the previous release of every
 * service, so what this version has written is read by the previous one.
 */
@FaultStory
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class UpgradeSystemTest {
    private static final int REPLICAS = 2;
    private static final Checkout PRESENT = Checkout.find();

    /** In the order of an upgrade: the readers of {@code chat.turns} before its writers. */
    private static final List<String> SERVICES =
            List.of("persistence-worker", "cache-service", "inference-service", "gateway-service");

    private static final FaultTable TABLE = FaultRuns.table("Upgrade and rollback");

    private static Checkout previous;
    private static LocalStack stack;
    private static List<ChatClient> gateways;
    private static FaultRuns runs;

    @BeforeAll
    static void start() throws Exception {
        previous = PreviousRelease.checkout();
        StackSettings settings = new StackSettings();
        for (String service : SERVICES) {
            // The previous release would call the local DynamoDB through the proxy of this machine.
            settings.replicas(service, REPLICAS).environment(service, Map.of("no_proxy", "127.0.0.1"));
            for (int replica = 0; replica < REPLICAS; replica++) {
                settings.release(service, replica, previous);
            }
        }
        stack = LocalStack.start(settings);
        gateways = List.of(new ChatClient(stack.gateway(0)), new ChatClient(stack.gateway(1)));
        runs = new FaultRuns(stack, gateways, TABLE, new Random());
        runs.run("none", 0, () -> {});
    }

    @AfterEach
    void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(stack);
        Projection.isTheFoldOfTheLog(stack);
        DeliveryGuarantees.noDeadLetters(stack);
    }

    @AfterAll
    static void stop() throws IOException {
        TABLE.print();
        stack.close();
    }

    /** For each two services, there is a run in which only the one is new, and one in which only the other is. */
    @ParameterizedTest
    @ValueSource(strings = {"persistence-worker", "cache-service", "inference-service", "gateway-service"})
    void oneNewServiceAndThreePreviousOnesReadEachOther(String service) throws Exception {
        deploy(service, PRESENT);
        new EventTour(stack).run();
        deploy(service, previous);
        new EventTour(stack).run();
    }

    /** One replica after the other, so that every group has members of both versions. */
    @Test
    void anUpgradeAndItsRollbackUnderLoadLoseNothing() throws Exception {
        GrowingConversation conversation = new GrowingConversation(stack, "conv-" + UUID.randomUUID());
        for (String service : SERVICES) {
            deployUnderLoad("upgrade", service, PRESENT, conversation);
        }
        new EventTour(stack).run();
        for (String service : SERVICES.reversed()) {
            deployUnderLoad("rollback", service, previous, conversation);
        }
        new EventTour(stack).run();
    }

    private static void deploy(String service, Checkout version) {
        for (int replica = 0; replica < REPLICAS; replica++) {
            stack.deploy(service, replica, version);
        }
    }

    private static void deployUnderLoad(String what, String service, Checkout version, GrowingConversation conversation)
            throws Exception {
        for (int replica = 0; replica < REPLICAS; replica++) {
            int deployed = replica;
            runs.run(
                    "%s of %s %d".formatted(what, service, replica),
                    0,
                    service.equals("gateway-service") ? ContinuousRequests.at(replica) : ContinuousRequests.NONE,
                    () -> stack.deploy(service, deployed, version));
            for (ChatClient gateway : gateways) {
                conversation.nextAfterTheLast(gateway);
            }
        }
    }
}
