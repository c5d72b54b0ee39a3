package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.GenerationIds;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Signs generation ids with the configured secret, or else with the id of the Kafka cluster, which all gateways share and clients
 * do not see. The cluster is queried until it responds.
 */
final class GenerationSigner implements SmartLifecycle, Supplier<Optional<GenerationIds>> {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationSigner.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    private final GenerationSettings settings;
    private final Callable<String> clusterId;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Optional<GenerationIds> ids = Optional.empty();
    private volatile boolean running;

    /**
     * Makes a signer.
     *
     * @param clusterId may block and throw
     */
    GenerationSigner(GenerationSettings settings, Callable<String> clusterId) {
        this.settings = settings;
        this.clusterId = clusterId;
    }

    @Override
    public Optional<GenerationIds> get() {
        return ids;
    }

    @Override
    public void start() {
        running = true;
        if (!settings.idSecret().isEmpty()) {
            ids = Optional.of(new GenerationIds(settings.idSecret().getBytes(UTF_8)));
        } else {
            Thread.ofVirtual().name("generation-signer").start(this::readClusterId);
        }
    }

    private void readClusterId() {
        try {
            while (ids.isEmpty() && running) {
                ids = read();
                if (ids.isPresent()) {
                    LOG.info("Signing generation ids with the id of the Kafka cluster;"
                            + " PARLEY_GENERATION_ID_SECRET would be a better secret");
                } else if (stopped.await(RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<GenerationIds> read() throws InterruptedException {
        try {
            return Optional.of(new GenerationIds(("kafka cluster " + clusterId.call()).getBytes(UTF_8)));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("The id of the Kafka cluster cannot be read yet: {}", e.toString());
            return Optional.empty();
        }
    }

    @Override
    public void stop() {
        running = false;
        stopped.countDown();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Below the web server's, which therefore starts later and stops earlier. */
    @Override
    public int getPhase() {
        return 0;
    }
}
