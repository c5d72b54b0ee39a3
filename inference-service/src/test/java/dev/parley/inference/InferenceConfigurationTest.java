package dev.parley.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.Lookup;
import dev.parley.answercache.Lookup.NotFound;
import dev.parley.answercache.Lookup.Unavailable;
import dev.parley.answercache.lookup.BoundedLookup;
import dev.parley.testing.Events;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects of the service with its settings. */
@Timeout(30)
class InferenceConfigurationTest {
    private static final AnswerKey KEY = new AnswerKey(Events.TENANT, Events.FINGERPRINT);

    /** Reached with the look-up of the warm-up, which takes no place, and another one. */
    private final CountDownLatch asked = new CountDownLatch(2);

    private final CountDownLatch thaw = new CountDownLatch(1);
    private final AnswerCache hanging = (AnswerCache) Proxy.newProxyInstance(
            AnswerCache.class.getClassLoader(), new Class<?>[] {AnswerCache.class}, (_, _, _) -> {
                asked.countDown();
                thaw.await();
                return Optional.empty();
            });
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void makesAsManyLookupsAtOnceAsTheSettingsPermit() {
        InferencePropertiesTest.SERVICE
                .withPropertyValues("parley.inference.lookup.running-max=1", "parley.inference.lookup.time-limit=1h")
                .run(context -> {
                    InferenceProperties properties = context.getBean(InferenceProperties.class);
                    try (BoundedLookup lookup = new InferenceConfiguration().lookup(hanging, properties, registry);
                            ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                        Future<Lookup> first = threads.submit(() -> lookup.find(KEY));
                        asked.await();
                        assertThat(lookup.find(KEY)).isEqualTo(new Unavailable());
                        thaw.countDown();
                        assertThat(first.get()).isEqualTo(new NotFound());
                    }
                });
        assertThat(registry.get("parley.cache.lookup").timers())
                .extracting(timer -> timer.getId().getTag("outcome"))
                .containsExactlyInAnyOrder("crowded", "not_found");
    }
}
