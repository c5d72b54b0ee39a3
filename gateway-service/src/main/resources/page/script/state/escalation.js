/** Which answers of an alias, such as auto, the stronger model is asked for. */

/** An answer of the cheaper model that ends so was not what the user wanted. */
const CUT_SHORT = ['max_tokens', 'refusal'];

/**
 * Whether the cheaper model of an alias gave this answer.
 * @param {import('./transcript.js').Entry} entry
 * @param {(alias: string) => string|undefined} cheaperOf
 */
export function isByCheaper({ facts = {} }, cheaperOf) {
  const cheaper = cheaperOf(facts.requested);
  return Boolean(cheaper && facts.model?.startsWith(cheaper));
}

/**
 * The latest answer that did not suffice, because of which the stronger model answers the rest of the conversation.
 * @param {import('./transcript.js').Entry[]} entries
 * @param {string} alias the model that is asked for now
 * @param {(alias: string) => string|undefined} cheaperOf
 * @returns {string|undefined} its generation
 */
export function insufficient(entries, alias, cheaperOf) {
  const found = entries.findLast(
    ({ role, generation, facts, ...entry }) =>
      role === 'assistant' && generation && facts?.requested === alias
      && (facts.escalates || (CUT_SHORT.includes(facts.stop) && isByCheaper({ role, facts, ...entry }, cheaperOf))),
  );
  return found?.generation;
}
