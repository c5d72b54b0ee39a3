/**
 * The running answers of this browser, and its questions without an answer, by conversation. Kept in the browser's storage, so that
 * they survive a reload and other tabs see them.
 */

import { shared } from '../storage.js';
import { same } from './transcript.js';

const PREFIX = 'parley.running.';

/** The log keeps an answer for two hours; by then the history has it. */
const AGE_MAX_MS = 2 * 60 * 60 * 1000;

/**
 * A question without a generation may be in no history. Those older than two hours are bounded in number and in characters of
 * JSON, so that newer ones have room: a browser's storage has some 5,000,000.
 */
const UNANSWERED_AGE_MAX_MS = 7 * 24 * 60 * 60 * 1000;
const UNANSWERED_MAX = 20;
const UNANSWERED_LENGTH_MAX = 2_000_000;

/** More questions than a user replaces one after the other before one of them is answered. */
const LEFT_MAX = 8;

/**
 * What a turn is recognised by whose generation is not known: the number of messages, and the last one without its images.
 * @typedef {{count: number, last: any}} Mark
 *
 * @typedef {object} Run
 * @property {string} title
 * @property {{messages: any[], model: string}} body the request
 * @property {boolean} fresh whether to bypass the cache; then the request joins no generation that runs
 * @property {'off'} [similar] forbids the answer to a similar question
 * @property {string} [escalates] an earlier answer that did not suffice, so that the stronger model answers
 * @property {boolean} [isEscalation] whether the user asks for it
 * @property {number} askedAt
 * @property {string} [after] the newest generation of the conversation that was known then, or is known of an earlier attempt
 * @property {string} [generation] once it is known
 * @property {Mark[]} [left] the requests before it that were left without a response
 * @property {import('./transcript.js').AnswerError} [error] why it has no generation
 */

/**
 * The requests of this tab that the storage has without their images, by conversation.
 * @type {Map<string, {askedAt: number, body: Run['body']}>}
 */
const whole = new Map();

/** Shown instead of an image that the storage lacks, and never sent. */
const PLACEHOLDER = { type: 'text', text: '(image)', isPlaceholder: true };

export function remember(conversation, run) {
  tidy();
  whole.delete(conversation);
  if (!shared.set(PREFIX + conversation, JSON.stringify(run))) {
    // Images may exceed the quota: store it without them, since the history has them. If that does not fit either, the answer is
    // unknown after a reload until it is in the history.
    whole.set(conversation, run);
    shared.set(PREFIX + conversation, JSON.stringify({ ...run, body: withoutImages(run.body) }));
  }
}

/** Changes a run, unless it was forgotten, as when its conversation was deleted, or another question was asked there meanwhile. */
export function update(conversation, run) {
  const kept = recall(conversation);
  if (kept?.askedAt === run.askedAt) {
    remember(conversation, { ...run, after: kept.after });
  }
}

/** Changes the run that was asked after another one, whose generation was not known then. */
export function supersede(conversation, run, requestId) {
  const later = recall(conversation);
  const after = newestOf(later?.after, requestId);
  if (later?.askedAt > run.askedAt && !later.generation && after !== later.after) {
    remember(conversation, { ...later, after });
  }
}

/**
 * The newest generation among ids of requests, which sort by time. A request that the gateway refused has an id of another kind.
 * @param {(string|undefined)[]} ids
 * @returns {string|undefined}
 */
export function newestOf(...ids) {
  return ids.filter((id) => id?.startsWith('gen_')).sort().at(-1);
}

/** @returns {Run|null} */
export function recall(conversation) {
  const run = stored(conversation);
  if (!run || isOver(run)) {
    return null;
  }
  const asked = whole.get(conversation);
  return asked?.askedAt === run.askedAt ? { ...run, body: asked.body } : run;
}

/**
 * Whether some of the images are missing, so that the messages cannot be sent.
 * @param {{content: string|any[]}[]} messages
 */
export function lacksImages(messages) {
  return messages.some(({ content }) => typeof content !== 'string' && content.some((block) => block.isPlaceholder));
}

/** A run with the images of earlier messages, which a stored turn has. */
export function completed(run, turn) {
  if (!turn || !lacksImages(run.body.messages)) {
    return run;
  }
  const known = withoutImages(turn.request).messages;
  const messages = run.body.messages.map((message, i) => (same(message, known[i]) ? turn.request.messages[i] : message));
  return { ...run, body: { ...run.body, messages } };
}

