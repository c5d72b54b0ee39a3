package dev.parley.simulator.ledger;

import java.util.Map;

/**
 * What was counted.
 *
 * @param requests for the API, of any kind
 * @param calls requests for an answer
 * @param connectionsOpened connections that brought a request for the API
 * @param connectionsOpen those of them that are open now
 * @param streamsOpen requests for an answer that are being answered now
 * @param streamsOpenPeak the most of them at one time
 * @param tokensSent by requests that have ended
 * @param byStatus requests for the API that have ended, by their status; 0 for none
 */
public record Counts(
        long requests,
        long calls,
        long connectionsOpened,
        long connectionsOpen,
        long streamsOpen,
        long streamsOpenPeak,
        long completed,
        long broken,
        long cancelled,
        long tokensSent,
        Map<Integer, Long> byStatus) {}
