package dev.parley.persistence.dynamodb;

import dev.parley.persistence.retry.Deadline;
import dev.parley.persistence.retry.Retry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/**
 * Repeats calls to DynamoDB until they succeed. Throttling, errors, timeouts, refused connections and missing permissions are all
 * retried, because the requests of this service are valid; no turn is ever given up.
 */
final class DynamoDbCalls {
    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbCalls.class);

    private final Retry retry;
    private final TableProvisioner tableProvisioner;
    private final MeterRegistry registry;

    DynamoDbCalls(Retry retry, TableProvisioner tableProvisioner, MeterRegistry registry) {
        this.retry = retry;
        this.tableProvisioner = tableProvisioner;
        this.registry = registry;
    }

    /**
     * The result of the call. A call with a condition catches its refusal.
     *
     * @throws dev.parley.persistence.turn.StoreUnavailableException if it did not succeed until the deadline
     */
    <T> T call(Deadline deadline, Supplier<T> call) {
        for (int failures = 1; ; failures++) {
            try {
                return call.get();
            } catch (ResourceNotFoundException e) {
                tableProvisioner.recreate();
                pause(failures, deadline, "missing-table", e);
            } catch (SdkException e) {
                pause(failures, deadline, cause(e), e);
            }
        }
    }

    /** Waits before unprocessed items are sent again; not before the first attempt. */
    void pauseForUnprocessed(int failures, Deadline deadline) {
        if (failures > 0) {
            pause(failures, deadline, "unprocessed", new IllegalStateException("DynamoDB left items unprocessed"));
        }
    }

    private void pause(int failures, Deadline deadline, String cause, Exception exception) {
        Counter.builder("parley.persistence.retries")
                .description("Repeated calls to DynamoDB")
                .tag("cause", cause)
                .register(registry)
                .increment();
        LOG.debug("Failure {} in a row: {}", failures, cause, exception);
        retry.pause(failures, deadline, describe(exception), exception);
    }

    /** What is logged of a failure. The messages of DynamoDB may quote an item; those of the client name what it lacks. */
    static String describe(Exception failure) {
        if (failure instanceof AwsServiceException refusal) {
            String code = Optional.ofNullable(refusal.awsErrorDetails())
                    .map(AwsErrorDetails::errorCode)
                    .orElse(refusal.getClass().getSimpleName());
            return code + ", status " + refusal.statusCode() + ", request " + refusal.requestId();
        }
        return failure.toString();
    }

    private static String cause(SdkException exception) {
        if (exception instanceof AwsServiceException service) {
            return service.isThrottlingException() ? "throttled" : "refused";
        }
        return "unreachable";
    }
}
