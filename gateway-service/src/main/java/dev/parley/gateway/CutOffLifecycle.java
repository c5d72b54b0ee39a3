package dev.parley.gateway;

import dev.parley.gateway.web.ReaderPresence;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/** Reports the end of the shutdown grace before the web server closes the connections of the remaining readers. */
final class CutOffLifecycle implements SmartLifecycle {
    private final ReaderPresence presence;
    private volatile boolean running;

    CutOffLifecycle(ReaderPresence presence) {
        this.presence = presence;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        presence.stopping();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Between the end of the web server's grace and its end. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 1;
    }
}
