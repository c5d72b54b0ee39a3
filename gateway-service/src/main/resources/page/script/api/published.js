/** Published answers: without a key, from the nearest cache. */

import { events } from './sse.js';

/**
 * A published question.
 * @typedef {{id: string, question: string, model: string}} Published
 */

/**
 * The questions of a collection; none if they cannot be read.
 * @param {string|undefined} collection
 * @returns {Promise<Published[]>}
 */
export async function questions(collection) {
  if (!collection) {
    return [];
  }
  const response = await fetch(`/v1/collections/${encodeURIComponent(collection)}`).catch(() => null);
  return response?.ok ? (await response.json()).questions : [];
}

/** The events of a published answer. */
export async function* publishedEvents(id, signal) {
  const response = await fetch(`/v1/answers/${id}/events`, { signal });
  if (!response.ok) {
    throw new Error('This answer is no longer published. Ask the question to get a new one.');
  }
  for await (const { name, data } of events(response)) {
    yield { name, data: JSON.parse(data) };
    if (name === 'message_stop') {
      return;
    }
  }
  throw new Error('The connection was lost before the end of this answer.');
}
