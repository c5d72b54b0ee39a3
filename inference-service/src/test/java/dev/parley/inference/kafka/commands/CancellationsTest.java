package dev.parley.inference.kafka.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.inference.generation.Cancellation;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CancellationsTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId GLOBEX = new TenantId("globex");
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);

    private final Cancellations cancellations = new Cancellations(Clock.systemUTC());

    @Test
    void cancelsAnInFlightRequestOnce() {
        AtomicInteger cancelled = new AtomicInteger();
        observe(cancellations.of(GENERATION, ACME), cancelled);
        cancellations.request(GENERATION, ACME);
        cancellations.request(GENERATION, ACME);
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void appliesACancellationThatArrivedEarly() {
        AtomicInteger cancelled = new AtomicInteger();
        cancellations.request(GENERATION, ACME);
        observe(cancellations.of(GENERATION, ACME), cancelled);
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void ignoresCancellationsOfOtherTenants() {
        AtomicInteger cancelled = new AtomicInteger();
        cancellations.request(GENERATION, GLOBEX);
        observe(cancellations.of(GENERATION, ACME), cancelled);
        cancellations.request(GENERATION, GLOBEX);
        assertThat(cancelled).hasValue(0);
    }

    @Test
    void ignoresEndedRequests() {
        AtomicInteger cancelled = new AtomicInteger();
        observe(cancellations.of(GENERATION, ACME), cancelled);
        cancellations.forget(GENERATION);
        cancellations.request(GENERATION, ACME);
        assertThat(cancelled).hasValue(0);
    }

    @Test
    void withdrawsTheCancellationOfAnAbandonedGenerationThatIsNotInFlight() {
        AtomicInteger cancelled = new AtomicInteger();
        cancellations.abandon(GENERATION, ACME);
        cancellations.withdraw(GENERATION, ACME);
        observe(cancellations.of(GENERATION, ACME), cancelled);
        assertThat(cancelled).hasValue(0);
    }

    @Test
    void cancelsAnAbandonedGenerationWhoseReaderDoesNotReturn() {
        AtomicInteger cancelled = new AtomicInteger();
        cancellations.abandon(GENERATION, ACME);
        cancellations.withdraw(GENERATION, GLOBEX);
        observe(cancellations.of(GENERATION, ACME), cancelled);
        assertThat(cancelled).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withdrawsNoCancellationThatAClientRequested(boolean abandonedBefore) {
        AtomicInteger cancelled = new AtomicInteger();
        if (abandonedBefore) {
            cancellations.abandon(GENERATION, ACME);
        }
        cancellations.request(GENERATION, ACME);
        if (!abandonedBefore) {
            cancellations.abandon(GENERATION, ACME);
        }
        cancellations.withdraw(GENERATION, ACME);
        observe(cancellations.of(GENERATION, ACME), cancelled);
        assertThat(cancelled).hasValue(1);
    }

    private static void observe(Cancellation cancellation, AtomicInteger cancelled) {
        cancellation.onRequest(cancelled::incrementAndGet);
    }
}
