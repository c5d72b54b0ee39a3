/** The messages of a conversation, each with its generation and facts. */

import { storedFacts } from './answer.js';

/**
 * @typedef {object} Entry
 * @property {'user'|'assistant'} role
 * @property {string|object[]} content as in the Messages API
 * @property {string} [generation] of an answer, if known
 * @property {object} [facts] of an answer
 * @property {{type: string, message: string}} [error] the error of an incomplete answer
 */

/** The fields of a request to repeat, besides messages and fields that the page sets: a system prompt, tools. */
export function frameOf(request) {
  const { messages, model, max_tokens, stream, ...frame } = request;
  return frame;
}

/** The entries of messages about to be answered. */
export function entriesOf(messages) {
  return messages.map(({ role, content }) => ({ role, content }));
}

/**
 * The entries of a conversation, from its newest turns.
 * @param turns newest first; each request has all earlier messages, so the older turns only add facts
 */
export function transcript(turns) {
  const newest = turns[0];
  const entries = entriesOf(newest.request.messages);
  entries.push(answerEntry(newest));
  for (const turn of turns.slice(1)) {
    const entry = entries[turn.request.messages.length];
    if (entry?.role === 'assistant' && !entry.facts && same(entry.content, turn.message.content)) {
      Object.assign(entry, { generation: turn.generation, facts: storedFacts(turn) });
    }
  }
  return entries;
}

function answerEntry(turn) {
  const entry = { role: 'assistant', content: turn.message.content ?? [], generation: turn.generation, facts: storedFacts(turn) };
  if (turn.type === 'cancelled') {
    entry.error = { type: 'cancelled', message: 'Stopped.' };
  } else if (turn.type === 'failed') {
    entry.error = turn.error ?? { type: 'api_error', message: 'The answer has failed.' };
  }
  return entry;
}

/** An id for a new conversation. */
export function newConversation() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `conv_${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The messages to send, without empty answers. */
export function messagesOf(entries) {
  return entries.filter((entry) => entry.content.length > 0).map(({ role, content }) => ({ role, content }));
}

/** A conversation's name: the beginning of its first question, on one line. */
export function titleOf(content) {
  const text = typeof content === 'string' ? content : (content.find((block) => block.type === 'text')?.text ?? 'Image');
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 80 ? line || 'Untitled' : `${line.slice(0, 79).trimEnd()}…`;
}

export function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
