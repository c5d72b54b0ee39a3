/** The key: issued by the gateway on the local machine, or entered once and stored by the browser. */

import { ofTab, shared } from '../storage.js';

const KEPT = 'parley.key';

/** Has the event {@code change} when a key was entered, and {@code forgotten} when it was removed, here or in another tab. */
export class Session extends EventTarget {
  #key;
  #askForKey;
  #asking = null;
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

  /** The session of this page; without a local key if the gateway does not respond. */
  static async open(askForKey) {
    const config = await fetch('/page/config.json', { cache: 'no-store' })
      .then((response) => response.ok && response.json())
      .catch(() => null);
    const session = new Session(config?.local_key, askForKey);
    session.collection = config?.collection;
    return session;
  }

  /** Whether the key was entered by the user, who can then remove it. */
  get isKept() {
    return !this.#isLocal && Boolean(this.#key);
  }

  async key() {
    return this.#key || this.#ask('');
  }

  /** Reports a rejected key. Resolves when there is a new one. */
  async refused(key, complaint) {
    if (key === this.#key) {
      const entered = this.#isLocal ? '' : stored();
      if (entered && entered !== key) {
        // In another tab.
        this.#use(entered);
      } else {
        await this.#ask(complaint);
      }
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

  #forgotten() {
    this.#key = null;
    ofTab.clear();
    this.dispatchEvent(new Event('forgotten'));
  }

  /** Prompts once for all pending calls. */
  #ask(complaint) {
    this.#asking ??= this.#entered(complaint).then((key) => {
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

function stored() {
  return sendable(shared.get(KEPT) ?? '');
}

/** A key without what is in none, such as invisible characters that were copied with it: fetch rejects a header with them. */
function sendable(key) {
  return key.replace(/[^\x21-\x7e]/g, '');
}
