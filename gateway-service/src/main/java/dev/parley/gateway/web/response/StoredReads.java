package dev.parley.gateway.web.response;

import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import software.amazon.awssdk.core.exception.SdkException;

/** The errors of reads of stored conversations, and of what keys have used. */
public final class StoredReads {
    private static final Logger LOG = LoggerFactory.getLogger(StoredReads.class);
    private static final String SOON = "5";

    private StoredReads() {}

    /** Maps invalid arguments and outages to an {@link ApiErrorException}. */
    public static <T> Mono<T> explained(Mono<T> read) {
        return read.onErrorMap(
                        IllegalArgumentException.class,
                        e -> ApiErrorException.invalidRequest(
                                "Invalid identifier, limit or cursor: " + e.getMessage() + "."))
                .onErrorMap(e -> e instanceof SdkException || e instanceof KafkaException, e -> {
                    LOG.warn("The history cannot be read: {}", e.toString());
                    return new ApiErrorException(503, "The history cannot be read at the moment.", SOON);
                });
    }

    /** Reads the usage of keys from the ledger, or throws an {@link ApiErrorException}, also for an outage. Blocks. */
    public static <T> T ofUsage(Supplier<T> read) {
        try {
            return read.get();
        } catch (ApiErrorException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warn("The usage cannot be read: {}", e.toString());
            throw new ApiErrorException(503, "The usage cannot be read at the moment.", SOON);
        }
    }

    public static ApiErrorException noSuchConversation() {
        return new ApiErrorException(404, "There is no such conversation.");
    }
}
