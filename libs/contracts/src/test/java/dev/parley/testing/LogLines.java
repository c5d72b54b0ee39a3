package dev.parley.testing;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What a class logs, on any thread, until this is closed. */
public final class LogLines implements AutoCloseable {
    private final Logger logger;
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    private LogLines(Logger logger) {
        this.logger = logger;
    }

    public static LogLines of(Class<?> logging) {
        LogLines lines = new LogLines((Logger) LoggerFactory.getLogger(logging));
        lines.appender.list = new CopyOnWriteArrayList<>();
        lines.appender.start();
        lines.logger.addAppender(lines.appender);
        return lines;
    }

    /** Those so far; later ones are added. */
    public List<ILoggingEvent> list() {
        return appender.list;
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}
