/**
 * The list of conversations: the stored ones, and local changes that are not stored yet.
 */

import { ofTab, shared } from '../storage.js';

/** The gateway's list lacks a change for at most this time. */
const LAG_MAX_MS = 30_000;
const QUIET_MS = 200;

/** Session storage of local changes, which survive a reload. */
const DONE = 'parley.done';

/** Shared storage of a deleted conversation, for a moment: other tabs notice it. */
const DELETED = 'parley.deleted.';

/**
 * @typedef {{id: string, title: string, updatedAt: number}} Conversation
 *
 * A local change of a conversation: it was active, with a title in case it is new; it was renamed, or removed.
 * @typedef {{title?: string, updatedAt?: number, name?: string, removed?: boolean, doneAt: number}} Change
 */

/** It fires "change", and "removed" with the id of a conversation that another tab has deleted. */
export class History extends EventTarget {
  #conversations;
  /** @type {Conversation[]} */
  #stored = [];
  /** @type {Map<string, Change>} */
  #done = recalled();
  /** The titles of all conversations that were seen, since the list lacks old ones, and others during a search. */
  #titles = new Map();
  #next;
  #query = '';
  /**
   * The query of the stored conversations.
   * @type {string|undefined}
   */
  #read;
  #hasFailed = false;
  #typing = 0;
  #asked = 0;
  #isLeft = false;

  constructor(conversations) {
    super();
    this.#conversations = conversations;
    addEventListener('pagehide', () => (this.#isLeft = true));
    addEventListener('pageshow', () => (this.#isLeft = false));
    addEventListener('storage', ({ key, newValue }) => {
      if (key?.startsWith(DELETED) && newValue !== null) {
        const id = key.slice(DELETED.length);
        this.#do(id, { removed: true });
        this.dispatchEvent(new CustomEvent('removed', { detail: id }));
      }
    });
  }

  /** @returns {Conversation[]} newest first */
  get list() {
    const words = plain(this.#query).split(/\s+/);
    return merged(this.#stored, this.#done)
      .filter(({ title }) => title && words.every((word) => plain(title).includes(word)))
      .sort((one, other) => other.updatedAt - one.updatedAt);
  }

  get hasMore() {
    return Boolean(this.#next);
  }

  get query() {
    return this.#query;
  }

  /**
   * Whether the stored conversations for the query are read. If that has failed, the list may lack some.
   * @returns {'read'|'reading'|'failed'}
   */
  get state() {
    if (this.#read === this.#query) {
      return 'read';
    }
    return this.#hasFailed ? 'failed' : 'reading';
  }

  title(id) {
    const { name, title } = this.#done.get(id) ?? {};
    return name ?? this.#titles.get(id) ?? title;
  }

  /** The title of a conversation, even if it is too old for the list. */
  learn({ id, title }) {
    this.#titles.set(id, title);
    this.#changed();
  }

  /** Reads the first page again. */
  async load() {
    const asked = ++this.#asked;
    const query = this.#query;
    this.#hasFailed = false;
    this.#changed();
    const page = await this.#conversations.list({ query }).catch((failure) => {
      if (asked === this.#asked) {
        this.#hasFailed = true;
        this.#changed();
      }
      throw failure;
    });
    if (asked === this.#asked) {
      this.#read = query;
      this.#stored = page.conversations.map(readable);
      this.#next = page.next;
      this.#keepTitles();
      this.#done = outstanding(this.#stored, this.#done, Date.now());
      this.#changed();
    }
  }

  async more() {
    const asked = this.#asked;
    const page = await this.#conversations.list({ query: this.#query, after: this.#next });
    if (asked === this.#asked) {
      this.#stored.push(...page.conversations.map(readable));
      this.#next = page.next;
      this.#keepTitles();
      this.#changed();
    }
  }

  #keepTitles() {
    this.#stored.forEach(({ id, title }) => this.#titles.set(id, title));
  }

  /** Filters the list at once, and searches the gateway when typing pauses. */
  search(query) {
    this.#query = query.trim();
    this.#hasFailed = false;
    this.#changed();
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.load().catch(() => {}), QUIET_MS);
  }

  /**
   * Notes activity in a conversation.
   * @param {string} title for a conversation that has none yet
   */
  touch(id, title, updatedAt = Date.now()) {
    this.#do(id, { title: this.title(id) ?? title, updatedAt });
  }

  /** There is no such conversation, or no longer. */
  drop(id) {
    this.#stored = this.#stored.filter((one) => one.id !== id);
    if (!this.#done.get(id)?.removed) {
      this.#done.delete(id);
    }
    this.#changed();
  }

  /** @throws the error of the gateway; then nothing has changed */
  async rename(id, title) {
    await this.#try(id, { name: title }, () => this.#conversations.rename(id, title));
  }

  async remove(id) {
    await this.#try(id, { removed: true }, () => this.#conversations.remove(id));
    shared.set(DELETED + id, 'yes');
    shared.remove(DELETED + id);
  }

  async #try(id, change, call) {
    const before = this.#done.get(id);
    this.#do(id, change);
    try {
      await call();
    } catch (failure) {
      if (this.#isLeft) {
        // The call completes even if the page is closed.
        return;
      }
      if (before) {
        this.#done.set(id, before);
      } else {
        this.#done.delete(id);
      }
      this.#changed();
      throw failure;
    }
  }

  #do(id, change) {
    this.#done.set(id, { ...this.#done.get(id), ...change, doneAt: Date.now() });
    this.#changed();
  }

  #changed() {
    ofTab.set(DONE, JSON.stringify([...this.#done]));
    this.dispatchEvent(new Event('change'));
  }
}

/**
 * The stored conversations with the local changes, in no order.
 * @param {Conversation[]} stored
 * @param {Map<string, Change>} done
 * @returns {Conversation[]}
 */
export function merged(stored, done) {
  const found = new Map(stored.map((conversation) => [conversation.id, conversation]));
  for (const [id, { title, updatedAt = 0, name, removed }] of done) {
    const known = found.get(id);
    if (removed) {
      found.delete(id);
    } else if (known || updatedAt > 0) {
      found.set(id, { id, title: name ?? known?.title ?? title, updatedAt: Math.max(known?.updatedAt ?? 0, updatedAt) });
    }
  }
  return [...found.values()];
}

/**
 * The local changes that a list, read now, may lack.
 * @param {Conversation[]} stored
 * @param {Map<string, Change>} done
 * @param {number} now
 * @returns {Map<string, Change>}
 */
export function outstanding(stored, done, now) {
  const found = new Map(stored.map((conversation) => [conversation.id, conversation]));
  const mayLack = ([id, { updatedAt = 0, name, removed, doneAt }]) => {
    const known = found.get(id);
    if (removed) {
      return isRecent(doneAt, now);
    } else if (!known) {
      return true;
    }
    return isRecent(doneAt, now) && (known.updatedAt < updatedAt || (name !== undefined && name !== known.title));
  };
  return new Map([...done].filter(mayLack));
}

function isRecent(doneAt, now) {
  return now - doneAt <= LAG_MAX_MS;
}

/** The text without case and accents, as the gateway compares titles. */
function plain(text) {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function recalled() {
  const done = JSON.parse(ofTab.get(DONE) ?? '[]');
  return new Map(done.filter(([, { doneAt }]) => isRecent(doneAt, Date.now())));
}

function readable({ id, title, updated_at: updatedAt }) {
  return { id, title, updatedAt: Date.parse(updatedAt) };
}
