package dev.parley.cache.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicPartition;

/**
 * The requests that were begun and are not finished. They finish in any order, on any thread; a partition is
 * acknowledged only as far as all of its requests are finished, so that none is lost when the process dies. That is done
 * when {@link #acknowledge()} is called, for all that have finished since: a commit costs the broker as much as a request.
 */
public final class Unfinished {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition finished = lock.newCondition();
    private final Map<TopicPartition, Deque<Request>> begun = new HashMap<>();
    /** The last request of each partition up to which all are finished, if that has not been acknowledged. */
    private final Map<TopicPartition, Request> due = new HashMap<>();

    private final Semaphore room;
    private final Duration patience;

    /**
     * Starts with none.
     *
     * @param max how many there may be
     * @param patience how long {@link #begin} waits for one of them to finish
     */
    public Unfinished(int max, Duration patience) {
        this.room = new Semaphore(max);
        this.patience = patience;
    }

    /**
     * Begins a request. In the order of offsets, on the thread that polls the partition.
     *
     * @throws TooManyUnfinishedException if there is no room in time
     */
    Request begin(Delivery delivery) throws InterruptedException {
        if (!room.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TooManyUnfinishedException(patience);
        }
        Request request = new Request(delivery);
        lock.lock();
        try {
            begun.computeIfAbsent(delivery.partition(), _ -> new ArrayDeque<>()).addLast(request);
        } finally {
            lock.unlock();
        }
        return request;
    }

    /** Waits until all requests of these partitions are finished, but not longer than {@code limit}. */
    boolean awaitFinished(Collection<TopicPartition> partitions, Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (partitions.stream().anyMatch(begun::containsKey)) {
                if (left <= 0) {
                    return false;
                }
                left = finished.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Gives partitions up: what is unfinished there is somebody else's, and never acknowledged from here. */
    void forget(Collection<TopicPartition> partitions) {
        lock.lock();
        try {
            partitions.forEach(begun::remove);
            partitions.forEach(due::remove);
        } finally {
            lock.unlock();
        }
    }

    /** Acknowledges each partition as far as it may be. */
    public void acknowledge() {
        lock.lock();
        try {
            due.values().forEach(last -> last.delivery.acknowledgment().acknowledge());
            due.clear();
        } finally {
            lock.unlock();
        }
    }

    public int count() {
        lock.lock();
        try {
            return begun.values().stream().mapToInt(Deque::size).sum();
        } finally {
            lock.unlock();
        }
    }

    /** A request that was begun. */
    final class Request {
        private final Delivery delivery;
        private boolean done;

        private Request(Delivery delivery) {
            this.delivery = delivery;
        }

        /** All that it asks for is on the log; called once. */
        void finish() {
            lock.lock();
            try {
                done = true;
                advance();
                finished.signalAll();
            } finally {
                lock.unlock();
                room.release();
            }
        }

        /** Nothing was done for it; it will be delivered again. Before the next of its partition is begun. */
        void takeBack() {
            lock.lock();
            try {
                Deque<Request> ofPartition = begun.get(delivery.partition());
                if (ofPartition != null && ofPartition.remove(this) && ofPartition.isEmpty()) {
                    begun.remove(delivery.partition());
                }
            } finally {
                lock.unlock();
                room.release();
            }
        }

        private void advance() {
            Deque<Request> ofPartition = begun.get(delivery.partition());
            if (ofPartition == null || !ofPartition.contains(this)) {
                return;
            }
            for (Request head = ofPartition.peek(); head != null && head.done; head = ofPartition.peek()) {
                due.put(delivery.partition(), ofPartition.remove());
            }
            if (ofPartition.isEmpty()) {
                begun.remove(delivery.partition());
            }
        }
    }

    /** Too much is unfinished: Kafka does not take our records. */
    static final class TooManyUnfinishedException extends RuntimeException {
        TooManyUnfinishedException(Duration patience) {
            super("no request was finished within " + patience);
        }
    }
}
