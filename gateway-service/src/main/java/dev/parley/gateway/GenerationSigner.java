package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.GenerationIds;
import dev.parley.gateway.published.AnswerAddresses;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Signs generation ids with the configured secret, or else with the id of the Kafka cluster, which all gateways share and clients
 * do not see. The cluster is queried until it responds.
 */
final class GenerationSigner implements Supplier<Optional<GenerationIds>> {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationSigner.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    private final GenerationSettings settings;
    /** May block and throw. */
    private final Callable<String> clusterId;

    private final Disposable.Swap reading = Disposables.swap();
    private volatile Optional<GenerationIds> ids = Optional.empty();
    private volatile Optional<AnswerAddresses> addresses = Optional.empty();

    GenerationSigner(GenerationSettings settings, Callable<String> clusterId) {
        this.settings = settings;
        this.clusterId = clusterId;
    }

    @Override
    public Optional<GenerationIds> get() {
        return ids;
    }

    /** The addresses of published answers, which are signed with the same secret. */
    Optional<AnswerAddresses> addresses() {
        return addresses;
    }

    void start() {
        if (!settings.idSecret().isEmpty()) {
            sign(settings.idSecret());
            return;
        }
        reading.update(Mono.fromCallable(clusterId)
                .subscribeOn(Schedulers.boundedElastic())
                .doOnError(e -> LOG.warn("The id of the Kafka cluster cannot be read yet: {}", e.toString()))
                // Until it is stopped: without an id no answer can be given.
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RETRY_PAUSE))
                .subscribe(id -> {
                    sign("kafka cluster " + id);
                    LOG.info("Signing generation ids with the id of the Kafka cluster;"
                            + " PARLEY_GENERATION_ID_SECRET would be a better secret");
                }));
    }

    private void sign(String secret) {
        addresses = Optional.of(new AnswerAddresses(secret.getBytes(UTF_8)));
        ids = Optional.of(new GenerationIds(secret.getBytes(UTF_8)));
    }

    void stop() {
        reading.dispose();
    }
}
