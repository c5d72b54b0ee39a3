package dev.parley.gateway.web.chat;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.conversation.History;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.web.input.RequestValue;
import dev.parley.gateway.web.input.SignedIds;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.HeaderNames;
import java.util.Optional;
import org.springframework.http.HttpHeaders;

/**
 * Finds out whether the stronger model of an alias has to answer, because an earlier answer of the conversation did not
 * suffice: the request names it in {@code x-parley-escalate}, or the stored history ends with it.
 */
public final class Escalations {
    private final ModelAliases aliases;
    private final SignedIds ids;

    public Escalations(ModelAliases aliases, SignedIds ids) {
        this.aliases = aliases;
        this.ids = ids;
    }

    /** The alias that a request names; empty for a model. */
    Optional<String> alias(String model) {
        return Optional.of(model).filter(aliases::contains);
    }

    /** The answer that did not suffice; or an {@link ApiErrorException}. */
    Optional<GenerationId> of(HttpHeaders headers, TenantId tenant, String model, History history) {
        String named = headers.getFirst(HeaderNames.ESCALATE);
        return named == null ? stored(model, history) : Optional.of(named(named, tenant, model));
    }

    private Optional<GenerationId> stored(String model, History history) {
        return history.last()
                .filter(_ -> aliases.contains(model))
                .filter(last -> last.requested().equals(model) && last.requires(aliases.strongest(model)))
                .map(last -> last.generation());
    }

    private GenerationId named(String named, TenantId tenant, String model) {
        if (!aliases.contains(model)) {
            throw invalid(
                    "The request has to name an alias such as auto. A request that names a model is answered by it");
        }
        GenerationId generation = RequestValue.parsed(HeaderNames.ESCALATE, named, GenerationId::new);
        if (!ids.known(tenant, generation).isForAlias(model)) {
            throw invalid("This generation was not requested with the model " + model);
        }
        return generation;
    }

    private static ApiErrorException invalid(String message) {
        return ApiErrorException.invalidRequest(HeaderNames.ESCALATE + ": " + message);
    }
}
