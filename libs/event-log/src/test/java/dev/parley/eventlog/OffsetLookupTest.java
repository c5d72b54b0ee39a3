package dev.parley.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class OffsetLookupTest {
    private static final Set<TopicPartition> ALL = partitions(0, 1, 2, 3, 4);

    private final Set<TopicPartition> withoutLeader = new HashSet<>();
    private final List<Collection<TopicPartition>> questions = new ArrayList<>();
    private final OffsetLookup offsets = new OffsetLookup(Duration.ofSeconds(1));

    @Test
    void asksForAllAtOnce() {
        assertThat(find(ALL)).containsOnlyKeys(ALL);
        assertThat(questions).hasSize(1);
        assertThat(find(Set.of())).isEmpty();
        assertThat(questions).hasSize(1);
    }

    /** Each of them takes as long as the timeout. */
    @Test
    void asksForOneThatDidNotAnswerAtATime() {
        withoutLeader.addAll(partitions(1, 3));
        assertThat(find(ALL)).containsOnlyKeys(partitions(0, 2, 4));
        for (int i = 0; i < 4; i++) {
            questions.clear();
            assertThat(find(ALL)).containsOnlyKeys(partitions(0, 2, 4));
            assertThat(questions)
                    .hasSize(2)
                    .filteredOn(asked -> asked.stream().anyMatch(withoutLeader::contains))
                    .containsExactly(List.copyOf(partitions(i % 2 == 0 ? 1 : 3)));
        }
    }

    @Test
    void asksForAllAgainOnceOneOfThemAnswers() {
        withoutLeader.addAll(ALL);
        assertThat(find(ALL)).isEmpty();
        withoutLeader.clear();
        assertThat(find(ALL)).containsOnlyKeys(ALL);
        questions.clear();
        assertThat(find(ALL)).containsOnlyKeys(ALL);
        assertThat(questions).hasSize(1);
    }

    @Test
    void asksOnlyForWhatIsWanted() {
        withoutLeader.addAll(partitions(1));
        assertThat(find(partitions(1))).isEmpty();
        questions.clear();
        assertThat(find(partitions(0, 2))).containsOnlyKeys(partitions(0, 2));
        assertThat(questions).hasSize(1);
    }

    private Map<TopicPartition, Long> find(Set<TopicPartition> wanted) {
        return offsets.find(wanted, (partitions, _) -> {
            questions.add(List.copyOf(partitions));
            if (partitions.stream().anyMatch(withoutLeader::contains)) {
                throw new TimeoutException("a partition has no leader");
            }
            return partitions.stream().collect(Collectors.toMap(each -> each, _ -> 7L));
        });
    }

    private static Set<TopicPartition> partitions(int... numbers) {
        return IntStream.of(numbers)
                .mapToObj(number -> new TopicPartition("chat.deltas", number))
                .collect(Collectors.toSet());
    }
}
