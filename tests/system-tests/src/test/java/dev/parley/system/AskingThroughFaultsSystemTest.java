package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** New questions while something is broken: the short form of what {@link FaultSuiteSystemTest} asks through every fault. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@Tag("faults")
class AskingThroughFaultsSystemTest {
    private static final LocalStack STACK = DoubledStack.get();
    private static final List<Chat> GATEWAYS = List.of(new Chat(STACK.gateway(0)), new Chat(STACK.gateway(1)));
    private static final AnswersMeanwhile ANSWERS = new AnswersMeanwhile(STACK, GATEWAYS);
    private static final FaultTable TABLE =
            new FaultTable("Questions asked during faults", "fault", "what new questions got");

    @AfterAll
    static void keepsItsPromises() throws Exception {
        TABLE.print();
        Promises.eachRequestHasOneTurn(STACK);
        Projection.isTheFoldOfTheLog(STACK);
    }

    /** What they do is late meanwhile, and nobody is refused for it. */
    @Test
    void refusesNobodyWhileAWorkerBehindTheGatewayIsKilled() throws Exception {
        for (String service : List.of("cache-service", "inference-service", "persistence-worker")) {
            told(service + ": kill", () -> killed(STACK.process(service, 0)));
        }
    }

    @Test
    void refusesNobodyWhileAStoreHangs() throws Exception {
        for (String store : List.of("redis", "dynamodb")) {
            told(store + ": frozen for 3 s", () -> frozen(STACK.process(store, 0)));
        }
    }

    @Test
    void refusesOnlyWhoAsksAtAGatewayThatIsKilled() throws Exception {
        String seen = ANSWERS.told(AnswersMeanwhile.at(0), () -> killed(STACK.process("gateway-service", 0)));
        TABLE.row("gateway-service: kill", seen);
    }

    private static void told(String fault, FaultStories.Fault strikes) throws Exception {
        TABLE.row(fault, ANSWERS.told(AnswersMeanwhile.NONE, strikes));
    }

    private static void killed(ManagedProcess part) {
        part.crash();
        part.restart();
    }

    private static void frozen(ManagedProcess part) throws InterruptedException {
        part.pause();
        try {
            boolean _ = new CountDownLatch(1).await(Duration.ofSeconds(3).toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            part.resume();
        }
    }
}
