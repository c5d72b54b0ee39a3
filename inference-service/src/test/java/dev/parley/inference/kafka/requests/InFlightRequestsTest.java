package dev.parley.inference.kafka.requests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.model.PermittedModels;
import dev.parley.inference.generation.Requests;
import dev.parley.inference.kafka.partitions.OwnedPartition;
import dev.parley.inference.kafka.partitions.OwnedPartitions;
import dev.parley.inference.limits.AnswerBytes;
import dev.parley.inference.limits.HeapShares;
import dev.parley.testing.Events;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class InFlightRequestsTest {
    private static final long BYTES_MAX = Runtime.getRuntime().maxMemory() / 5;

    private final HeapShares heap = new HeapShares(BYTES_MAX, 0);
    private final InFlightRequests inFlight = new InFlightRequests(heap);
    private final OwnedPartition partition = OwnedPartitions.any();

    @Test
    void countsTheBytesOfRequestsUntilTheyAreSettled() {
        InFlightRequest first = request(0, 100);
        InFlightRequest second = request(1, 1_000);
        inFlight.add(first);
        inFlight.add(second);
        assertThat(inFlight.bytes()).isEqualTo(1_100);
        inFlight.finish(first.generation());
        assertThat(inFlight.bytes()).isEqualTo(1_000);
        inFlight.finish(first.generation());
        inFlight.finish(second.generation());
        assertThat(inFlight.bytes()).isZero();
    }

    @Test
    void countsEachCopyOfADuplicate() {
        InFlightRequest request = request(0, 100);
        assertThat(inFlight.add(request)).isTrue();
        assertThat(inFlight.add(request)).isFalse();
        assertThat(inFlight.bytes()).isEqualTo(200);
        inFlight.finish(request.generation());
        assertThat(inFlight.bytes()).isZero();
    }

    @Test
    void countsNothingOfARevokedPartition() {
        InFlightRequest request = request(0, 100);
        inFlight.add(request);
        partition.turns().close();
        assertThat(inFlight.stillOwned(request.generation())).isEmpty();
        assertThat(inFlight.bytes()).isZero();
    }

    @Test
    void countsARequestWithoutACallForNoShareUntilItIsSettled() {
        InFlightRequest rejected = request(0, 1_000_000);
        String key = rejected.requested().keyOrTenant();
        fill(rejected);
        assertThat(heap.isFull()).isTrue();
        assertThat(heap.exceedsShare(key)).isTrue();

        inFlight.releaseShare(rejected.generation());
        inFlight.releaseShare(rejected.generation());
        assertThat(heap.isFull()).isFalse();
        assertThat(heap.exceedsShare(key)).isFalse();
        assertThat(inFlight.isOverfull()).isFalse();

        fill(rejected);
        assertThat(heap.isFull()).isFalse();
        assertThat(inFlight.isOverfull()).as("their bytes are on the heap").isTrue();

        inFlight.finish(rejected.generation());
        assertThat(inFlight.bytes()).isZero();
        inFlight.releaseShare(rejected.generation());
        InFlightRequest running = request(1, 1_000_000);
        fill(running);
        assertThat(heap.isFull()).isTrue();
        inFlight.finish(running.generation());
        assertThat(heap.isFull()).isFalse();
    }

    /** Each takes a thread, also if the request has a few bytes. */
    @Test
    void boundsTheNumberOfSmallRequests() {
        HeapShares small = new HeapShares(400_000, 0);
        InFlightRequests few = new InFlightRequests(small);
        for (int i = 0; i < 80; i++) {
            few.add(request(i, 1));
        }
        assertThat(few.isOverfull()).isFalse();
        for (int i = 80; i < 100; i++) {
            few.add(request(i, 1));
        }
        assertThat(few.isOverfull()).isTrue();
        assertThat(small.isFull()).isFalse();
    }

    /** A key may name 64 KB of models, and a client many betas. */
    @Test
    void countsTheHeadersThatMayBeAsLargeAsARequest() {
        ChatRequested requested = Events.requested(request -> {
            request.request = new byte[100];
            request.anthropicBeta = "b".repeat(8_000);
            request.permittedModels = new PermittedModels(Collections.nCopies(1_000, "m".repeat(60)));
        });
        inFlight.add(new InFlightRequest(requested, partition, 0));
        assertThat(inFlight.bytes()).isGreaterThan(68_000);
    }

    @Test
    void countsRunningAnswersForTheShareOfTheirKey() {
        AnswerBytes first = new AnswerBytes(heap, "a");
        AnswerBytes second = new AnswerBytes(heap, "a");
        AnswerBytes other = new AnswerBytes(heap, "b");
        assertThat(first.add(BYTES_MAX)).isTrue();
        assertThat(heap.exceedsShare("a")).isTrue();
        assertThat(heap.exceedsShare("b")).isFalse();
        assertThat(heap.isFull()).isFalse();
        assertThat(second.add(BYTES_MAX / 2)).isTrue();
        assertThat(second.add(BYTES_MAX / 4)).as("more than four fifths").isFalse();
        assertThat(second.add(1)).as("it has ended").isFalse();
        assertThat(first.add(BYTES_MAX / 4)).as("in its place").isTrue();
        assertThat(other.add(BYTES_MAX / 3)).isTrue();
        assertThat(inFlight.isOverfull()).isFalse();

        first.release();
        second.release();
        other.release();
        assertThat(heap.exceedsShare("a")).isFalse();
        assertThat(new AnswerBytes(heap, "a").add(BYTES_MAX)).isTrue();
    }

    /** The autoscaler adds replicas by it, so a key must not be refused while it is low. */
    @Test
    void occupancyIsFourFifthsWhenOneKeyIsRefused() {
        assertThat(heap.occupancy()).isZero();
        InFlightRequest request = request(0, 1_000_000);
        String key = request.requested().keyOrTenant();
        inFlight.add(request);
        long bytes = inFlight.bytes();
        while (!heap.exceedsShare(key)) {
            assertThat(heap.occupancy()).isEqualTo((double) bytes / BYTES_MAX);
            heap.grow(key, 1_000_000);
            bytes += 1_000_000;
        }
        assertThat(heap.occupancy()).isBetween(0.8, 0.8 + 1_000_000.0 / BYTES_MAX);
        heap.shrink(key, bytes - inFlight.bytes());
        inFlight.finish(request.generation());
        assertThat(heap.occupancy()).isZero();
    }

    @Test
    void isFullBeforeTheRunningAnswersOfManyKeysAre() {
        for (int key = 0; key < 19; key++) {
            assertThat(new AnswerBytes(heap, "key-" + key).add(BYTES_MAX / 10)).isTrue();
        }
        assertThat(heap.isFull()).isTrue();
        assertThat(inFlight.isOverfull()).isFalse();
        assertThat(new AnswerBytes(heap, "the last").add(BYTES_MAX / 5)).isFalse();
        assertThat(inFlight.isOverfull()).isFalse();
    }

    /** Adds copies of a request, which take no more memory, until they fill six fifths of what isFull() permits. */
    private void fill(InFlightRequest request) {
        for (long bytes = 0; bytes < BYTES_MAX * 6 / 5; bytes += request.bytes()) {
            inFlight.add(request);
        }
    }

    private InFlightRequest request(long offset, int bytes) {
        partition.watermark().begin(offset);
        return new InFlightRequest(Requests.asking(" ".repeat(bytes)), partition, offset);
    }
}
