package dev.parley.gateway.web.input;

import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.GenerationIds;
import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.response.ApiErrorException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Signs the ids of generations and verifies those that clients send: an id of another tenant is a 404. */
public final class SignedIds {
    /** Empty until the secret is known, while clients get 503. */
    private final Supplier<Optional<GenerationIds>> signer;

    private final Clock clock;

    public SignedIds(Supplier<Optional<GenerationIds>> signer, Clock clock) {
        this.signer = signer;
        this.clock = clock;
    }

    /** A new id; the alias is empty if the request names a model. */
    public GenerationId next(int deltaPartition, TenantId tenant, AnswerFormat format, Optional<String> alias) {
        return signer().next(clock, deltaPartition, tenant, format, alias);
    }

    /** Verifies that a gateway made the id for this tenant; 404 if it is forged or of another tenant. */
    public GenerationId known(TenantId tenant, GenerationId generation) {
        if (!signer().isOf(tenant, generation)) {
            throw new ApiErrorException(404, "There is no such generation.");
        }
        return generation;
    }

    /** The generation that the path names, verified for the tenant of the caller. */
    public GenerationId inPath(ServerRequest request, Caller caller) {
        return known(caller.tenant(), RequestValue.inPath(request, "generation", GenerationId::new));
    }

    private GenerationIds signer() {
        return signer.get().orElseThrow(ApiErrorException::logUnreachable);
    }
}
