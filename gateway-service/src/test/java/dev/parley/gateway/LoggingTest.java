package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import tools.jackson.databind.json.JsonMapper;

/** The logs of all services, whose reader hangs. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoggingTest {
    /** More than the queue and a batch that the writing thread has taken from it. */
    private static final int LINES = 10_000;

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final LoggerContext context = new LoggerContext();
    private final Logger logger = context.getLogger(LoggingTest.class);
    private final HangingConsole console = new HangingConsole();

    /** Takes what is written only when it is read. */
    private static final class HangingConsole extends OutputStream {
        private final CountDownLatch read = new CountDownLatch(1);
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public void write(int octet) throws InterruptedIOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int start, int count) throws InterruptedIOException {
            try {
                read.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            written.write(bytes, start, count);
        }

        private String text() {
            return written.toString(UTF_8);
        }
    }

    @BeforeEach
    void configure() throws JoranException {
        context.setMDCAdapter(MDC.getMDCAdapter());
        context.putObject(Environment.class.getName(), new StandardEnvironment());
        context.putProperty("CONSOLE_LOG_STRUCTURED_FORMAT", "ecs");
        context.putProperty("CONSOLE_LOG_CHARSET", "UTF-8");
        context.putProperty("CONSOLE_LOG_THRESHOLD", "TRACE");
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(requireNonNull(getClass().getResource("/dev/parley/eventlog/logging.xml")));
        ((OutputStreamAppender<ILoggingEvent>) lines().getAppender("CONSOLE")).setOutputStream(console);
    }

    @AfterEach
    void stop() {
        console.read.countDown();
        context.stop();
    }

    @Test
    void keepsTheFirstLinesAndTheFirstWarningsWithoutWaiting() {
        for (int i = 0; i < LINES; i++) {
            logger.info("line {}", i);
        }
        for (int i = 0; i < LINES; i++) {
            logger.warn("warning {}", i);
        }
        console.read.countDown();
        await().until(() -> lines().getNumberOfElementsInQueue() == 0);
        logger.info("the last");
        await().until(() -> console.text().contains("the last"));
        assertThat(console.text()
                        .lines()
                        .map(line -> MAPPER.readTree(line).path("message").stringValue("")))
                .contains("line 0", "line 3000", "warning 0", "warning 800")
                .doesNotContain("warning 9999");
    }

    private AsyncAppender lines() {
        return (AsyncAppender) context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("LINES");
    }
}
