package dev.parley.inference.limits;

import java.util.HashMap;
import java.util.Map;

/**
 * The heap that requests and the answers to them take in this replica, and the share of each key in it: the last fifth is for keys
 * that hold less than one. Stored answers have a part of their own. Thread-safe.
 */
public final class HeapShares {
    private final long requestBytesMax;
    /** Nine tenths of what requests and running answers may take, so that the answers have room to grow. */
    private final long newBytesMax;

    /** Bytes of requests and of running answers, by key. */
    private final Map<String, Long> bytesByKey = new HashMap<>();
    /** Sum of {@link #bytesByKey}. */
    private long bytes;
    /** Bytes of running answers, which are a part of {@link #bytes}. */
    private long answerBytes;

    /** Bytes of stored answers that are being published, or whose turns are being recorded, by key. */
    private final FairPool<String> storedAnswers;

    /**
     * @param requestBytesMax for requests; they and running answers may take twice as much
     * @param storedBytesMax for stored answers
     */
    public HeapShares(long requestBytesMax, long storedBytesMax) {
        this.requestBytesMax = requestBytesMax;
        this.newBytesMax = requestBytesMax / 5 * 9;
        this.storedAnswers = new FairPool<>(storedBytesMax);
    }

    /** Counts a request, whether there is room for it or not. */
    public synchronized void addRequest(String key, long more) {
        count(key, more);
    }

    public synchronized void removeRequest(String key, long less) {
        count(key, -less);
    }

    private void count(String key, long more) {
        bytes += more;
        bytesByKey.merge(key, more, (before, added) -> before + added == 0 ? null : before + added);
    }

    /**
     * Counts what a running answer takes more. What running answers take is released by {@link #shrink}.
     *
     * @return false, without counting it, if there is no room for it, or the key has its share
     */
    public synchronized boolean grow(String key, long more) {
        boolean fits = bytes + more <= 2 * requestBytesMax
                && !FairPool.exceedsShare(2 * requestBytesMax, bytes + more, bytesByKey.getOrDefault(key, 0L) + more);
        if (fits) {
            count(key, more);
            answerBytes += more;
        }
        return fits;
    }

    public synchronized void shrink(String key, long less) {
        count(key, -less);
        answerBytes -= less;
    }

    /** Takes what a stored answer needs; false, without taking it, if there is no room for it, or the key has its share. */
    boolean tryAcquireStored(String key, long more) {
        return storedAnswers.tryAcquire(key, more);
    }

    void releaseStored(String key, long less) {
        storedAnswers.release(key, less);
    }

    /**
     * Whether requests, or they and running answers, take so much that new generations are rejected. One key alone cannot take as
     * much.
     */
    public synchronized boolean isFull() {
        return bytes - answerBytes > requestBytesMax || bytes > newBytesMax;
    }

    /**
     * Whether a key has its share, so that its new generations are rejected: of half of what {@link #grow} permits, so that its
     * running answers have room.
     */
    public synchronized boolean exceedsShare(String key) {
        return FairPool.exceedsShare(requestBytesMax, bytes, bytesByKey.getOrDefault(key, 0L));
    }

    /** Whether all requests, with and without a share, and running answers take so much that no more are consumed. */
    public synchronized boolean isOverfull(long allRequestBytes) {
        return allRequestBytes + answerBytes > 2 * requestBytesMax;
    }

    /**
     * Heap of requests and running answers, by that for requests. A key that holds more than its share is refused from 0.8 on; with
     * the running answers of several keys it may reach 2.
     */
    public synchronized double occupancy() {
        return (double) bytes / requestBytesMax;
    }
}
