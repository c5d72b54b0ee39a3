package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.eventlog.process.UncaughtExceptions;
import dev.parley.testing.LogLines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UncaughtExceptionsTest {
    private final LogLines lines = LogLines.of(UncaughtExceptions.class);

    @AfterEach
    void restore() {
        lines.close();
        Thread.setDefaultUncaughtExceptionHandler(null);
    }

    @Test
    void theExceptionThatEndsAThreadIsLogged() throws Exception {
        UncaughtExceptions.log();
        Thread.ofVirtual()
                .name("worker-3")
                .start(() -> {
                    throw new IllegalStateException("unexpected");
                })
                .join();
        assertThat(lines.list()).singleElement().satisfies(line -> {
            assertThat(line.getFormattedMessage()).isEqualTo("The thread worker-3 ended");
            assertThat(line.getThrowableProxy().getMessage()).isEqualTo("unexpected");
        });
    }
}
