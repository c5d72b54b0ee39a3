package dev.parley.persistence.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.parley.conversations.ConversationTable;
import dev.parley.conversations.ConversationTable.Protection;
import dev.parley.persistence.retry.BatchRetrySettings;
import dev.parley.persistence.retry.Retry;
import dev.parley.persistence.turn.StoreUnavailableException;
import dev.parley.testing.LogLines;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** What operators are told when DynamoDB refuses calls. */
class DynamoDbFailuresTest {
    private final SdkException refused = DynamoDbException.builder()
            .awsErrorDetails(AwsErrorDetails.builder()
                    .errorCode("AccessDeniedException")
                    .errorMessage("The value 'Why is the sky blue?' is refused")
                    .build())
            .message("The value 'Why is the sky blue?' is refused")
            .statusCode(400)
            .requestId("REQ7")
            .build();

    private final SdkException withoutCredentials = SdkClientException.create("Unable to load credentials");

    private final DynamoDbClient scripted = new DynamoDbClient() {
        @Override
        public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
            failure.ifPresent(exception -> {
                throw exception;
            });
            return BatchGetItemResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return "dynamodb";
        }

        @Override
        public void close() {}
    };

    private final ConversationTable table = new ConversationTable(scripted, "chats", Protection.NONE);
    private final LogLines lines = LogLines.of(DynamoDbHealth.class);
    private Optional<SdkException> failure = Optional.empty();
    private long nanos;

    @AfterEach
    void restore() {
        lines.close();
    }

    private boolean advance(Duration pause) {
        nanos += pause.toNanos();
        return true;
    }

    private void giveUp(SdkException failure) {
        Duration second = Duration.ofSeconds(1);
        Retry retry = new Retry(
                new BatchRetrySettings(second, second, second.multipliedBy(2), second.multipliedBy(9)),
                () -> nanos,
                this::advance,
                () -> 1);
        StoreSettings settings = new StoreSettings("chats", false, Protection.NONE, Duration.ofDays(365), 32);
        new DynamoDbCalls(retry, new TableProvisioner(table, settings, _ -> false), new SimpleMeterRegistry())
                .call(retry.deadline(), () -> {
                    throw failure;
                });
    }

    @Test
    void namesTheErrorAndTheRequestWithoutTheMessage() {
        assertThatThrownBy(() -> giveUp(refused))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage(
                        "gave up for now after 3 failures in a row, the last one: AccessDeniedException, status 400,"
                                + " request REQ7");
    }

    @Test
    void namesWhatTheClientLacks() {
        assertThatThrownBy(() -> giveUp(withoutCredentials))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageEndingWith(
                        "software.amazon.awssdk.core.exception.SdkClientException: Unable to load credentials");
    }

    @Test
    void logsOnceWhyItIsNotReady() {
        DynamoDbHealth health = new DynamoDbHealth(table);
        failure = Optional.of(refused);
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        failure = Optional.empty();
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        failure = Optional.of(withoutCredentials);
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(lines.list())
                .allMatch(line -> line.getLevel() == Level.WARN)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        first -> assertThat(first)
                                .contains("AccessDeniedException")
                                .doesNotContain("sky"),
                        second -> assertThat(second).contains("Unable to load credentials"));
    }
}
