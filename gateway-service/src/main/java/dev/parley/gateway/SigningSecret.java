package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.GenerationIds;
import dev.parley.gateway.published.AnswerAddresses;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * The secret that signs the ids of generations and the addresses of published answers: the configured one, or else the id of the
 * Kafka cluster, which all gateways share and clients do not see. The cluster is queried until it responds.
 */
final class SigningSecret {
    private static final Logger LOG = LoggerFactory.getLogger(SigningSecret.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    private final GenerationIdSettings settings;
    /** May block and throw. */
    private final Callable<String> clusterId;

    private final Disposable.Swap reading = Disposables.swap();
    private volatile Optional<GenerationIds> ids = Optional.empty();
    private volatile Optional<AnswerAddresses> addresses = Optional.empty();

    SigningSecret(GenerationIdSettings settings, Callable<String> clusterId) {
        this.settings = settings;
        this.clusterId = clusterId;
    }

    /** Empty until the secret is known. */
    Optional<GenerationIds> ids() {
        return ids;
    }

    /** Empty until the secret is known. */
    Optional<AnswerAddresses> addresses() {
        return addresses;
    }

    void start() {
        if (!settings.idSecret().isEmpty()) {
            use(settings.idSecret());
            return;
        }
        reading.update(Mono.fromCallable(clusterId)
                .subscribeOn(Schedulers.boundedElastic())
                .doOnError(e -> LOG.warn("The id of the Kafka cluster cannot be read yet: {}", e.toString()))
                // Until it is stopped: without an id no answer can be given.
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RETRY_PAUSE))
                .subscribe(id -> {
                    use("kafka cluster " + id);
                    LOG.info("Signing generation ids with the id of the Kafka cluster;"
                            + " PARLEY_GENERATION_ID_SECRET would be a better secret");
                }));
    }

    private void use(String secret) {
        addresses = Optional.of(new AnswerAddresses(secret.getBytes(UTF_8)));
        ids = Optional.of(new GenerationIds(secret.getBytes(UTF_8)));
    }

    void stop() {
        reading.dispose();
    }
}
