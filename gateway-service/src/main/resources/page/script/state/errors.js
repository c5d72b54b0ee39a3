/** Errors of answers. */

/** The same request would have the same error again. */
const FINAL = new Set([
  'authentication_error', 'billing_error', 'cancelled', 'invalid_request_error', 'not_found_error', 'permission_error', 'request_too_large',
]);

/**
 * Whether the same request may succeed later.
 * @param {import('./transcript.js').AnswerError} error
 */
export function canRetry({ type, isFinal = false }) {
  return !isFinal && !FINAL.has(type);
}

/**
 * The error of a request without an answer.
 * @param {any} failure what was thrown
 * @returns {import('./transcript.js').AnswerError}
 */
export function errorOf({ type = 'page_error', message, retryAt, isFinal, requestId }) {
  return { type, message, retryAt, isFinal, requestId };
}
