package dev.parley.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

class ConversationActivityTest {
    @Test
    void startsWithTheEarliestGenerationAndEndsWithTheLatestEnd() {
        ConversationActivity first = activity(1);
        ConversationActivity last = activity(9);
        assertThat(last.plus(first))
                .isEqualTo(new ConversationActivity(
                        first.tenant(),
                        first.conversation(),
                        first.firstGeneration(),
                        "user-1",
                        "Question 1",
                        first.createdAt(),
                        last.updatedAt()));
    }

    @Property
    void doesNotDependOnOrderOrRepetition(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 20) Integer> seconds, @ForAll long seed) {
        List<Integer> shuffled = new ArrayList<>(seconds);
        shuffled.addAll(seconds.subList(0, seconds.size() / 2));
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(sum(shuffled)).isEqualTo(sum(seconds));
    }

    @ParameterizedTest
    @CsvSource({"4, true", "3, false", "2, false"})
    void detectsALaterStartInTheTable(int second, boolean later) {
        String first = activity(second).firstGeneration().value();
        assertThat(activity(3).beganBefore(Map.of("first_generation", AttributeValue.fromS(first))))
                .isEqualTo(later);
    }

    @Test
    void writesTheMetaItem() {
        UpdateItemRequest update = activity(2).advance("table", Duration.ofDays(1));
        assertThat(update.key())
                .containsEntry("pk", AttributeValue.fromS("acme#conv_1"))
                .containsEntry("sk", AttributeValue.fromS("META"));
        assertThat(update.expressionAttributeValues())
                .containsEntry(":user_key", AttributeValue.fromS("acme#user-2"))
                .containsEntry(":updated", AttributeValue.fromS("2026-11-24T10:00:02.903000Z"))
                .containsEntry(
                        ":expires",
                        AttributeValue.fromN(Long.toString(
                                Instant.parse("2026-11-25T10:00:02Z").getEpochSecond())));
    }

    private static ConversationActivity sum(List<Integer> seconds) {
        return seconds.stream()
                .map(ConversationActivityTest::activity)
                .reduce(ConversationActivity::plus)
                .orElseThrow();
    }

    private static ConversationActivity activity(int second) {
        return ConversationActivity.of(new SampleTurn("conv_1", second)
                .by("user-" + second)
                .completed()
                .facts());
    }
}
