package dev.parley.cache.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cache.edge.PurgeQueue.Purge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PurgeQueueTest {
    private static final Duration START = Duration.ZERO;
    private static final Duration LATER = START.plusSeconds(5);
    private static final EdgeChange CHANGE = new EdgeChange(List.of("a"), false);
    private static final EdgeChange WITHDRAWAL = new EdgeChange(List.of("a"), true);
    private static final EdgeChange OF_ANOTHER = new EdgeChange(List.of("b"), false);

    private final PurgeQueue queue = new PurgeQueue(Duration.ofSeconds(5), Duration.ofSeconds(1));

    @Test
    void isCommittedAfterTheSecondPurge() {
        queue.startAt(7);
        assertThat(queue.position()).isEqualTo(7);
        add(7, CHANGE, START);

        queue.confirmed(queue.due(START), START);
        assertThat(queue.due(START)).isEmpty();
        assertThat(queue.position()).isEqualTo(7);
        queue.confirmed(due(LATER, true), LATER);
        assertThat(queue.position()).isEqualTo(8);
        assertThat(queue.size()).isZero();
    }

    @Test
    void aFailedPurgeIsRepeatedAndHoldsTheCommit() {
        add(7, CHANGE, START);
        add(8, OF_ANOTHER, START);
        List<Purge> both = queue.due(START);
        queue.failed(both.subList(0, 1), START);
        queue.confirmed(both.subList(1, 2), START);
        queue.confirmed(due(LATER.minusSeconds(1), false), LATER.minusSeconds(1));
        queue.confirmed(due(LATER, true), LATER);

        assertThat(queue.position()).as("8 is done, 7 is not").isEqualTo(7);
        queue.confirmed(due(LATER.plusSeconds(4), true), LATER.plusSeconds(4));
        assertThat(queue.position()).isEqualTo(9);
    }

    @Test
    void aFirstPurgeComesBeforeARepeatedOne() {
        add(7, CHANGE, START);
        queue.confirmed(queue.due(START), START);
        add(8, CHANGE, LATER);

        assertThat(queue.due(LATER)).extracting(Purge::offset).containsExactly(8L, 7L);
    }

    @Test
    void anOffsetWithoutAChangeIsCommittedWithTheOthers() {
        queue.skip(7);
        assertThat(queue.position()).isEqualTo(8);
        add(8, CHANGE, START);
        queue.skip(9);
        assertThat(queue.position()).isEqualTo(8);
    }

    /** Else one question that changes often would delay the others. */
    @Test
    void aLaterChangeOfAQuestionReplacesOneThatIsNotPurgedYet() {
        add(7, CHANGE, START);
        add(8, CHANGE, LATER);
        add(9, OF_ANOTHER, LATER);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.position()).isEqualTo(8);
        add(10, new EdgeChange(OF_ANOTHER.tags(), true), LATER);
        assertThat(queue.size()).isEqualTo(2);

        queue.confirmed(due(LATER, false), LATER);
        queue.confirmed(due(LATER, false), LATER);
        add(11, CHANGE, LATER);
        assertThat(queue.position()).as("8 is purged again").isEqualTo(8);
        assertThat(queue.size()).isEqualTo(3);
    }

    /** Else it would use every attempt with another change of its question. */
    @Test
    void aChangeThatReplacesAFailedOneComesAfterOthers() {
        add(7, CHANGE, START);
        queue.failed(due(START, false), START);
        add(8, OF_ANOTHER, LATER);
        add(9, CHANGE, LATER);
        assertThat(due(LATER, false)).extracting(Purge::offset).containsExactly(8L);
        queue.confirmed(due(LATER, false), LATER);
        assertThat(due(LATER, false)).extracting(Purge::offset).containsExactly(9L);
    }

    /** One that is refused would have the others of its call refused too. */
    @Test
    void aPurgeThatHasFailedIsMadeAlone() {
        add(7, CHANGE, START);
        add(8, OF_ANOTHER, START);
        queue.failed(queue.due(START), START);

        assertThat(due(LATER, false)).extracting(Purge::offset).containsExactly(7L);
        queue.confirmed(queue.due(LATER), LATER);
        assertThat(due(LATER, false)).extracting(Purge::offset).containsExactly(8L);
    }

    @Test
    void withdrawalsComeBeforePublications() {
        add(7, CHANGE, START);
        add(8, new EdgeChange(List.of("c"), true), LATER);
        add(9, OF_ANOTHER, START);
        add(10, new EdgeChange(List.of("d"), true), LATER);

        List<Purge> first = queue.due(LATER);
        assertThat(first).extracting(Purge::offset).containsExactly(8L, 10L);
        queue.confirmed(first, LATER);
        assertThat(queue.due(LATER)).extracting(Purge::offset).containsExactly(7L, 9L);
    }

    /** As while one of several instances does not respond. */
    @Test
    void withdrawalsThatFailDoNotDelayTheSecondPurgeOfAPublication() {
        add(7, CHANGE, START);
        queue.confirmed(due(START, false), START);
        add(8, new EdgeChange(List.of("c"), true), START);
        add(9, new EdgeChange(List.of("d"), true), START);
        queue.failed(queue.due(START), START);
        Duration now = LATER;
        List<Long> tried = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            List<Purge> next = queue.due(now);
            next.forEach(purge -> tried.add(purge.offset()));
            queue.failed(next, now);
            now = now.plusSeconds(2);
        }
        assertThat(tried).contains(7L);
    }

    /** The failed one was soft, so that the copies are still there. */
    @Test
    void aWithdrawalThatReplacesAFailedPublicationWasNotTried() {
        add(7, OF_ANOTHER, START);
        queue.failed(queue.due(START), START);
        add(8, CHANGE, START);
        queue.failed(queue.due(START), START);
        add(9, WITHDRAWAL, LATER);
        assertThat(due(LATER, false)).extracting(Purge::offset).containsExactly(9L);
    }

    /** More tags would not fit into a header line of Varnish. */
    @Test
    void oneCallMakesABoundedNumberOfPurges() {
        for (int offset = 0; offset < 40; offset++) {
            add(offset, new EdgeChange(List.of("question-" + offset), true), START);
        }
        assertThat(queue.due(START)).hasSize(15);
    }

    /** Only a withdrawal removes the copies for the time in which no gateway can be reached. */
    @Test
    void aPublicationDoesNotReplaceAWithdrawal() {
        add(7, WITHDRAWAL, START);
        add(8, CHANGE, START);
        queue.confirmed(queue.due(START), START);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(due(START, false)).extracting(Purge::offset).containsExactly(8L);
    }

    private void add(long offset, EdgeChange change, Duration now) {
        queue.add(offset, "change-" + offset, change, now);
    }

    private List<Purge> due(Duration now, boolean repeated) {
        List<Purge> due = queue.due(now);
        assertThat(due).hasSize(1).allMatch(purge -> purge.repeated() == repeated);
        return due;
    }
}
