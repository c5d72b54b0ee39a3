package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A rolling restart of each service under steady load interrupts no stream. The answers take 2 s, well below the grace
 * period of a gateway that is stopped.
 */
@FaultStory
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith(ReplicatedStack.class)
class DeploySystemTest {
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final List<ChatClient> GATEWAYS =
            List.of(new ChatClient(STACK.gateway(0)), new ChatClient(STACK.gateway(1)));
    private static final String SLOWLY = "first_token_ms=100 tokens_per_second=60 text=\"" + LongAnswer.TEXT + "\"";

    @ParameterizedTest
    @ValueSource(strings = {"inference-service", "cache-service", "persistence-worker", "gateway-service"})
    void aRollingRestartInterruptsNoStream(String service) throws Exception {
        try (ScheduledExecutorService arrivals = Executors.newSingleThreadScheduledExecutor();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ResumingClient>> streams = new ArrayList<>();
            CountDownLatch some = new CountDownLatch(8);
            var steady = arrivals.scheduleAtFixedRate(
                    () -> {
                        var client = new ResumingClient(GATEWAYS, streams.size() % 2, ChatClient.question(SLOWLY));
                        streams.add(clients.submit(client::run));
                        some.countDown();
                    },
                    0,
                    250,
                    TimeUnit.MILLISECONDS);
            assertThat(some.await(30, TimeUnit.SECONDS)).isTrue();
            for (int replica = 0; replica < 2; replica++) {
                STACK.process(service, replica).stop();
                STACK.process(service, replica).restart();
            }
            steady.cancel(false);
            arrivals.shutdown();
            assertThat(arrivals.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            assertThat(streams).hasSizeGreaterThan(20);
            int resumed = 0;
            for (Future<ResumingClient> stream : streams) {
                ResumingClient client = stream.get(90, TimeUnit.SECONDS);
                assertThat(client.text()).isEqualTo(LongAnswer.TEXT);
                assertThat(client.lastType()).isEqualTo("message_stop");
                assertThat(client.refusals()).isSubsetOf(503);
                resumed += client.resumed();
            }
            System.out.printf(
                    "%s restarted under %d streams, which were resumed %d times%n", service, streams.size(), resumed);
            assertThat(resumed).as("streams lost without resuming").isZero();
        }
    }
}
