package dev.parley.inference.generation;

import java.time.Duration;

/**
 * How generations are run.
 *
 * @param generationsMax how many this replica runs at once; more are refused with 529
 * @param heartbeatInterval how often a silent generation says that its owner lives
 * @param silenceLimit how long a generation of another owner may be silent before it is taken over
 * @param firstByteTimeout how long Claude may take to begin
 * @param stallTimeout how long Claude may pause within an answer
 * @param retries how often Claude is asked again
 * @param frameBytesMax the longest event accepted from Claude, in bytes
 */
public record GenerationSettings(
        int generationsMax,
        Duration heartbeatInterval,
        Duration silenceLimit,
        Duration firstByteTimeout,
        Duration stallTimeout,
        RetrySettings retries,
        int frameBytesMax) {}
