package dev.parley.gateway.answer;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * Limits of reading answers again from the log.
 *
 * @param readersMax concurrent readers, each with its own Kafka consumer; beyond it clients get 529
 * @param bytesMax bytes of pieces read ahead of one reader; beyond it reading the log pauses. A larger piece is read alone
 * @param readTimeout maximum pause while a reader takes nothing; after it the reader is disconnected
 */
public record ResumeSettings(int readersMax, int bytesMax, Duration readTimeout) {
    public ResumeSettings {
        Bounds.atLeast("readers-max", readersMax, 1);
        Bounds.atLeast("bytes-max", bytesMax, 1);
        Bounds.positive("read-timeout", readTimeout);
    }
}
