/** The stream of snapshots, for as long as somebody looks at the page. */

import { events } from '../script/api/sse.js';

const KEPT = 'parley.operator-key';
const SILENCE_MAX = 6_000;
const AGAIN_AFTER = 2_000;
const UNSEEN_MAX = 20_000;

export class Link {
  #view;
  #askForKey;
  #reading = null;

  /**
   * @param {{snapshot: function(object), lost: function(), closed: function(string)}} view is told what comes
   * @param {(isWrong: boolean) => Promise<string>} askForKey lets a person type a key
   */
  constructor(view, askForKey) {
    this.#view = view;
    this.#askForKey = askForKey;
    let unseen = 0;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(unseen);
      if (document.hidden) {
        unseen = setTimeout(() => this.#stop(), UNSEEN_MAX);
      } else {
        this.start();
      }
    });
  }

  start() {
    if (!this.#reading) {
      this.#reading = new AbortController();
      this.#follow(this.#reading);
    }
  }

  #stop() {
    this.#reading?.abort();
    this.#reading = null;
  }

  async #follow(reading) {
    while (!reading.signal.aborted) {
      await this.#read(reading.signal).catch(() => {});
      if (!reading.signal.aborted) {
        this.#view.lost();
        await new Promise((again) => setTimeout(again, AGAIN_AFTER));
      }
    }
  }

  async #read(stopped) {
    const silence = new AbortController();
    let patience = 0;
    const heard = () => {
      clearTimeout(patience);
      patience = setTimeout(() => silence.abort(), SILENCE_MAX);
    };
    heard();
    try {
      const key = sessionStorage.getItem(KEPT);
      const response = await fetch('/pulse/events', {
        headers: key ? { 'x-api-key': key } : {},
        cache: 'no-store',
        signal: AbortSignal.any([stopped, silence.signal]),
      });
      if (!response.ok) {
        clearTimeout(patience);
        await this.#refused(response, key);
        return;
      }
      for await (const event of events(response)) {
        heard();
        this.#view.snapshot(JSON.parse(event.data));
      }
    } finally {
      clearTimeout(patience);
    }
  }

  async #refused(response, key) {
    if (response.status === 401) {
      sessionStorage.setItem(KEPT, await this.#askForKey(Boolean(key)));
      return;
    }
    const told = await response.json().catch(() => ({}));
    this.#view.closed(told.error?.message ?? `The gateway answers with status ${response.status}.`);
  }
}
