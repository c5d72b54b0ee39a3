/**
 * Streams answers from the response to the request and, after a disconnect, from the log. Every event is delivered once
 * and in order, since its id is its position on the log.
 */

import { Refused } from './gateway.js';
import { events } from './sse.js';

/** The gateway pings every 10 s; after two and a half times that, the connection counts as broken. */
const SILENCE_MAX_MS = 25_000;

/** The gateway reads a request for at most 30 s, and then waits for the beginning of the answer for at most 10 s. */
const RESPONSE_MAX_MS = 60_000;
const PAUSE_MS = 400;
const PAUSE_MAX_MS = 5_000;

const LAST = new Set(['message_stop', 'error']);

/**
 * A change in the state of an answer.
 * @typedef {{type: 'begun', generation: string, cache: string|null, similar?: Similar} | {type: 'event', name: string, data: any}
 *     | {type: 'lost'|'back'}} Step
 *
 * Whether the answer to a similar question is reused, as in stored turns.
 * @typedef {{gate: string, similarity?: number, source?: string}} Similar
 */

/** The error of a request that is not sent again, because it may have begun an answer that it would not find. */
export class Unanswered extends Error {
  type = 'api_error';

  constructor() {
    super('This question has not been answered.');
  }
}

/**
 * The steps of an answer until its last event.
 *
 * @param {import('./gateway.js').Gateway} gateway
 * @param {{post?: {body: object, headers: Object<string, string>}, repeatedUntil?: number, onSent?: () => void, generation?: string}} asked the
 *     request to send, until when it is sent again after it was lost, and what is called before it may arrive; or an existing generation
 * @param {AbortSignal} signal ends the reading, not the answer
 * @returns {AsyncGenerator<Step>}
 * @throws {Refused|Unanswered} the first if the answer does not exist, or no longer
 */
export async function* answer(gateway, { post, repeatedUntil = 0, onSent = () => {}, generation }, signal) {
  let lastId = '';
  let lost = false;
  let pause = PAUSE_MS;
  for (;;) {
    const watch = new Watch(signal, generation ? SILENCE_MAX_MS : RESPONSE_MAX_MS);
    try {
      if (!generation && navigator.onLine) {
        onSent();
      }
      const response = generation
        ? await resume(gateway, generation, lastId, watch.signal)
        : await gateway.open('/v1/messages', { method: 'POST', ...post, signal: watch.signal });
      watch.alive();
      pause = PAUSE_MS;
      if (lost) {
        lost = false;
        yield { type: 'back' };
      }
      if (!generation) {
        generation = response.headers.get('x-parley-generation');
        yield { type: 'begun', generation, cache: response.headers.get('x-parley-cache'), similar: similarOf(response.headers) };
      }
      for await (const event of events(response, () => watch.alive())) {
        if (event.name !== 'ping') {
          lastId = event.id || lastId;
          yield { type: 'event', name: event.name, data: JSON.parse(event.data) };
        }
        if (LAST.has(event.name)) {
          return;
        }
      }
    } catch (failure) {
      signal.throwIfAborted();
      if (failure instanceof Refused && !(generation && mayPass(failure, generation))) {
        // What is final is the resumption: the question can be asked again.
        failure.isFinal &&= !generation;
        throw failure;
      }
      if (failure instanceof SyntaxError) {
        throw failure;
      }
    } finally {
      watch.end();
    }
    if (!generation && Date.now() >= repeatedUntil) {
      throw new Unanswered();
    }
    if (!lost) {
      lost = true;
      yield { type: 'lost' };
    }
    await wakeUp(pause, signal);
    if (!generation && Date.now() >= repeatedUntil) {
      throw new Unanswered();
    }
    pause = Math.min(pause * 2, PAUSE_MAX_MS);
  }
}

/**
 * Whether a refused resumption may succeed later. The error of an answer that failed has its id, comes each time, and is final.
 * While the log cannot be read, an error has the id and a delay. All other errors of servers are about the way to the answer.
 * @param {Refused} refusal
 */
function mayPass({ status, requestId, retryAfter, isFinal }, generation) {
  return requestId === generation ? status === 503 && retryAfter > 0 && !isFinal : status === 408 || status === 429 || (status >= 500 && status !== 501);
}

/** @returns {Similar|undefined} undefined if it was not considered */
function similarOf(headers) {
  const gate = headers.get('x-parley-similar');
  const similarity = headers.get('x-parley-similarity');
  return gate
    ? { gate, similarity: similarity === null ? undefined : Number(similarity), source: headers.get('x-parley-source') ?? undefined }
    : undefined;
}

/** Requests the cancellation of an answer. */
export async function cancel(gateway, generation) {
  await gateway.json(`/v1/generations/${generation}`, { method: 'DELETE' });
}

function resume(gateway, generation, lastId, signal) {
  const headers = lastId ? { 'last-event-id': lastId } : {};
  return gateway.open(`/v1/generations/${generation}/events`, { headers, signal });
}

/** Aborts a call without a response, and then one of which nothing arrives: a laptop after sleep does not detect a broken connection. */
class Watch {
  #controller = new AbortController();
  #heardAt = performance.now();
  #timer = setInterval(() => this.#look(), 1_000);
  #stop;
  #silenceMaxMs;

  /** @param {number} responseMaxMs until the response begins, the upload of the request included */
  constructor(signal, responseMaxMs) {
    this.#silenceMaxMs = responseMaxMs;
    this.#stop = () => this.#controller.abort();
    signal.addEventListener('abort', this.#stop);
    addEventListener('offline', this.#stop);
    this.outer = signal;
  }

  get signal() {
    return this.#controller.signal;
  }

  alive() {
    this.#silenceMaxMs = SILENCE_MAX_MS;
    this.#heardAt = performance.now();
  }

  end() {
    clearInterval(this.#timer);
    this.outer.removeEventListener('abort', this.#stop);
    removeEventListener('offline', this.#stop);
  }

  #look() {
    if (performance.now() - this.#heardAt > this.#silenceMaxMs) {
      this.#stop();
    }
  }
}

/** Waits until there is a network. */
export async function online(untilMs, signal) {
  while (!navigator.onLine && Date.now() < untilMs) {
    await wakeUp(untilMs - Date.now(), signal);
  }
}

/** Waits, at most until the network is back or the page is visible again. */
function wakeUp(pauseMs, signal) {
  return new Promise((/** @type {(nothing?: void) => void} */ resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      document.removeEventListener('visibilitychange', done);
      signal.removeEventListener('abort', done);
      if (signal.aborted) {
        reject(signal.reason);
      } else {
        resolve();
      }
    };
    const timer = setTimeout(done, pauseMs);
    addEventListener('online', done);
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done);
  });
}
