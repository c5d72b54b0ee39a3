/** Who we are: a key that the gateway hands out on one's own machine, or one that was typed once and is kept by the browser. */

const KEPT = 'parley.key';

export class Session {
  #key;
  #askForKey;
  #asking = null;
  #isLocal;

  /** @param {(complaint: string) => Promise<string>} askForKey lets a person type a key */
  constructor(localKey, askForKey) {
    this.#isLocal = Boolean(localKey);
    this.#key = localKey || localStorage.getItem(KEPT);
    this.#askForKey = askForKey;
  }

  /** A session for this page. Without an answer from the gateway there is no local key. */
  static async open(askForKey) {
    const config = await fetch('/page/config.json', { cache: 'no-store' })
      .then((response) => (response.ok ? response.json() : {}))
      .catch(() => ({}));
    return new Session(config.local_key, askForKey);
  }

  /** Whether the key was typed by a person, who may want it forgotten. */
  get isKept() {
    return !this.#isLocal && Boolean(this.#key);
  }

  async key() {
    return this.#key || this.#ask('');
  }

  /** This key is not accepted. Resolves when there is another. */
  async refused(key, complaint) {
    if (key === this.#key) {
      await this.#ask(complaint);
    }
  }

  forget() {
    this.#key = null;
    localStorage.clear();
    sessionStorage.clear();
  }

  /** Asks once, however many calls wait for it. */
  #ask(complaint) {
    this.#asking ??= this.#askForKey(complaint).then((key) => {
      this.#key = key;
      this.#asking = null;
      localStorage.setItem(KEPT, key);
      return key;
    });
    return this.#asking;
  }
}
