/** The stored conversations. The list lags behind by about a second: see state/history.js. */

export class Conversations {
  #gateway;

  constructor(gateway) {
    this.#gateway = gateway;
  }

  /** A page of them, last active first. */
  list({ query, after, limit = 40 } = {}) {
    return this.#gateway.json(`/v1/conversations?${parameters({ limit, query, after })}`);
  }

  /** The newest turns of one, newest first; null if there is no such conversation. */
  async newest(id, turnsMax) {
    try {
      return await this.#gateway.json(`${address(id)}?${parameters({ limit: turnsMax, order: 'desc' })}`);
    } catch (failure) {
      if (failure.status === 404) {
        return null;
      }
      throw failure;
    }
  }

  rename(id, title) {
    return this.#gateway.json(address(id), { method: 'PATCH', body: { title } });
  }

  remove(id) {
    return this.#gateway.json(address(id), { method: 'DELETE' });
  }
}

function address(id) {
  return `/v1/conversations/${encodeURIComponent(id)}`;
}

function parameters(values) {
  return new URLSearchParams(Object.entries(values).filter(([, value]) => value));
}
