package dev.parley.cache.kafka;

import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.RecordInterceptor;

/**
 * Tells how long ago the records in hand were polled. A process that was frozen for longer than the group waits may
 * hold records that have another owner by now, and this is how it notices. Each polling thread has a time of its own.
 */
public final class PollClock implements RecordInterceptor<String, byte[]> {
    private final ThreadLocal<Poll> lastPoll = ThreadLocal.withInitial(Poll::new);

    /** How long ago this thread has got the records it works on. */
    Duration sincePoll() {
        return Duration.ofNanos(System.nanoTime() - lastPoll.get().returnedAt);
    }

    @Override
    public void setupThreadState(Consumer<?, ?> consumer) {
        lastPoll.get().returned = false;
    }

    @Override
    public ConsumerRecord<String, byte[]> intercept(
            ConsumerRecord<String, byte[]> event, Consumer<String, byte[]> consumer) {
        Poll poll = lastPoll.get();
        if (!poll.returned) {
            poll.returned = true;
            poll.returnedAt = System.nanoTime();
        }
        return event;
    }

    private static final class Poll {
        private boolean returned;
        private long returnedAt = System.nanoTime();
    }
}
