package dev.parley.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.conversations.ItemComparison.Difference;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A conversation in the present table, which may have been lost and made again, and in a rebuilt one. */
class ItemComparisonTest {
    private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");
    private static final Map<String, AttributeValue> SINCE_THE_LOSS = conversation(50, 60);
    private static final Map<String, AttributeValue> WHOLE = conversation(0, 60);

    private final ItemComparison comparison = new ItemComparison(Clock.fixed(START.plusSeconds(100), ZoneOffset.UTC));

    private static Map<String, AttributeValue> conversation(int first, int last) {
        return Map.of(
                Attributes.FIRST_GENERATION, Attributes.text("gen_%03d".formatted(first)),
                Attributes.TITLE, Attributes.text("Question " + first),
                Attributes.CREATED_AT, at(first),
                Attributes.UPDATED_AT, at(last),
                Attributes.EXPIRES_AT,
                        Attributes.number(START.plusSeconds(last + 10_000).getEpochSecond()));
    }

    private static AttributeValue at(int second) {
        return Attributes.text(START.plusSeconds(second));
    }

    private static Map<String, AttributeValue> renamed(Map<String, AttributeValue> item, int second) {
        return with(with(item, Attributes.RENAMED_AT, at(second)), Attributes.GIVEN_TITLE, Attributes.text("Mine"));
    }

    private static Map<String, AttributeValue> deleted(Map<String, AttributeValue> item, int second) {
        return with(item, Attributes.DELETED_AT, at(second));
    }

    private static Map<String, AttributeValue> with(
            Map<String, AttributeValue> item, String attribute, AttributeValue value) {
        Map<String, AttributeValue> changed = new HashMap<>(item);
        changed.put(attribute, value);
        return changed;
    }

    private Optional<Difference> difference(Map<String, AttributeValue> present, Map<String, AttributeValue> rebuilt) {
        return comparison.difference(present, rebuilt);
    }

    @Test
    void ignoresTheTimeOfStorage() {
        assertThat(difference(WHOLE, with(WHOLE, Attributes.STORED_AT, at(70)))).isEmpty();
        assertThat(comparison.difference(null, null)).isEmpty();
    }

    @Test
    void ignoresHowATurnIsPacked() {
        SampleTurn turn = new SampleTurn("conv_1", 1);
        Map<String, AttributeValue> fast = head(turn.encoded(1));
        Map<String, AttributeValue> small = head(turn.encoded(9));
        assertThat(fast).isNotEqualTo(small);
        assertThat(difference(fast, small)).isEmpty();
        assertThat(difference(fast, head(turn.asking("Question 2").encoded(9)))).contains(Difference.CHANGED);
        AttributeValue garbage = AttributeValue.fromB(SdkBytes.fromUtf8String("garbage"));
        assertThat(difference(fast, with(small, Attributes.BODY, garbage))).contains(Difference.CHANGED);
    }

    private static Map<String, AttributeValue> head(EncodedTurn turn) {
        return turn.head(START, START.plusSeconds(10_000));
    }

    @Test
    void anItemOfOneTableIsMissingInTheOther() {
        assertThat(comparison.difference(WHOLE, null)).contains(Difference.MISSING);
        assertThat(comparison.difference(null, WHOLE)).contains(Difference.ADDED);
    }

    @Test
    void aConversationMayHaveEarlierEvents() {
        assertThat(difference(SINCE_THE_LOSS, WHOLE)).contains(Difference.ADDED);
        assertThat(difference(SINCE_THE_LOSS, renamed(WHOLE, 5))).contains(Difference.ADDED);
        assertThat(difference(renamed(SINCE_THE_LOSS, 55), renamed(WHOLE, 55))).contains(Difference.ADDED);
        assertThat(difference(SINCE_THE_LOSS, deleted(SINCE_THE_LOSS, 20))).contains(Difference.ADDED);
        assertThat(difference(renamed(Map.of(), 70), renamed(WHOLE, 70))).contains(Difference.ADDED);
    }

    /** As after a restoration to a point in time. */
    @Test
    void aConversationMayHaveLaterTurns() {
        Map<String, AttributeValue> restored = conversation(0, 50);
        assertThat(difference(restored, WHOLE)).contains(Difference.ADDED);
        assertThat(difference(conversation(30, 50), WHOLE)).contains(Difference.ADDED);
        assertThat(difference(deleted(restored, 5), deleted(WHOLE, 5))).contains(Difference.ADDED);
        assertThat(difference(deleted(restored, 5), WHOLE)).contains(Difference.CHANGED);
        assertThat(difference(renamed(restored, 20), WHOLE)).contains(Difference.CHANGED);
        assertThat(difference(restored, SINCE_THE_LOSS)).contains(Difference.CHANGED);
    }

    @Test
    void aConversationThatLacksAnEventIsChanged() {
        assertThat(difference(WHOLE, SINCE_THE_LOSS)).contains(Difference.CHANGED);
        assertThat(difference(renamed(SINCE_THE_LOSS, 55), WHOLE)).contains(Difference.CHANGED);
        assertThat(difference(renamed(SINCE_THE_LOSS, 55), renamed(WHOLE, 5))).contains(Difference.CHANGED);
        assertThat(difference(WHOLE, conversation(0, 50))).contains(Difference.CHANGED);
        assertThat(difference(WHOLE, with(WHOLE, Attributes.TITLE, Attributes.text("Another"))))
                .contains(Difference.CHANGED);
    }

    /** What is deleted in the present table must not be in the rebuilt one. */
    @Test
    void aConversationThatIgnoresADeletionIsChanged() {
        Map<String, AttributeValue> deleted = deleted(Map.of(), 30);
        assertThat(difference(deleted, WHOLE)).contains(Difference.CHANGED);
        assertThat(difference(deleted, deleted(WHOLE, 30))).contains(Difference.CHANGED);
        assertThat(difference(deleted, renamed(deleted, 5))).contains(Difference.CHANGED);
        assertThat(difference(deleted(SINCE_THE_LOSS, 30), deleted(WHOLE, 30))).contains(Difference.CHANGED);
    }
}
