package dev.parley.simulator.model;

/**
 * A model of the catalogue.
 *
 * @param id the dated name, with which answers are signed
 * @param createdAt an RFC 3339 instant
 * @param systemMessages whether messages may have the role {@code system}
 * @param prefill whether a request may end in an assistant message
 */
public record Model(
        String id,
        String displayName,
        String createdAt,
        int outputTokensMax,
        boolean systemMessages,
        boolean prefill) {}
