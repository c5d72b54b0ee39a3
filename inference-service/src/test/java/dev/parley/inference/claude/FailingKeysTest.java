package dev.parley.inference.claude;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailingKeysTest {
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final AtomicLong now = new AtomicLong();
    private final FailingKeys keys = new FailingKeys(PAUSE, now::get);

    @Test
    void aKeyMayCallUntilItsCallsHaveFailedOften() {
        for (int i = 0; i < FailingKeys.FAILURES_MIN; i++) {
            assertThat(keys.tryCall("a")).isTrue();
            keys.failed("a");
        }
        assertThat(keys.tryCall("a")).isFalse();
        assertThat(keys.tryCall("b")).isTrue();
    }

    @Test
    void aFailingKeyMayCallAfterThePauseOneAtATime() {
        fail("a");
        now.addAndGet(PAUSE.toNanos() - 1);
        assertThat(keys.tryCall("a")).isFalse();
        now.addAndGet(1);
        assertThat(keys.tryCall("a")).isTrue();
        assertThat(keys.tryCall("a")).isFalse();
        keys.undecided("a");
        assertThat(keys.tryCall("a")).isTrue();
        keys.failed("a");
        assertThat(keys.tryCall("a")).isFalse();
        now.addAndGet(PAUSE.toNanos());
        assertThat(keys.tryCall("a")).isTrue();
    }

    @Test
    void aSuccessEndsIt() {
        fail("a");
        keys.succeeded("a");
        assertThat(keys.tryCall("a")).isTrue();
        assertThat(keys.tryCall("a")).isTrue();
    }

    @Test
    void forgetsTheKeysThatCalledFirst() {
        fail("a");
        fail("b");
        assertThat(keys.tryCall("a")).isFalse();
        for (int i = 1; i < FailingKeys.KEYS_MAX; i++) {
            keys.failed("other " + i);
        }
        assertThat(keys.tryCall("a")).isFalse();
        assertThat(keys.tryCall("b")).isTrue();
    }

    private void fail(String key) {
        for (int i = 0; i < FailingKeys.FAILURES_MIN; i++) {
            keys.failed(key);
        }
    }
}
