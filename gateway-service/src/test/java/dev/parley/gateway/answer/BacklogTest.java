package dev.parley.gateway.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final Piece PIECE =
            new Piece.Failure(new Opening.Refused(500, "", false, new byte[Backlog.STEP_BYTES / 4]));

    private final AtomicLong room = new AtomicLong();
    private final Backlog backlog = new Backlog(bytes -> room.addAndGet(bytes) > 0);

    /** As a busy replica writes them, which merges the pieces of an answer. */
    @Test
    void takesNoRoomForLargePiecesThatTheConnectionTakesAtOnce() {
        for (int i = 0; i < 100; i++) {
            assertThat(backlog.add(PIECE)).isTrue();
            backlog.hand(PIECE);
            backlog.pass(1);
        }
        assertThat(room).hasValue(0);
    }

    @Test
    void takesRoomForPiecesThatTheConnectionHasNotTaken() {
        for (int i = 0; i < OpenAnswer.AHEAD; i++) {
            assertThat(backlog.add(PIECE)).isTrue();
            backlog.hand(PIECE);
        }
        assertThat(room).hasValueGreaterThanOrEqualTo((OpenAnswer.AHEAD - 4L) * PIECE.bytes());
    }

    @Test
    void countsAFewPiecesWithoutWordOfTheConnection() {
        for (int i = 0; i < 100; i++) {
            assertThat(backlog.add(PIECE)).isTrue();
            backlog.hand(PIECE);
        }
        assertThat(room).hasPositiveValue().hasValueLessThanOrEqualTo((OpenAnswer.AHEAD + 1L) * PIECE.bytes());
    }
}
