/** The conversation that the URL names. */

/** @returns {string} empty if there is none */
export function addressed() {
  const named = location.hash.slice(1);
  try {
    return decodeURIComponent(named);
  } catch {
    // A "%" that encodes nothing, as in a mistyped link.
    return named;
  }
}
