/** What the page receives at the moment: stored messages, or an answer. */

import { cancel } from '../api/answers.js';

/** Between the attempts to cancel an answer that was stopped before it began. */
const CANCEL_AGAIN_AFTER_MS = [500, 2_000, 5_000];

/** Something that is stored: its connection is closed when it is left or stopped. */
export class Reading {
  #controller = new AbortController();
  /** Whether the page shows something else. */
  isLeft = false;
  /** Whether the user does not want the rest. */
  isStopped = false;

  get signal() {
    return this.#controller.signal;
  }

  leave() {
    this.isLeft = true;
    this.disconnect();
  }

  /** @throws the error of the gateway if it does not accept that */
  async stop() {
    this.isStopped = true;
    this.disconnect();
  }

  disconnect() {
    this.#controller.abort();
  }
}

/** An answer that is generated: it continues when it is left, and is cancelled when it is stopped, once its request is on the log. */
export class GenerationReading extends Reading {
  #gateway;
  /** Whether the request may have reached the gateway. */
  isSent = false;

  /** @param {string} [generation] of a request that is on the log */
  constructor(gateway, generation) {
    super();
    this.#gateway = gateway;
    this.generation = generation;
  }

  /**
   * The request is on the log.
   * @throws the error of the gateway if it was stopped, and cannot be cancelled
   */
  async begin(generation) {
    this.generation = generation;
    if (this.isLeft) {
      this.disconnect();
    }
    for (const pause of [...CANCEL_AGAIN_AFTER_MS, 0]) {
      if (!this.isStopped) {
        return;
      }
      try {
        await cancel(this.#gateway, generation);
        return;
      } catch (failure) {
        if (pause === 0) {
          throw failure;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  leave() {
    this.isLeft = true;
    if (this.generation) {
      this.disconnect();
    }
  }

  async stop() {
    this.isStopped = true;
    if (this.generation) {
      await cancel(this.#gateway, this.generation).catch((failure) => {
        this.isStopped = false;
        throw failure;
      });
    } else if (!this.isSent) {
      this.disconnect();
    }
  }
}
