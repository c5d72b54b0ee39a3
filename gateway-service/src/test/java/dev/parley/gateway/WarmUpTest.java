package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.price.Prices;
import dev.parley.gateway.limits.LimitCheck;
import dev.parley.gateway.limits.LocalLedger;
import dev.parley.gateway.limits.SharedLedger;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.web.answers.ReaderPresence;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

class WarmUpTest {
    @EnableConfigurationProperties(GatewayProperties.class)
    static class Bound {}

    @Test
    void answersRequestsWithoutALog() {
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withUserConfiguration(Bound.class)
                .run(context -> assertThat(
                                answered(context.getBean(GatewayProperties.class), Schedulers.boundedElastic()))
                        .isPositive());
    }

    @Test
    void publishesNothingAboutAReaderThatDidNotWait() {
        HeldAnswers workers = new HeldAnswers();
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withUserConfiguration(Bound.class)
                .run(context -> {
                    GatewayProperties properties = context.getBean(GatewayProperties.class);
                    // So that the code is loaded, and the request is published in time.
                    assertThat(answered(properties, Schedulers.boundedElastic()))
                            .isPositive();
                    assertThat(answered(properties, workers)).isZero();
                    assertThat(workers.readerLeft.await(10, TimeUnit.SECONDS)).isTrue();
                    assertThat(workers.held).hasSize(1);
                });
    }

    /** Runs all tasks but those that answer what was published, as a machine that is too busy for them. */
    private static final class HeldAnswers implements Scheduler {
        private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
        private final CountDownLatch readerLeft = new CountDownLatch(1);

        @Override
        public Disposable schedule(Runnable task) {
            String owner = task.getClass().getName();
            if (owner.startsWith(WarmUp.class.getName())) {
                held.add(task);
                return Disposables.disposed();
            }
            return Schedulers.boundedElastic().schedule(() -> {
                task.run();
                if (owner.startsWith(ReaderPresence.class.getName())) {
                    readerLeft.countDown();
                }
            });
        }

        @Override
        public Worker createWorker() {
            return Schedulers.boundedElastic().createWorker();
        }
    }

    private static int answered(GatewayProperties properties, Scheduler workers) {
        LocalLedger ledger = new LocalLedger(100, properties.limits().reservationLife());
        try (HttpClient http = HttpClient.newHttpClient();
                SharedLedger shared = new SharedLedger(
                        ledger,
                        new LocalLedger(100, properties.limits().reservationLife()),
                        properties.limits(),
                        new SimpleMeterRegistry())) {
            Clock clock = Clock.systemUTC();
            LimitCheck limitCheck = new LimitCheck(shared, new Prices(List.of()), new ModelAliases(List.of()), clock);
            return new WarmUp(properties, limitCheck, JsonMapper.shared(), http, workers, clock).run();
        }
    }
}
