package dev.parley.inference.generation;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * How generations are run.
 *
 * @param generationsMax concurrent generations of this replica; more are rejected with 529
 * @param heartbeatInterval of a generation without other deltas
 * @param silenceLimit after which a generation of another owner is taken over
 * @param firstByteTimeout of Claude's response
 * @param stallTimeout of a pause within Claude's answer
 * @param thinkingStallTimeout the same within unfinished thinking, in which Claude may send a ping every 30 s and nothing else
 * @param toolStallTimeout the same within the input of a tool and the summary of a conversation, which Claude sends late and without
 *     pings, and while a tool runs at Claude
 * @param retries of calls to Claude
 * @param frameBytesMax the longest event accepted from Claude, in bytes
 */
public record GenerationSettings(
        int generationsMax,
        Duration heartbeatInterval,
        Duration silenceLimit,
        Duration firstByteTimeout,
        Duration stallTimeout,
        Duration thinkingStallTimeout,
        Duration toolStallTimeout,
        RetrySettings retries,
        int frameBytesMax) {
    public GenerationSettings {
        Bounds.atLeast("generations-max", generationsMax, 1);
        Bounds.positive("heartbeat-interval", heartbeatInterval);
        Bounds.longerThan("heartbeat-interval", heartbeatInterval, "silence-limit", silenceLimit);
        Bounds.positive("first-byte-timeout", firstByteTimeout);
        Bounds.positive("stall-timeout", stallTimeout);
        Bounds.positive("thinking-stall-timeout", thinkingStallTimeout);
        Bounds.positive("tool-stall-timeout", toolStallTimeout);
        Bounds.atLeast("frame-bytes-max", frameBytesMax, 1);
    }
}
