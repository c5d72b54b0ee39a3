/** Polls snapshots while the page is visible. */

const KEY = 'parley.operator-key';
const TIMEOUT = 6_000;
const INTERVAL = 1_000;
const RETRY_AFTER = 2_000;
const HIDDEN_MAX = 20_000;

export class Link {
  #view;
  #askForKey;
  #polling = null;

  /**
   * @param {{snapshot: function(object), lost: function(), closed: function(string)}} view shows the results
   * @param {(isWrong: boolean) => Promise<string>} askForKey prompts for a key
   */
  constructor(view, askForKey) {
    this.#view = view;
    this.#askForKey = askForKey;
    let hidden = 0;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(hidden);
      if (document.hidden) {
        hidden = setTimeout(() => this.#stop(), HIDDEN_MAX);
      } else {
        this.start();
      }
    });
  }

  start() {
    if (!this.#polling) {
      this.#polling = new AbortController();
      this.#poll(this.#polling.signal);
    }
  }

  #stop() {
    this.#polling?.abort();
    this.#polling = null;
  }

  async #poll(stopped) {
    while (!stopped.aborted) {
      const isShown = await this.#once(stopped).catch(() => false);
      if (!isShown && !stopped.aborted) {
        this.#view.lost();
      }
      await new Promise((next) => setTimeout(next, isShown ? INTERVAL : RETRY_AFTER));
    }
  }

  /** @returns {Promise<boolean>} whether a snapshot was shown */
  async #once(stopped) {
    // Without what is in no key, such as invisible characters that were copied with it: fetch rejects a header with them.
    const key = (sessionStorage.getItem(KEY) ?? '').replace(/[^\x21-\x7e]/g, '');
    const response = await fetch('/pulse/snapshot', {
      headers: key ? { 'x-api-key': key } : {},
      cache: 'no-store',
      signal: AbortSignal.any([stopped, AbortSignal.timeout(TIMEOUT)]),
    });
    if (response.ok) {
      this.#view.snapshot(await response.json());
      return true;
    }
    if (response.status === 401) {
      sessionStorage.setItem(KEY, await this.#askForKey(Boolean(key)));
      return this.#once(stopped);
    }
    const body = await response.json().catch(() => ({}));
    this.#view.closed(body.error?.message ?? `The server answers with status ${response.status}.`);
    return false;
  }
}
