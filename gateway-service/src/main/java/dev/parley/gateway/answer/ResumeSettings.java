package dev.parley.gateway.answer;

import java.time.Duration;

/**
 * How answers are read again from the log.
 *
 * @param readersMax readers at once, each with a Kafka consumer of its own; beyond it clients get 529
 * @param piecesMax pieces read ahead of one reader; beyond it reading waits
 * @param readerPatience how long reading waits; after it the reader is cut
 */
public record ResumeSettings(int readersMax, int piecesMax, Duration readerPatience) {}
