/**
 * The list of conversations: the stored ones, and local changes that are not stored yet.
 */

/** Local changes override stored data for this time. */
const LAG_MAX_MS = 30_000;
const QUIET_MS = 200;

/** Session storage of local changes, which survive a reload. */
const DONE = 'parley.done';

export class History extends EventTarget {
  #conversations;
  #stored = [];
  #done = recalled();
  #titles = new Map();
  #next;
  #query = '';
  #typing = 0;
  #asked = 0;
  #isLeft = false;

  constructor(conversations) {
    super();
    this.#conversations = conversations;
    addEventListener('pagehide', () => (this.#isLeft = true));
    addEventListener('pageshow', () => (this.#isLeft = false));
  }

  /** @returns {{id: string, title: string, updatedAt: number}[]} newest first */
  get list() {
    const found = new Map(this.#stored.map((conversation) => [conversation.id, conversation]));
    for (const [id, done] of this.#done) {
      if (done.removed) {
        found.delete(id);
      } else {
        found.set(id, { updatedAt: 0, ...found.get(id), ...done, id });
      }
    }
    const words = this.#query.toLowerCase().split(/\s+/);
    return [...found.values()]
      .filter(({ title, updatedAt }) => updatedAt && title && words.every((word) => title.toLowerCase().includes(word)))
      .sort((one, other) => other.updatedAt - one.updatedAt);
  }

  get hasMore() {
    return Boolean(this.#next);
  }

  get query() {
    return this.#query;
  }

  title(id) {
    return this.#done.get(id)?.title ?? this.#stored.find((conversation) => conversation.id === id)?.title ?? this.#titles.get(id);
  }

  /** The title of a conversation, even if it is too old for the list. */
  learn({ id, title }) {
    this.#titles.set(id, title);
    this.#changed();
  }

  /** Reads the first page again. */
  async load() {
    const asked = ++this.#asked;
    const page = await this.#conversations.list({ query: this.#query });
    if (asked === this.#asked) {
      this.#stored = page.conversations.map(readable);
      this.#next = page.next;
      this.#keepTitles();
      this.#reconcile();
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

  /** During a search the list lacks conversations whose titles are still shown elsewhere. */
  #keepTitles() {
    this.#stored.forEach(({ id, title }) => this.#titles.set(id, title));
  }

  /** Filters the list at once, and searches the gateway when typing pauses. */
  search(query) {
    this.#query = query.trim();
    this.#changed();
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.load().catch(() => {}), QUIET_MS);
  }

  /** Notes activity in a conversation. */
  touch(id, title, updatedAt = Date.now()) {
    this.#do(id, { title: this.title(id) ?? title, updatedAt });
  }

  /** @throws the error of the gateway; then nothing has changed */
  async rename(id, title) {
    await this.#try(id, { title }, () => this.#conversations.rename(id, title));
  }

  async remove(id) {
    await this.#try(id, { removed: true }, () => this.#conversations.remove(id));
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

  /** Removes local changes that are stored. */
  #reconcile() {
    for (const [id, done] of this.#done) {
      const stored = this.#stored.find((conversation) => conversation.id === id);
      const caughtUp = stored && !done.removed && stored.title === done.title && stored.updatedAt >= (done.updatedAt ?? 0);
      if (caughtUp || (Date.now() - done.doneAt > LAG_MAX_MS && (stored || done.removed))) {
        this.#done.delete(id);
      }
    }
  }

  #changed() {
    sessionStorage.setItem(DONE, JSON.stringify([...this.#done]));
    this.dispatchEvent(new Event('change'));
  }
}

function recalled() {
  const done = JSON.parse(sessionStorage.getItem(DONE) ?? '[]');
  return new Map(done.filter(([, { doneAt }]) => Date.now() - doneAt < LAG_MAX_MS));
}

function readable({ id, title, updated_at: updatedAt }) {
  return { id, title, updatedAt: Date.parse(updatedAt) };
}
