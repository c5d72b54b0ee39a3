/** The user's ratings of answers. The gateway does not return them, so this browser keeps those that it has accepted. */

import { shared } from '../storage.js';

const KEPT = 'parley.ratings';
const KEPT_MAX = 500;
const SEND_WITHIN_MS = 15_000;

/** @typedef {'up'|'down'} Rating */

export class Ratings {
  #gateway;
  /** Ratings that are not accepted yet, by generation. */
  #wanted = new Map();
  #sending = Promise.resolve();

  /** @param {{json: (path: string, options: object) => Promise<any>}} gateway */
  constructor(gateway) {
    this.#gateway = gateway;
  }

  /** @returns {Rating|undefined} */
  of(generation) {
    return this.#wanted.get(generation)?.rating ?? kept()[generation];
  }

  /**
   * Rates an answer. One rating is sent at a time, since the last one on the log is valid; one that another has replaced is not sent.
   * @param {string} generation
   * @param {Rating} rating
   * @throws the error of the gateway; then the rating before is valid
   */
  async rate(generation, rating) {
    const wish = { rating };
    this.#wanted.set(generation, wish);
    const sent = this.#sending.then(() => this.#send(generation, wish));
    this.#sending = sent.catch(() => {});
    await sent;
  }

  async #send(generation, wish) {
    if (this.#wanted.get(generation) !== wish) {
      return;
    }
    try {
      const signal = AbortSignal.timeout(SEND_WITHIN_MS);
      await this.#gateway.json(`/v1/generations/${generation}/feedback`, { method: 'POST', body: wish, signal, keepalive: true });
      keep(generation, wish.rating);
    } finally {
      if (this.#wanted.get(generation) === wish) {
        this.#wanted.delete(generation);
      }
    }
  }
}

/** @returns {Object<string, Rating>} oldest first */
function kept() {
  return JSON.parse(shared.get(KEPT) ?? '{}');
}

function keep(generation, rating) {
  const { [generation]: _, ...others } = kept();
  const newest = [...Object.entries(others), [generation, rating]].slice(-KEPT_MAX);
  // If the storage is full, this rating is not shown after a reload.
  shared.set(KEPT, JSON.stringify(Object.fromEntries(newest)));
}
