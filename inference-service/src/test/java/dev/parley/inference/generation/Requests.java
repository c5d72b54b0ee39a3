package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.InferenceRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Requests to be answered by the model {@code claude-x}. */
final class Requests {
    private static final TenantId TENANT = new TenantId("t");

    private Requests() {}

    /** One with this body. */
    static InferenceRequested asking(String body) {
        ChatRequested requested = new ChatRequested(
                GenerationId.unsigned(Clock.systemUTC(), 0),
                new ConversationId("c"),
                TENANT,
                "u",
                Optional.empty(),
                "claude-x",
                true,
                new Fingerprint("0".repeat(64)),
                CachePolicy.USE,
                new ReplyAddress(0, 0),
                Instant.EPOCH,
                Instant.EPOCH,
                "2023-06-01",
                "",
                "00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01",
                body.getBytes(UTF_8));
        return new InferenceRequested(requested, CacheVerdict.MISS, Instant.EPOCH, false);
    }
}
