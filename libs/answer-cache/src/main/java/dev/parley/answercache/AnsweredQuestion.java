package dev.parley.answercache;

import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;

/**
 * A question in the store, without its text and its vector.
 *
 * @param answer the fingerprint of its request, under which its answer is cached
 * @param generation that answered it
 */
public record AnsweredQuestion(Fingerprint answer, GenerationId generation) {}