export function forget(conversation) {
  whole.delete(conversation);
  shared.remove(PREFIX + conversation);
}

/**
 * All runs, as [conversation, run]; old ones are removed.
 * @returns {[string, Run][]}
 */
export function all() {
  tidy();
  return conversations().map((conversation) => [conversation, recall(conversation)]);
}

/** Removes old runs and what is unreadable. Questions without an answer lose their images first if there is no room for them. */
function tidy() {
  const runs = conversations().map((conversation) => ({ conversation, run: stored(conversation) }));
  runs.filter(({ run }) => !run).forEach(({ conversation }) => forget(conversation));
  const newestFirst = runs.filter(({ run }) => run).sort((one, other) => other.run.askedAt - one.run.askedAt);
  newestFirst.filter(({ run }) => isOver(run)).forEach(({ conversation }) => forget(conversation));
  let room = UNANSWERED_LENGTH_MAX;
  newestFirst.filter(({ run }) => isOld(run) && !isOver(run)).forEach(({ conversation, run }, i) => {
    const forms = [run, { ...run, body: withoutImages(run.body) }].map((form) => JSON.stringify(form));
    const kept = i < UNANSWERED_MAX && forms.find(({ length }) => length <= room);
    if (kept) {
      room -= kept.length;
      shared.set(PREFIX + conversation, kept);
    } else {
      forget(conversation);
    }
  });
}

function conversations() {
  return shared.keys.filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
}

/** @returns {Run|null} as the storage has it */
function stored(conversation) {
  return parsed(shared.get(PREFIX + conversation));
}

/** @returns {Run|null} null if it is unreadable */
function parsed(text) {
  try {
    const run = JSON.parse(text);
    return run?.body ? run : null;
  } catch {
    return null;
  }
}

/** Whether a run is so old that the history has its answer, if there is one. */
export function isOld({ askedAt }) {
  return Date.now() - askedAt >= AGE_MAX_MS;
}

/** @param {Run} run */
function isOver({ generation, askedAt }) {
  return Date.now() - askedAt >= (generation ? AGE_MAX_MS : UNANSWERED_AGE_MAX_MS);
}

/** Whether a stored turn was not known when a run was asked. */
export function isLater(run, turn) {
  return turn.generation > (run.after ?? '');
}

/** Whether a stored turn begins with the same messages as a run. */
export function isAskedBy(run, turn) {
  const { messages } = lacksImages(run.body.messages) ? withoutImages(turn.request) : turn.request;
  return same(messages.slice(0, run.body.messages.length), run.body.messages);
}

/**
 * Whether a stored turn is this run's, whose generation is not known, or a later one after the same question: it was not known before,
 * and begins with the same messages.
 */
export function isAnsweredBy(run, turn) {
  return isLater(run, turn) && isAskedBy(run, turn);
}

/**
 * The marks of the requests that a new one leaves without a response, at most 8. The turns of an equal one answer the new one too.
 * @returns {Mark[]}
 */
export function leftFor(conversation, body) {
  const before = recall(conversation);
  const left = [...(before?.left ?? []), ...(before && !before.generation ? [markOf(before.body)] : [])];
  return left.filter((mark) => !same(mark, markOf(body))).slice(-LEFT_MAX);
}

/** Whether a stored turn is of a request that was left for a run, and so of no other browser. */
export function isLeft(run, turn) {
  return Boolean(run?.left?.some((mark) => same(mark, markOf(turn.request))));
}

/** Calls back with a conversation and its run when another tab begins one. An old one has only lost its images there. */
export function onBegunElsewhere(callback) {
  addEventListener('storage', ({ key, newValue }) => {
    const run = key?.startsWith(PREFIX) ? parsed(newValue) : null;
    if (run && !isOld(run)) {
      callback(key.slice(PREFIX.length), run);
    }
  });
}

/** @returns {Mark} */
function markOf(body) {
  const { messages } = withoutImages(body);
  return { count: messages.length, last: messages.at(-1) };
}

function withoutImages(body) {
  const messages = body.messages.map(({ role, content }) => ({
    role,
    content: typeof content === 'string' ? content : content.map((block) => (block.type === 'image' ? PLACEHOLDER : block)),
  }));
  return { ...body, messages };
}
