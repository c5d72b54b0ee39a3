/** What the key has used. */

/**
 * The report of {@code GET /v1/usage}; null if the gateway does not count this key.
 * @param {import('./gateway.js').Gateway} gateway
 */
export async function usage(gateway) {
  try {
    return await gateway.json('/v1/usage');
  } catch (failure) {
    if (failure.status === 404) {
      return null;
    }
    throw failure;
  }
}
