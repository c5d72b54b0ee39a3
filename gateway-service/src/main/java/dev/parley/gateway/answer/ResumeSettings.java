package dev.parley.gateway.answer;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * Limits of reading answers again from the log, and of cancelling them.
 *
 * @param readersMax concurrent readers, each with its own Kafka consumer; beyond it clients get 529
 * @param perMinute resumes of one answer per key, gateway and minute, and a tenth of it once the answer is older than the longest
 *     one, and cancellations of it; beyond it clients get 429; at least 1
 * @param bytesMax bytes of pieces read ahead of one reader; beyond it reading the log pauses. A larger piece is read alone
 * @param readTimeout maximum pause while a reader takes nothing; after it the reader is disconnected
 */
public record ResumeSettings(int readersMax, int perMinute, int bytesMax, Duration readTimeout) {
    public ResumeSettings {
        Bounds.atLeast("readers-max", readersMax, 1);
        Bounds.atLeast("per-minute", perMinute, 1);
        Bounds.atLeast("bytes-max", bytesMax, 1);
        Bounds.positive("read-timeout", readTimeout);
    }
}
