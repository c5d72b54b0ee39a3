/** The stored conversations. The list lags behind by about a second: see state/history.js. */

/** Delays of the look-ups of a turn that has just ended. */
const LOOK_AFTER_MS = [150, 250, 400, 700, 1_200, 2_000, 3_000, 5_000, 8_000];

/** A stored conversation is then listed. */
const LISTED_AFTER_MS = 3_000;
const LISTED_AMONG = 5;

export class Conversations {
  #gateway;
  /** Ids of conversations that were read. */
  #stored = new Set();

  /** @param {import('./gateway.js').Gateway} gateway */
  constructor(gateway) {
    this.#gateway = gateway;
  }

  /**
   * A page of conversations, most recently active first.
   * @param {{query?: string, after?: string, limit?: number, signal?: AbortSignal}} page
   */
  list({ query, after, limit = 40, signal } = {}) {
    return this.#gateway.json(`/v1/conversations?${parameters({ limit, query, after })}`, { signal });
  }

  /**
   * The newest turns of one, newest first; null if there is no such conversation.
   * @param {string} id
   * @param {number} turnsMax
   * @param {AbortSignal} [signal]
   */
  async newest(id, turnsMax, signal) {
    try {
      const conversation = await this.#gateway.json(`${address(id)}?${parameters({ limit: turnsMax, order: 'desc' })}`, { signal });
      this.#stored.add(id);
      return conversation;
    } catch (failure) {
      if (failure.status === 404) {
        return null;
      }
      throw failure;
    }
  }

  /** A complete conversation as a file. */
  async file(id, format) {
    const { headers, content } = await this.#gateway.whole(`${address(id)}/export?${parameters({ format })}`);
    return { name: fileName(headers.get('content-disposition') ?? ''), content };
  }

  /** The newest turn, as soon as it is that of a generation that has ended, or a later one; null if neither is stored within 21 s. */
  async newestSince(id, generation) {
    const stored = await this.newestOnce(id, 1, (turn) => turn.generation >= generation);
    return stored?.turns[0] ?? null;
  }

  /**
   * The newest turns of a conversation, newest first, as soon as one of them is wanted; null if none is stored within 21 s.
   * A new conversation is looked up in the list, since browsers report each 404 as an error.
   * @param {string} id
   * @param {number} turnsMax
   * @param {(turn: any) => boolean} isWanted
   * @param {AbortSignal} [signal] ends the look-ups
   */
  async newestOnce(id, turnsMax, isWanted, signal) {
    let waitedMs = 0;
    for (const pause of LOOK_AFTER_MS) {
      await passed(pause, signal);
      if (signal?.aborted) {
        return null;
      }
      waitedMs += pause;
      if (!this.#stored.has(id) && waitedMs < LISTED_AFTER_MS && !(await this.#isListed(id, signal))) {
        continue;
      }
      const stored = await this.newest(id, turnsMax, signal).catch(() => null);
      if (stored?.turns.some(isWanted)) {
        return stored;
      }
    }
    return null;
  }

  async #isListed(id, signal) {
    const page = await this.list({ limit: LISTED_AMONG, signal }).catch(() => ({ conversations: [] }));
    return page.conversations.some((conversation) => conversation.id === id);
  }

  rename(id, title) {
    return this.#gateway.json(address(id), { method: 'PATCH', body: { title }, keepalive: true });
  }

  remove(id) {
    this.#stored.delete(id);
    return this.#gateway.json(address(id), { method: 'DELETE', keepalive: true });
  }
}

/** @param {AbortSignal} [signal] ends the pause */
function passed(pauseMs, signal) {
  return new Promise((/** @type {(nothing?: void) => void} */ resolve) => {
    const timer = setTimeout(resolve, signal?.aborted ? 0 : pauseMs);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function address(id) {
  return `/v1/conversations/${encodeURIComponent(id)}`;
}

/** The UTF-8 file name (RFC 6266). */
function fileName(disposition) {
  const [, name] = /filename\*=UTF-8''([^;]+)/i.exec(disposition) ?? [];
  return name ? decodeURIComponent(name) : 'conversation';
}

function parameters(values) {
  return new URLSearchParams(Object.entries(values).filter(([, value]) => value).map(([name, value]) => [name, String(value)]));
}
