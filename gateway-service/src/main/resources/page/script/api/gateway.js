/** Calls the gateway with the caller's key. Failures are one of two errors. */

/** A call in which nothing arrives for this time has failed. Each call of the gateway to its stores has a shorter limit. */
const SILENCE_MAX_MS = 20_000;

/** An error response of the gateway. */
export class Refused extends Error {
  /**
   * @param {{status: number, type: string, message: string, retryAfter?: number, isFinal?: boolean, requestId?: string}} details
   *     the gateway specifies after how many seconds to retry, or that it cannot help
   */
  constructor({ status, type, message, retryAfter = 0, isFinal = false, requestId }) {
    super(message);
    this.status = status;
    this.type = type;
    this.retryAfter = retryAfter;
    this.isFinal = isFinal;
    this.requestId = requestId;
  }

  /** When to retry, in milliseconds since 1970; undefined if the gateway does not specify it. */
  get retryAt() {
    return this.retryAfter > 0 ? Date.now() + this.retryAfter * 1_000 : undefined;
  }
}

/** The gateway was not reached, or the connection was lost. */
export class Unreachable extends Error {}

export class Gateway {
  #session;

  /** @param session the key: see session.js */
  constructor(session) {
    this.#session = session;
  }

  /**
   * The response, once its headers have arrived. Requests a new key if the key is rejected.
   * @param {string} path
   * @param {object} options {@code keepalive}: whether the call goes on when the page is left
   * @param {string} [options.method]
   * @param {Object<string, string>} [options.headers]
   * @param {object} [options.body] sent as JSON
   * @param {AbortSignal} [options.signal]
   * @param {boolean} [options.keepalive]
   * @param {SilenceLimit} [options.limit]
   * @throws {Refused|Unreachable|DOMException} the last when the signal has aborted it
   */
  async open(path, { method = 'GET', headers = {}, body, signal, keepalive = false, limit } = {}) {
    for (;;) {
      const key = await this.#session.key();
      limit?.renew();
      const response = await reach(path, {
        method,
        headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01', ...(body && { 'content-type': 'application/json' }), ...headers },
        body: body && JSON.stringify(body),
        signal: AbortSignal.any([signal, limit?.signal].filter(Boolean)),
        keepalive,
      });
      if (response.ok) {
        return response;
      }
      const refusal = await refused(response);
      if (refusal.status !== 401) {
        throw refusal;
      }
      limit?.end();
      await this.#session.refused(key, refusal.message);
    }
  }

  /**
   * The headers of a response, and its complete body.
   * @param {string} path
   * @param {object} options those of {@code open}
   * @returns {Promise<{headers: Headers, content: Blob}>}
   * @throws {Refused|Unreachable|DOMException} the second also if nothing arrives for 20 s
   */
  async whole(path, options = {}) {
    const limit = new SilenceLimit();
    try {
      const response = await this.open(path, { ...options, limit });
      // Chromium fails a body with an error of its own, not with the signal's reason.
      const content = await wholeBody(response, limit).catch((failure) => unreachable(limit.signal.aborted ? limit.signal.reason : failure));
      return { headers: response.headers, content };
    } finally {
      limit.end();
    }
  }

  /** The complete body of a response, parsed. */
  async json(path, options = {}) {
    const { content } = await this.whole(path, options);
    const text = await content.text();
    return text ? JSON.parse(text) : {};
  }
}

/** Aborts a call in which nothing arrives. */
class SilenceLimit {
  #controller = new AbortController();
  #timer;

  get signal() {
    return this.#controller.signal;
  }

  /** Something has arrived, or the call begins. */
  renew() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(new Unreachable('The gateway has not responded in time.')), SILENCE_MAX_MS);
  }

  end() {
    clearTimeout(this.#timer);
  }
}

async function wholeBody(response, limit) {
  const pieces = [];
  const reader = response.body?.getReader();
  for (;;) {
    limit.renew();
    const { value } = (await reader?.read()) ?? {};
    if (!value) {
      return new Blob(pieces);
    }
    pieces.push(value);
  }
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (failure) {
    return unreachable(failure);
  }
}

/** @returns {never} */
function unreachable(failure) {
  if (failure.name === 'AbortError') {
    throw failure;
  }
  throw new Unreachable(failure.message);
}

async function refused(response) {
  const body = await response.json().catch(() => ({}));
  const { type = 'api_error', message = `The gateway answered with status ${response.status}.` } = body.error ?? {};
  return new Refused({
    status: response.status,
    type,
    message,
    retryAfter: Number(response.headers.get('retry-after')) || 0,
    isFinal: response.headers.get('x-should-retry') === 'false',
    requestId: response.headers.get('request-id') ?? undefined,
  });
}
