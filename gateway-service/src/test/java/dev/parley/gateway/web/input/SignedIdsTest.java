package dev.parley.gateway.web.input;

import static dev.parley.gateway.web.response.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.GenerationIds;
import dev.parley.contracts.id.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class SignedIdsTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final GenerationIds SIGNER = new GenerationIds(new byte[] {1});

    private final MutableClock clock = MutableClock.of(Instant.parse("2026-11-25T12:00:00Z"), ZoneOffset.UTC);
    private final SignedIds ids = new SignedIds(() -> Optional.of(SIGNER), clock);

    @Test
    void acceptsItsOwnIds() {
        GenerationId id = ids.next(3, ACME, AnswerFormat.MESSAGES, Optional.empty());
        assertThat(ids.known(ACME, id)).isEqualTo(id);
    }

    @Test
    void rejectsUnsignedIdsAndIdsOfOtherTenants() {
        assertUnknown(new TenantId("other"), ids.next(3, ACME, AnswerFormat.MESSAGES, Optional.empty()));
        assertUnknown(ACME, GenerationId.unsigned(clock, 3));
    }

    @Test
    void acceptsIdsFromBeforeItsClockWasSetBack() {
        GenerationId id = ids.next(3, ACME, AnswerFormat.MESSAGES, Optional.empty());
        clock.add(Duration.ofHours(-1));
        assertThat(ids.known(ACME, id)).isEqualTo(id);
    }

    @Test
    void respondsWithUnavailableUntilTheSecretIsRead() {
        SignedIds early = new SignedIds(Optional::empty, clock);
        assertRefused(503, () -> early.next(3, ACME, AnswerFormat.MESSAGES, Optional.empty()));
    }

    private void assertUnknown(TenantId tenant, GenerationId id) {
        assertRefused(404, () -> ids.known(tenant, id));
    }
}
