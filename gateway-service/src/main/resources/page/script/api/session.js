/** The key: issued by the gateway on the local machine, or entered once and stored by the browser. */

import { ofTab, shared } from '../storage.js';

const KEPT = 'parley.key';

const CONFIGURED_WITHIN_MS = 20_000;

/**
 * Has the event {@code change} when a key was entered, and {@code forgotten} when it was removed or replaced, here or in another tab. The
 * page then has to begin anew.
 */
export class Session extends EventTarget {
  #key;
  #askForKey;
  #asking = null;
  #isForgotten = false;
  #isLocal;

  /**
   * The collection of published questions to show on the empty page.
   * @type {string|undefined}
   */
  collection;

  /**
   * @param {string|undefined} localKey
   * @param {(complaint: string, withdrawn: AbortSignal) => Promise<string>} askForKey prompts for a key, until the signal
   */
  constructor(localKey, askForKey) {
    super();
    this.#isLocal = Boolean(localKey);
    this.#key = localKey || stored();
    this.#askForKey = askForKey;
    // Null: everything was removed. A page that Back restores has missed the event.
    addEventListener('storage', ({ key }) => key === null && this.#compare());
    addEventListener('pageshow', ({ persisted }) => persisted && this.#compare());
  }

  /**
   * The session of this page, once its configuration could be read: it may have the key.
   * @param {(complaint: string, withdrawn: AbortSignal) => Promise<string>} askForKey
   * @param {(error: import('../state/transcript.js').AnswerError) => Promise<void>} onFailed resolves when the user tries again
   */
  static async open(askForKey, onFailed) {
    for (;;) {
      try {
        const { local_key: localKey, collection } = await configuration();
        const session = new Session(localKey, askForKey);
        session.collection = collection;
        return session;
      } catch {
        await onFailed({ type: 'page_error', message: 'The gateway cannot be reached.' });
      }
    }
  }

  /** Whether the key was entered by the user, who can then remove it. */
  get isKept() {
    return !this.#isLocal && Boolean(this.#key);
  }

  async key() {
    return this.#key || this.#ask('');
  }

  /**
   * Reports a rejected key. Resolves when there is another one instead of a local key. Instead of a user's it may be another person's: the
   * page then begins anew without what the browser kept, and this never resolves.
   */
  async refused(key, complaint) {
    if (key === this.#key) {
      await this.#ask(complaint);
    }
  }

  forget() {
    shared.clear();
    this.#forgotten();
  }

  #compare() {
    if (!this.#isLocal && this.#key !== stored()) {
      this.#forgotten();
    }
  }

  /** No call is repeated from then on, until the page has begun anew. */
  #forgotten() {
    this.#key = null;
    this.#isForgotten = true;
    this.#asking = new Promise(() => {});
    ofTab.clear();
    // What still runs may write until the page is left.
    addEventListener('pagehide', clearAllButKey, { once: true });
    this.dispatchEvent(new Event('forgotten'));
  }

  /** Prompts once for all pending calls. Those that were refused with a user's key are not repeated with another one. */
  #ask(complaint) {
    this.#asking ??= this.#entered(complaint).then((key) => {
      if (this.isKept) {
        this.#forgotten();
      }
      if (this.#isForgotten) {
        return new Promise(() => {});
      }
      this.#asking = null;
      this.#use(key);
      return key;
    });
    return this.#asking;
  }

  /** The key that the user enters, in this tab or another. */
  async #entered(complaint) {
    const withdrawn = new AbortController();
    try {
      return await Promise.race([
        this.#askForKey(complaint, withdrawn.signal).then((typed) => {
          const key = sendable(typed);
          if (this.isKept) {
            shared.clear();
          }
          shared.set(KEPT, key);
          return key;
        }),
        new Promise((resolve) => {
          const look = ({ key, newValue }) => key === KEPT && newValue && resolve(sendable(newValue));
          addEventListener('storage', look);
          withdrawn.signal.addEventListener('abort', () => removeEventListener('storage', look));
        }),
      ]);
    } finally {
      withdrawn.abort();
    }
  }

  #use(key) {
    this.#key = key;
    this.dispatchEvent(new Event('change'));
  }
}

/** The configuration of this page; empty if the gateway has none. */
async function configuration() {
  const response = await fetch('/page/config.json', { cache: 'no-store', signal: AbortSignal.timeout(CONFIGURED_WITHIN_MS) });
  if (response.status >= 500) {
    throw new Error(`The configuration has the status ${response.status}.`);
  }
  return response.ok ? response.json() : {};
}

function stored() {
  return sendable(shared.get(KEPT) ?? '');
}

/** There may be another key already. */
function clearAllButKey() {
  ofTab.clear();
  shared.keys.filter((key) => key !== KEPT).forEach((key) => shared.remove(key));
}

/** A key without what is in none, such as invisible characters that were copied with it: fetch rejects a header with them. */
function sendable(key) {
  return key.replace(/[^\x21-\x7e]/g, '');
}
