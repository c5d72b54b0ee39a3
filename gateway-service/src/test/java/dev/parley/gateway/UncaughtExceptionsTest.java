package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.eventlog.UncaughtExceptions;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class UncaughtExceptionsTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(UncaughtExceptions.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void read() {
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void restore() {
        logger.detachAppender(lines);
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
        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getFormattedMessage()).isEqualTo("The thread worker-3 ended");
            assertThat(line.getThrowableProxy().getMessage()).isEqualTo("unexpected");
        });
    }
}
