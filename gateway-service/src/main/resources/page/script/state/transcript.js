/** The messages of a conversation, each with its generation and facts. */

import { storedFacts } from './answer.js';

/**
 * @typedef {object} Entry
 * @property {'user'|'assistant'} role
 * @property {string|any[]} content as in the Messages API
 * @property {string} [generation] of an answer, if known
 * @property {any} [facts] of an answer
 * @property {AnswerError} [error] the error of an incomplete answer
 * @property {import('./chat.js').QuestionOptions} [asked] how an answer was asked for, if this page did
 * @property {import('./running.js').Run} [cut] the run of an answer that may still run, because only reading it has failed
 * @property {boolean} [isRunning] whether the answer is being received
 * @property {{number: number, count: number}} [versions] its position among the versions of the message
 *
 * @typedef {object} AnswerError
 * @property {string} type as in the Messages API, or cancelled, or page_error
 * @property {string} message
 * @property {number} [retryAt] when to retry, in milliseconds since 1970
 * @property {boolean} [isFinal] whether the gateway excludes that a retry succeeds
 * @property {string} [requestId]
 */

/**
 * The fields of a request to repeat, besides messages and fields that the page sets: a system prompt, tools. The budget of
 * thinking is part of {@code max_tokens}, which is then repeated as well.
 */
export function frameOf(request) {
  const { messages, model, max_tokens, stream, ...frame } = request;
  return frame.thinking ? { ...frame, max_tokens } : frame;
}

/** Marks for Claude's prompt cache that a request may have. */
const MARKS_MAX = 4;

/**
 * The mark for the whole conversation, from which the next question reads it in Claude's prompt cache. Undefined if system prompt and
 * tools have all marks that a request may have.
 * @param {{system?: string|any[], tools?: any[]}} frame
 * @returns {{type: 'ephemeral'}|undefined}
 */
export function cacheMarkOf({ system, tools }) {
  const marks = [system, tools].flat().filter((block) => block?.cache_control);
  return marks.length < MARKS_MAX ? { type: 'ephemeral' } : undefined;
}

/** A content without marks of its blocks and of those within them. The input of a tool is unchanged. */
function unmarked(content) {
  if (Array.isArray(content)) {
    return content.map(unmarked);
  }
  if (typeof content !== 'object' || !content) {
    return content;
  }
  const { cache_control, ...block } = content;
  const nested = ['content', 'source'].filter((name) => name in block).map((name) => [name, unmarked(block[name])]);
  return { ...block, ...Object.fromEntries(nested) };
}

/**
 * The entries of messages about to be answered, without marks for the prompt cache: clients mark the end of each request, but a request
 * may have four marks, and a message with a mark is no other version.
 * @param {{role: 'user'|'assistant', content: string|any[]}[]} messages
 * @param {Entry[]} known entries with facts, which are used for the same messages at the beginning
 * @returns {Entry[]}
 */
export function entriesOf(messages, known = []) {
  const sent = sendable(known);
  const wanted = messages.map(({ role, content }) => ({ role, content: unmarked(content) }));
  const differs = wanted.findIndex(({ role, content }, i) => sent[i]?.entry.role !== role || !same(sent[i].content, content));
  return wanted.map((message, i) => (differs < 0 || i < differs ? sent[i].entry : message));
}

/**
 * The entries of a conversation up to the answer of a turn.
 * @param {any[]} turns newest first; the request of a turn has all earlier messages, so other turns only add facts and errors
 */
export function transcript(turns, last = turns[0]) {
  const entries = [...entriesOf(last.request.messages), answerEntry(last)];
  const results = resultsOf(entries);
  for (const turn of turns) {
    const entry = entries[turn.request.messages.length];
    const { content, ...found } = answerEntry(turn);
    if (entry?.role === 'assistant' && !entry.facts && [content, acceptable(content, results)].some((sent) => same(entry.content, sent))) {
      Object.assign(entry, found);
    }
  }
  return entries;
}

/** @returns {Entry} */
function answerEntry(turn) {
  /** @type {Entry} */
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

/** The messages to send, without what Claude refuses: of an answer that was stopped, and empty ones. */
export function messagesOf(entries) {
  return sendable(entries).map(({ entry, content }) => ({ role: entry.role, content }));
}

/** The entries that can be sent, with the content to send. */
function sendable(entries) {
  const results = resultsOf(entries);
  return entries
    .map((entry) => ({ entry, content: typeof entry.content === 'string' ? entry.content : acceptable(entry.content, results) }))
    .filter(({ content }) => (typeof content === 'string' ? content.trim() : content.length > 0));
}

/** The ids of the calls of tools that have results. */
function resultsOf(entries) {
  return new Set(entries.flatMap(({ content }) => (typeof content === 'string' ? [] : content.map((block) => block.tool_use_id))));
}

/**
 * The blocks that Claude accepts: thinking with its signature and before other blocks, text that is not blank, and calls
 * of tools with results.
 */
function acceptable(content, results) {
  const accepted = content.filter(
    (block) =>
      !(block.type === 'thinking' && !block.signature)
      && !(block.type === 'text' && !block.text.trim())
      && !(block.type.endsWith('tool_use') && !results.has(block.id)),
  );
  return accepted.slice(0, accepted.findLastIndex(({ type }) => !type.endsWith('thinking')) + 1);
}

/** All the text of a question. */
export function questionText(content) {
  return typeof content === 'string' ? content : content.filter((block) => block.type === 'text').map((block) => block.text).join('\n\n');
}

/**
 * The content of a question with another text. Its other blocks stay where they are.
 * @param {string|any[]} content
 * @returns {string|any[]}
 */
export function withText(content, text) {
  if (typeof content === 'string') {
    return text;
  }
  const first = content.find((block) => block.type === 'text');
  const others = content.filter((block) => block === first || block.type !== 'text');
  return first ? others.map((block) => (block === first ? { ...block, text } : block)) : [...others, { type: 'text', text }];
}

/** A conversation's name: the beginning of its first question, on one line. */
export function titleOf(content) {
  const text = typeof content === 'string' ? content : (content.find((block) => block.type === 'text')?.text ?? 'Image');
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 80 ? line || 'Untitled' : `${line.slice(0, 79).trimEnd()}…`;
}

/** Whether two JSON values are equal. */
export function same(one, other) {
  if (one === other || typeof one !== 'object' || typeof other !== 'object' || !one || !other) {
    return one === other;
  }
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name]));
}
