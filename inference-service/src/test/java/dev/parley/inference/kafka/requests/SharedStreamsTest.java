package dev.parley.inference.kafka.requests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.testing.Events;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SharedStreamsTest {
    private static final int ROUNDS = 200;
    private static final int ASKED_TOGETHER = 8;

    @Test
    void oneOfTheRequestsThatArriveTogetherLeads() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(ASKED_TOGETHER)) {
            for (int round = 0; round < ROUNDS; round++) {
                SharedStreams streams = new SharedStreams(Clock.systemUTC());
                ChatRequested requested = Events.requested(_ -> {});
                CountDownLatch arrived = new CountDownLatch(ASKED_TOGETHER);
                List<Future<Boolean>> leads = new ArrayList<>();
                for (int i = 0; i < ASKED_TOGETHER; i++) {
                    leads.add(threads.submit(() -> {
                        arrived.countDown();
                        arrived.await();
                        return streams.joinOrLead(requested).leads();
                    }));
                }
                int leaders = 0;
                for (Future<Boolean> lead : leads) {
                    leaders += lead.get() ? 1 : 0;
                }
                assertThat(leaders).isEqualTo(1);
            }
        }
    }
}
