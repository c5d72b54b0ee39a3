package dev.parley.gateway.web;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.request.CacheControl;
import dev.parley.gateway.request.Fingerprints;
import dev.parley.gateway.web.Intake.Question;
import java.time.Instant;
import java.util.Optional;
import org.springframework.http.HttpHeaders;

/** A request as it will be on the log, if its key lets it in. */
record Draft(
        Question question,
        GenerationId generation,
        ReplyAddress reply,
        String version,
        String beta,
        Fingerprint fingerprint,
        CachePolicy cache,
        String trace,
        Instant receivedAt) {
    static Draft of(
            Question question,
            GenerationId generation,
            ReplyAddress reply,
            HttpHeaders headers,
            String trace,
            Instant receivedAt) {
        String version =
                Optional.ofNullable(headers.getFirst(Names.ANTHROPIC_VERSION)).orElse(Names.DEFAULT_VERSION);
        String beta = String.join(",", headers.getOrEmpty(Names.ANTHROPIC_BETA));
        Fingerprint fingerprint = Fingerprints.of(
                question.caller().tenant(), version, beta, question.request().json());
        CachePolicy cache = CacheControl.policy(headers.getOrEmpty(HttpHeaders.CACHE_CONTROL));
        return new Draft(question, generation, reply, version, beta, fingerprint, cache, trace, receivedAt);
    }

    ChatRequested event(Instant publishedAt) {
        return new ChatRequested(
                generation,
                question.conversation(),
                question.caller().tenant(),
                question.user(),
                question.caller().key(),
                question.request().model(),
                question.request().streaming(),
                fingerprint,
                cache,
                reply,
                receivedAt,
                publishedAt,
                version,
                beta,
                trace,
                question.request().upstream());
    }
}
