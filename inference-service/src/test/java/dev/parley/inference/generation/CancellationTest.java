package dev.parley.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.inference.generation.Cancellation.Registration;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellationTest {
    private static final Duration NOT_LONG = Duration.ofMillis(1);

    private final Cancellation cancellation = new Cancellation();
    private final List<String> ran = new ArrayList<>();

    @Test
    void runsEachActionOnce() throws Exception {
        cancellation.onRequest(() -> ran.add("first"));
        cancellation.onRequest(() -> ran.add("second"));
        assertThat(cancellation.await(NOT_LONG)).isFalse();
        cancellation.request();
        cancellation.request();
        assertThat(ran).containsExactly("first", "second");
        assertThat(cancellation.await(NOT_LONG)).isTrue();
    }

    @Test
    void runsAnActionAtOnceThatComesLater() {
        cancellation.request();
        cancellation.onRequest(() -> ran.add("late"));
        assertThat(ran).containsExactly("late");
    }

    @Test
    void runsAnActionAlthoughAnotherOneFails() {
        cancellation.onRequest(() -> {
            throw new IllegalStateException("expected by the test");
        });
        cancellation.onRequest(() -> ran.add("second"));
        cancellation.request();
        assertThat(ran).containsExactly("second");
    }

    @Test
    void runsNoActionWhoseRegistrationIsClosed() {
        Registration first = cancellation.onRequest(() -> ran.add("first"));
        cancellation.onRequest(() -> ran.add("second"));
        first.close();
        first.close();
        cancellation.request();
        assertThat(ran).containsExactly("second");
    }

    @Test
    void letsGoOfAClosedAction() {
        WeakReference<Runnable> seen = closedAction();
        await().untilAsserted(() -> {
            System.gc();
            assertThat(seen.get()).isNull();
        });
    }

    private WeakReference<Runnable> closedAction() {
        Runnable action = new ArrayList<>()::clear;
        cancellation.onRequest(action).close();
        return new WeakReference<>(action);
    }

    @Test
    void staysRequestedIfNoActionLasts() {
        cancellation.onRequest(() -> ran.add("first"));
        cancellation.abandon();
        cancellation.withdraw();
        assertThat(cancellation.isRequested()).isTrue();
        assertThat(ran).containsExactly("first");
    }

    @Test
    void runsALastingActionAtEachRequest() {
        cancellation.abandon();
        cancellation.onEachRequest(() -> ran.add("lasting"));
        assertThat(ran).containsExactly("lasting");
        cancellation.withdraw();
        assertThat(cancellation.isRequested()).isFalse();
        cancellation.abandon();
        assertThat(ran).containsExactly("lasting", "lasting");
    }

    @Test
    void mayBeRequestedByAnAction() {
        cancellation.onRequest(cancellation::request);
        cancellation.onRequest(() -> ran.add("other"));
        cancellation.request();
        assertThat(ran).containsExactly("other");
    }
}
