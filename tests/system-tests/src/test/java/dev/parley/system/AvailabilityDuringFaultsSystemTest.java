package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** New requests during faults: the short form of the checks in {@link FaultSuiteSystemTest}. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@FaultStory
class AvailabilityDuringFaultsSystemTest {
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final List<ChatClient> GATEWAYS =
            List.of(new ChatClient(STACK.gateway(0)), new ChatClient(STACK.gateway(1)));
    private static final ContinuousRequests REQUESTS = new ContinuousRequests(STACK, GATEWAYS);
    private static final FaultTable TABLE =
            new FaultTable("Requests during faults", "fault", "results of new requests");

    @AfterAll
    static void guaranteesHold() throws Exception {
        TABLE.print();
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
        Projection.isTheFoldOfTheLog(STACK);
    }

    /** Requests may be delayed, but none is rejected. */
    @Test
    void rejectsNoRequestWhileAServiceBehindTheGatewayRestarts() throws Exception {
        for (String service : List.of("cache-service", "inference-service", "persistence-worker")) {
            run(service + ": kill", () -> killed(STACK.process(service, 0)));
        }
    }

    @Test
    void rejectsNoRequestWhileAStoreHangs() throws Exception {
        for (String store : List.of("redis", "dynamodb")) {
            run(store + ": frozen for 3 s", () -> FaultRuns.freeze(STACK.process(store, 0), Duration.ofSeconds(3)));
        }
    }

    @Test
    void rejectsRequestsOnlyAtAKilledGateway() throws Exception {
        String results = REQUESTS.during(ContinuousRequests.at(0), () -> killed(STACK.process("gateway-service", 0)));
        TABLE.row("gateway-service: kill", results);
    }

    private static void run(String fault, FaultRuns.FaultInjection injection) throws Exception {
        TABLE.row(fault, REQUESTS.during(ContinuousRequests.NONE, injection));
    }

    private static void killed(ManagedProcess process) {
        process.crash();
        process.restart();
    }
}
