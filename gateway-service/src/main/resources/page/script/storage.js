/** The browser's storage. Where it is blocked, it is a memory of this page. */

class Memory {
  #values = new Map();

  get length() {
    return this.#values.size;
  }

  key(index) {
    return [...this.#values.keys()][index] ?? null;
  }

  getItem(key) {
    return this.#values.get(key) ?? null;
  }

  setItem(key, value) {
    this.#values.set(key, value);
  }

  removeItem(key) {
    this.#values.delete(key);
  }

  clear() {
    this.#values.clear();
  }
}

class Store {
  #open;
  #memory = new Memory();

  /** @param {() => Storage} open fails where it is blocked */
  constructor(open) {
    this.#open = open;
  }

  get #storage() {
    try {
      return this.#open();
    } catch {
      return this.#memory;
    }
  }

  /** @returns {string|null} */
  get(key) {
    return this.#storage.getItem(key);
  }

  /** @returns {boolean} whether there is room for it; if not, the value before remains */
  set(key, value) {
    try {
      this.#storage.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  }

  remove(key) {
    this.#storage.removeItem(key);
  }

  clear() {
    this.#storage.clear();
  }

  get keys() {
    const storage = this.#storage;
    return Array.from({ length: storage.length }, (_, index) => storage.key(index));
  }
}

/** What all tabs share. */
export const shared = new Store(() => localStorage);

/** What this tab keeps across a reload. */
export const ofTab = new Store(() => sessionStorage);
