/** Errors of answers. */

/** The same request would have the same error again. */
const FINAL = new Set([
  'authentication_error', 'billing_error', 'cancelled', 'invalid_request_error', 'not_found_error', 'permission_error', 'request_too_large',
]);

/** The request did not arrive in time. Its type is that of requests that are invalid. */
const REQUEST_TIMEOUT = 408;

/**
 * Whether the same request may succeed later.
 * @param {import('./transcript.js').AnswerError} error
 */
export function canRetry({ type, isFinal = false }) {
  return !isFinal && !FINAL.has(type);
}

/**
 * Whether the request for an answer was refused for what it contains. A refused resumption has a request id of its own.
 * @param {import('./transcript.js').Entry} [answer]
 */
export function isInvalid(answer) {
  if (!answer?.error || answer.content.length > 0) {
    return false;
  }
  const { generation, error: { type, requestId } } = answer;
  const isOfResumption = generation && requestId && requestId !== generation;
  return !isOfResumption && ['invalid_request_error', 'request_too_large'].includes(type);
}

/**
 * The error of a request without an answer.
 * @param {any} failure what was thrown
 * @returns {import('./transcript.js').AnswerError}
 */
export function errorOf({ status, type = 'page_error', message, retryAt, isFinal, requestId }) {
  return { type: status === REQUEST_TIMEOUT ? 'timeout_error' : type, message, retryAt, isFinal, requestId };
}
