package dev.parley.simulator.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger(() -> Instant.EPOCH);

    @Test
    void countsWhatBecomesOfRequests() {
        Visit completed = ledger.begin(call("/v1/messages", 1));
        Visit cancelled = ledger.begin(call("/v1/messages", 1));
        ledger.begin(call("/v1/messages", 1));
        completed.headSent(200);
        completed.tokenSent();
        completed.tokenSent();
        completed.end(Outcome.COMPLETED);
        cancelled.end(Outcome.CANCELLED);

        Counts counts = ledger.counts();
        assertThat(counts.calls()).isEqualTo(3);
        assertThat(counts.streamsOpen()).isEqualTo(1);
        assertThat(counts.streamsOpenPeak()).isEqualTo(3);
        assertThat(counts.completed()).isEqualTo(1);
        assertThat(counts.cancelled()).isEqualTo(1);
        assertThat(counts.tokensSent()).isEqualTo(2);
        assertThat(counts.byStatus()).isEqualTo(Map.of(200, 1L, 0, 1L));
    }

    @Test
    void onlyTheFirstEndCounts() {
        Visit visit = ledger.begin(call("/v1/messages", 1));
        visit.end(Outcome.COMPLETED);
        visit.end(Outcome.CANCELLED);

        assertThat(ledger.counts().cancelled()).isZero();
        assertThat(ledger.counts().streamsOpen()).isZero();
    }

    @Test
    void questionsToTheSimulatorItselfDoNotCount() {
        ledger.begin(call("/simulator/counters", 0)).end(Outcome.COMPLETED);

        assertThat(ledger.counts().requests()).isZero();
        assertThat(ledger.counts().completed()).isZero();
        assertThat(ledger.latest()).isEmpty();
    }

    @Test
    void keepsNoMoreThanItsBounds() {
        for (int i = 0; i < Ledger.VISITS_MAX + 5; i++) {
            ledger.begin(call("/v1/messages", 1));
        }
        assertThat(ledger.latest()).hasSize(Ledger.VISITS_MAX);

        int half = (int) (Ledger.BODY_BYTES_MAX / 2);
        ledger.begin(call("/v1/messages", half));
        ledger.begin(call("/v1/messages", half));
        assertThat(ledger.latest()).hasSize(2);
    }

    @Test
    void aResetLeavesWhatIsOpen() {
        ledger.connectionOpened();
        Visit open = ledger.begin(call("/v1/messages", 1));
        ledger.reset();

        assertThat(ledger.counts().calls()).isZero();
        assertThat(ledger.counts().connectionsOpened()).isZero();
        assertThat(ledger.counts().connectionsOpen()).isEqualTo(1);
        assertThat(ledger.counts().streamsOpen()).isEqualTo(1);

        open.end(Outcome.COMPLETED);
        assertThat(ledger.counts().streamsOpen()).isZero();
    }

    private static Call call(String path, int bytes) {
        return new Call("POST", path, Map.of(), Map.of(), new byte[bytes], "HTTP/2", "c1");
    }
}
