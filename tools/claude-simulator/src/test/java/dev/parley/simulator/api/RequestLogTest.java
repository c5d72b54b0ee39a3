package dev.parley.simulator.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.api.RequestLog.Counter;
import dev.parley.simulator.api.RequestLog.Outcome;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestLogTest {
    private final RequestLog log = new RequestLog(() -> Instant.EPOCH);

    @Test
    void countsTheOutcomesOfRequests() {
        RequestLog.Entry completed = log.begin(request("/v1/messages", 1));
        RequestLog.Entry cancelled = log.begin(request("/v1/messages", 1));
        log.begin(request("/v1/messages", 1));
        completed.headSent(200);
        completed.tokenSent();
        completed.tokenSent();
        completed.end(Outcome.COMPLETED);
        cancelled.end(Outcome.CANCELLED);

        assertThat(count(Counter.CALLS)).isEqualTo(3);
        assertThat(count(Counter.STREAMS_OPEN)).isEqualTo(1);
        assertThat(count(Counter.STREAMS_OPEN_PEAK)).isEqualTo(3);
        assertThat(count(Counter.COMPLETED)).isEqualTo(1);
        assertThat(count(Counter.CANCELLED)).isEqualTo(1);
        assertThat(count(Counter.TOKENS_SENT)).isEqualTo(2);
    }

    @Test
    void onlyTheFirstEndCounts() {
        RequestLog.Entry entry = log.begin(request("/v1/messages", 1));
        entry.end(Outcome.COMPLETED);
        entry.end(Outcome.CANCELLED);

        assertThat(count(Counter.CANCELLED)).isZero();
        assertThat(count(Counter.STREAMS_OPEN)).isZero();
    }

    @Test
    void requestsForTheSimulatorsOwnEndpointsDoNotCount() {
        log.begin(request("/simulator/counters", 0)).end(Outcome.COMPLETED);

        assertThat(count(Counter.CALLS)).isZero();
        assertThat(count(Counter.COMPLETED)).isZero();
        assertThat(log.latest("", Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void keepsNoMoreThanItsBounds() {
        for (int i = 0; i < RequestLog.REQUESTS_MAX + 5; i++) {
            log.begin(request("/v1/messages", 1));
        }
        assertThat(log.latest("", Integer.MAX_VALUE)).hasSize(RequestLog.REQUESTS_MAX);

        int half = (int) (RequestLog.BODY_BYTES_MAX / 2);
        log.begin(request("/v1/messages", half));
        log.begin(request("/v1/messages", half));
        assertThat(log.latest("", Integer.MAX_VALUE)).hasSize(2);
    }

    private long count(Counter counter) {
        return log.counters().path(counter.text()).asLong(-1);
    }

    private static SimulatorRequest request(String path, int bytes) {
        return new SimulatorRequest("POST", path, Map.of(), Map.of(), new byte[bytes], "HTTP/2", "c1");
    }
}
