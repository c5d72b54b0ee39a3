import assert from 'node:assert/strict';
import test from 'node:test';
import { load, window } from './browser.js';

const { History, merged, outstanding } = await load('state/history.js');
const { Conversations } = await load('api/conversations.js');
const { Answer, storedFacts, textOf } = await load('state/answer.js');
const { entriesOf, messagesOf, same, transcript, withText } = await load('state/transcript.js');
const { Refused, Gateway, Unreachable } = await load('api/gateway.js');

const user = (content) => ({ role: 'user', content });
const assistant = (text) => ({ role: 'assistant', content: [{ type: 'text', text }] });

/** A stored turn, as the gateway returns it. */
function turn(generation, messages, answer) {
  return {
    generation,
    type: 'completed',
    model: 'claude-sonnet-4-5',
    request: { model: 'claude-sonnet-4-5', messages },
    message: { ...assistant(answer), stop_reason: 'end_turn' },
    usage: { input_tokens: 1, output_tokens: 1 },
    cost_usd: 0.1,
    cache: 'miss',
    attempts: [{}],
    timings: { total_ms: 10 },
  };
}

// --- The facts of an answer.

test('the tokens in include those of the prompt cache, and the model is the one that answered', () => {
  const stored = turn('gen_1', [user('Hi')], 'Hello');
  const usage = { input_tokens: 5, output_tokens: 1, cache_read_input_tokens: 2_000, cache_creation_input_tokens: 300 };
  const facts = storedFacts({ ...stored, model: 'auto', message: { ...stored.message, model: 'claude-haiku-5-5' }, usage });
  assert.equal(facts.model, 'claude-haiku-5-5');
  assert.deepEqual([facts.inputTokens, facts.cacheReadTokens, facts.cacheWrittenTokens], [2_305, 2_000, 300]);
});

test('a counter that is null at the end of an answer is as it was at its beginning', () => {
  const answer = new Answer('m');
  answer.accept({ name: 'message_start', data: { message: { model: 'm', usage: { input_tokens: 5, output_tokens: 1, cache_read_input_tokens: 2_000, cache_creation_input_tokens: null } } } });
  answer.accept({ name: 'message_delta', data: { delta: { stop_reason: 'end_turn' }, usage: { input_tokens: null, output_tokens: 9, cache_read_input_tokens: null, cache_creation_input_tokens: 300 } } });
  const { inputTokens, cacheReadTokens, cacheWrittenTokens, outputTokens } = answer.facts;
  assert.deepEqual([inputTokens, cacheReadTokens, cacheWrittenTokens, outputTokens], [2_305, 2_000, 300, 9]);
  answer.accept({ name: 'message_delta', data: { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: null } } });
  assert.equal(answer.facts.outputTokens, 9);
});

test('counters of a stored turn that are null are not known', () => {
  const usage = { input_tokens: null, output_tokens: null, cache_read_input_tokens: null };
  const { inputTokens, outputTokens } = storedFacts({ ...turn('gen_1', [user('Hi')], 'Hello'), usage });
  assert.deepEqual([inputTokens, outputTokens], [undefined, undefined]);
});

const copies = [['exact', []], ['published', []], ['similar', []], ['similar', [{ purpose: 'judge' }]], ['similar', [{ purpose: 'judge' }, { outcome: 'cancelled' }]], ['shared', []], ['shared', [{ purpose: 'judge' }]]];
for (const [cache, attempts] of copies) {
  test(`the tokens of a copied answer are those of its message: ${cache}${attempts.length > 0 ? ', as a judge found' : ''}`, () => {
    const stored = turn('gen_1', [user('Hi')], 'Hello');
    const message = { ...stored.message, usage: { input_tokens: 5, output_tokens: 7 } };
    const facts = storedFacts({ ...stored, cache, attempts, message, usage: { input_tokens: 0, output_tokens: 0 } });
    assert.deepEqual([facts.inputTokens, facts.outputTokens], [5, 7]);
  });
}

test('the tokens of a shared answer that a call of its own went on with are those of all its calls', () => {
  const stored = turn('gen_1', [user('Hi')], 'Hello');
  const message = { ...stored.message, usage: { input_tokens: 5, output_tokens: 7 } };
  const facts = storedFacts({ ...stored, cache: 'shared', attempts: [{ purpose: 'judge' }, {}], message, usage: { input_tokens: 9, output_tokens: 3 } });
  assert.deepEqual([facts.inputTokens, facts.outputTokens], [9, 3]);
});

test('a turn without the similarity leaves that of the response', () => {
  const facts = { similar: { gate: 'reused' } };
  Object.assign(facts, storedFacts({ ...turn('gen_1', [user('Hi')], 'Hello'), cache: 'similar' }));
  assert.deepEqual(facts.similar, { gate: 'reused' });
});

// --- The content of an answer.

/** The answer of a stream with these blocks, each with its beginning and its deltas, and the text that it adds. */
function received(...blocks) {
  const answer = new Answer('m');
  const events = blocks.flatMap(([content_block, ...deltas], index) => [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]);
  const text = events.map((data) => answer.accept({ name: data.type, data })).join('');
  return { content: answer.content, text };
}

const textDelta = (part) => ({ type: 'text_delta', text: part });
const cited = (cited_text) => ({ type: 'citations_delta', citation: { type: 'char_location', cited_text } });

test('an answer has its citations as in the stored message', () => {
  const { content } = received([{ type: 'text', text: '', citations: null }, textDelta('K2 is '), textDelta('high.'), cited('a'), cited('b')]);
  assert.deepEqual(content, [{ type: 'text', text: 'K2 is high.', citations: [cited('a').citation, cited('b').citation] }]);
});

test('an answer has the summary of earlier messages as in the stored message', () => {
  const compaction = (delta) => ({ type: 'compaction_delta', ...delta });
  const { content } = received(
    [{ type: 'compaction', content: null }, compaction({ content: 'They ' }), compaction({ content: 'met.', encrypted_content: 'x' })],
    [{ type: 'compaction', content: null }, compaction({ content: null })],
  );
  assert.deepEqual(content, [{ type: 'compaction', content: 'They met.', encrypted_content: 'x' }, { type: 'compaction', content: null }]);
});

test('a signature that comes in parts is whole', () => {
  const signature = (part) => ({ type: 'signature_delta', signature: part });
  const { content } = received([{ type: 'thinking', thinking: '', signature: '' }, signature('a'), signature('b')]);
  assert.deepEqual(content, [{ type: 'thinking', thinking: '', signature: 'ab' }]);
});

test('blocks of text in a row are one text, and what is between them separates them', () => {
  const text = (...parts) => [{ type: 'text', text: '' }, ...parts.map(textDelta)];
  const { content, text: shown } = received([{ type: 'thinking', thinking: '' }], text('K2 is '), text('high', ','), text(' and cold.'), [{ type: 'server_tool_use' }], text('It is far.'));
  assert.equal(shown, 'K2 is high, and cold.\n\nIt is far.');
  assert.equal(textOf(content), shown);
});

// --- The list of conversations.

test('the title of the open conversation stays during a search', async () => {
  const list = async ({ query }) => ({ conversations: query ? [] : [{ id: 'conv_1', title: 'How tall is K2?', updated_at: '2026-11-24T10:00:00Z' }] });
  const history = new History({ list });
  await history.load();
  history.search('nothing is called that');
  await history.load();
  assert.deepEqual(history.list, []);
  assert.equal(history.title('conv_1'), 'How tall is K2?');
});

for (const [query, title] of [['cafe', 'Café'], ['CAFÉ', 'a cafe'], ['ﬁle', 'My files'], ['crème brulee', 'Brûlée, crème'], ['', 'Café']]) {
  test(`the search ignores case and accents, as that of the gateway does: ${query}`, async () => {
    sessionStorage.clear();
    const history = new History({ list: async () => ({ conversations: [{ id: 'conv_1', title, updated_at: '2026-11-24T10:00:00Z' }] }) });
    history.search(query);
    await history.load();
    assert.deepEqual(history.list.map((found) => found.title), [title]);
    history.search('cat');
    assert.deepEqual(history.list, []);
  });
}

const NOW = 1_000_000;
const RECENT = NOW - 30_000;
const OLD = RECENT - 1;
const K2 = { id: 'conv_1', title: 'K2', updatedAt: 500 };
/** What the list shows for one conversation, and whether the change is still kept, by change; null if it is not shown. */
const changes = {
  'none': [[K2], null, K2, false],
  'activity in a new conversation': [[], { title: 'New', updatedAt: 600, doneAt: OLD }, { ...K2, title: 'New', updatedAt: 600 }, true],
  'activity that is listed': [[K2], { title: 'K2', updatedAt: 500, doneAt: RECENT }, K2, false],
  'activity that is not listed yet': [[K2], { title: 'K2', updatedAt: 600, doneAt: RECENT }, { ...K2, updatedAt: 600 }, true],
  'activity by a clock that is ahead': [[K2], { title: 'K2', updatedAt: 600, doneAt: OLD }, null, false],
  'activity before another one elsewhere, with an earlier title': [[K2], { title: 'How tall is K2?', updatedAt: 400, doneAt: RECENT }, K2, false],
  'a name that is listed': [[K2], { name: 'K2', doneAt: RECENT }, K2, false],
  'a name that is not listed yet': [[K2], { name: 'Second', doneAt: RECENT }, { ...K2, title: 'Second' }, true],
  'a name that was replaced elsewhere': [[K2], { name: 'Second', doneAt: OLD }, null, false],
  'a name of a conversation that is too old for the list': [[], { name: 'Second', doneAt: RECENT }, null, true],
  'a removal that is not listed yet': [[K2], { removed: true, doneAt: RECENT }, null, true],
  'activity before a removal': [[], { title: 'K2', updatedAt: 500, removed: true, doneAt: RECENT }, null, true],
  'a removal that was undone elsewhere': [[K2], { removed: true, doneAt: OLD }, null, false],
};
for (const [name, [stored, change, shown, isKept]] of Object.entries(changes)) {
  test(`the list has local changes: ${name}`, () => {
    const kept = outstanding(stored, new Map(change ? [['conv_1', change]] : []), NOW);
    assert.equal(kept.size, isKept ? 1 : 0);
    // What is no longer kept is shown as stored.
    assert.deepEqual(merged(stored, kept), shown ? [shown] : isKept ? [] : stored);
  });
}

test('a leftover run adds only what the list lacks', async () => {
  sessionStorage.clear();
  const list = async () => ({ conversations: [{ id: 'conv_1', title: 'Mountains', updated_at: '2026-11-24T10:00:00Z' }] });
  const history = new History({ list });
  history.touch('conv_1', 'How tall is K2?', Date.parse('2026-11-24T09:00:00Z'));
  history.touch('conv_2', 'What is a log?', Date.parse('2026-11-24T09:30:00Z'));
  await history.load();
  assert.deepEqual(history.list.map(({ title, updatedAt }) => `${title} ${new Date(updatedAt).toISOString().slice(11, 16)}`), ['Mountains 10:00', 'What is a log? 09:30']);
  assert.equal(history.title('conv_1'), 'Mountains');
  sessionStorage.clear();
});

test('a conversation that another tab deletes is in no list', async (t) => {
  sessionStorage.clear();
  const list = async () => ({ conversations: [{ id: 'conv_1', title: 'K2', updated_at: '2026-11-24T10:00:00Z' }] });
  const changes = [];
  t.mock.method(window.Storage.prototype, 'setItem', (key, newValue) => changes.push({ key, newValue }));
  t.mock.method(window.Storage.prototype, 'removeItem', (key) => changes.push({ key, newValue: null }));
  await new History({ list, remove: async () => {} }).remove('conv_1');
  await assert.rejects(new History({ list, remove: () => Promise.reject(new Error('no')) }).remove('conv_2'));
  const shared = changes.filter(({ key }) => key !== 'parley.done');
  assert.deepEqual(shared.map(({ key }) => key), ['parley.deleted.conv_1', 'parley.deleted.conv_1']);

  const history = new History({ list });
  await history.load();
  history.touch('conv_1', 'K2');
  const removed = [];
  history.addEventListener('removed', ({ detail }) => removed.push(detail));
  shared.forEach((change) => dispatchEvent(new window.StorageEvent('storage', change)));
  assert.deepEqual([removed, history.list], [['conv_1'], []]);
  await history.load();
  assert.deepEqual(history.list, [], 'also while the list of the gateway has it');
});

// --- Look-ups of a turn.

test('a conversation that is not stored yet is not read', async () => {
  const calls = [];
  let isStored = false;
  const conversations = new Conversations({
    json: async (path) => {
      calls.push(path);
      if (path.startsWith('/v1/conversations?')) {
        const listed = { conversations: isStored ? [{ id: 'conv_1' }] : [] };
        isStored = true;
        return listed;
      }
      assert.ok(isStored, 'this would be a 404');
      return { turns: [{ generation: 'gen_1' }] };
    },
  });
  assert.deepEqual(await conversations.newestSince('conv_1', 'gen_1'), { generation: 'gen_1' });
  assert.deepEqual(calls.map((path) => path.replace(/\?.*/, '')), ['/v1/conversations', '/v1/conversations', '/v1/conversations/conv_1']);
  calls.length = 0;
  await conversations.newestSince('conv_1', 'gen_1');
  assert.deepEqual(calls.map((path) => path.replace(/\?.*/, '')), ['/v1/conversations/conv_1']);
});

test('a later turn is found instead of one that was stored before it', async () => {
  const conversations = new Conversations({ json: async () => ({ conversations: [{ id: 'conv_1' }], turns: [{ generation: 'gen_2' }] }) });
  assert.deepEqual(await conversations.newestSince('conv_1', 'gen_1'), { generation: 'gen_2' });
});

test('the look-up of a new conversation in the list ends when it is aborted', async () => {
  const controller = new AbortController();
  const conversations = new Conversations({
    json: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        controller.abort();
      }),
  });
  assert.equal(await conversations.newestOnce('conv_1', 2, () => true, controller.signal), null);
});

test('the look-ups of a turn end when they are aborted', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  let reads = 0;
  const conversations = new Conversations({
    json: async (path) => {
      reads += path.startsWith('/v1/conversations/');
      return { conversations: [{ id: 'conv_1' }], turns: [{ generation: 'gen_2' }, { generation: 'gen_1' }] };
    },
  });
  const found = await conversations.newestOnce('conv_1', 2, ({ generation }) => generation === 'gen_1', signal);
  assert.deepEqual([found.turns.length, reads], [2, 1]);
  const looking = conversations.newestOnce('conv_1', 2, () => false, signal);
  await new Promise((resolve) => setTimeout(resolve, 200));
  controller.abort();
  assert.equal(await looking, null);
  const before = reads;
  assert.equal(await conversations.newestOnce('conv_1', 2, () => true, signal), null);
  assert.equal(reads, before);
});

// --- Errors.

test('an error of the gateway has its request id, and whether a retry can help', async (context) => {
  const refuse = (headers) =>
    context.mock.method(globalThis, 'fetch', async () => new Response('{"error":{"type":"rate_limit_error","message":"no"}}', { status: 429, headers }));
  const gateway = new Gateway({ key: async () => 'key' });
  refuse({ 'request-id': 'gen_1', 'retry-after': '3' });
  await assert.rejects(gateway.json('/'), (failure) => failure instanceof Refused && failure.requestId === 'gen_1' && !failure.isFinal && failure.retryAfter === 3);
  refuse({ 'x-should-retry': 'false' });
  await assert.rejects(gateway.json('/'), (failure) => failure.isFinal);
});

test('only some errors can pass', async () => {
  const { canRetry } = await load('state/errors.js');
  const passing = ['overloaded_error', 'rate_limit_error', 'api_error', 'timeout_error', 'page_error'];
  const final = ['invalid_request_error', 'permission_error', 'not_found_error', 'request_too_large', 'billing_error', 'authentication_error', 'cancelled'];
  assert.deepEqual(passing.filter((type) => !canRetry({ type })), []);
  assert.deepEqual(final.filter((type) => canRetry({ type })), []);
  assert.equal(canRetry({ type: 'rate_limit_error', isFinal: true }), false);
});

test('a request that did not arrive in time can be sent again', async () => {
  const { canRetry, errorOf } = await load('state/errors.js');
  const refused = (status) => errorOf(new Refused({ status, type: 'invalid_request_error', message: 'The request body did not come in time.' }));
  assert.equal(canRetry(refused(408)), true);
  assert.equal(canRetry(refused(400)), false);
});

// --- Calls that take too long.

const SILENCE_MAX_MS = 20_000;
const aMoment = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Serves responses in pieces, as far as a test gives them.
 * @param {(signal: AbortSignal) => any} [failureOf] what a body fails with when its call is aborted
 */
function servedInPieces(t, failureOf = (signal) => signal.reason) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const calls = [];
  t.mock.method(globalThis, 'fetch', (path, { signal, ...options }) => new Promise((resolve, reject) => {
    let pieces;
    signal?.addEventListener('abort', () => {
      pieces?.error(failureOf(signal));
      reject(signal.reason);
    });
    const body = new ReadableStream({ start: (controller) => (pieces = controller) });
    calls.push({
      ...options,
      begin: (init) => resolve(new Response(body, init)),
      send: (text) => pieces.enqueue(new TextEncoder().encode(text)),
      end: () => pieces.close(),
    });
  }));
  return calls;
}

/** What a promise has become so far. */
async function outcome(promise) {
  return Promise.race([promise.catch((failure) => failure), aMoment().then(() => 'pending')]);
}

const calls = {
  'a list': (gateway) => gateway.json('/v1/models'),
  'an export': (gateway) => new Conversations(gateway).file('conv_1', 'json').then(({ content }) => content.text().then(JSON.parse)),
};
for (const [name, call] of Object.entries(calls)) {
  test(`${name} that makes no progress for 20 s has failed, and one that makes progress has not`, async (t) => {
    const served = servedInPieces(t);
    const gateway = new Gateway({ key: async () => 'key' });
    const isSilentFor = async (ms, promise) => {
      await aMoment();
      t.mock.timers.tick(ms);
      return outcome(promise);
    };

    const unanswered = call(gateway);
    assert.equal(await isSilentFor(SILENCE_MAX_MS - 1, unanswered), 'pending');
    const failure = await isSilentFor(1, unanswered);
    assert.ok(failure instanceof Unreachable);
    assert.match(failure.message, /has not responded/);

    const stalled = call(gateway);
    await aMoment();
    served[1].begin();
    served[1].send('{');
    assert.equal(await isSilentFor(SILENCE_MAX_MS - 1, stalled), 'pending');
    assert.ok(await isSilentFor(1, stalled) instanceof Unreachable);

    const slow = call(gateway);
    await isSilentFor(SILENCE_MAX_MS - 1, slow);
    served[2].begin();
    for (const piece of ['{"a"', ':', '"b"', '}']) {
      assert.equal(await isSilentFor(SILENCE_MAX_MS - 1, slow), 'pending');
      served[2].send(piece);
    }
    await isSilentFor(SILENCE_MAX_MS - 1, slow);
    served[2].end();
    assert.deepEqual(await slow, { a: 'b' });
  });
}

test('a call whose body stalls has failed also where the body fails with an error of its own, as in Chromium', async (t) => {
  const served = servedInPieces(t, () => new DOMException('BodyStreamBuffer was aborted', 'AbortError'));
  const stalled = new Gateway({ key: async () => 'key' }).json('/v1/models');
  await aMoment();
  served[0].begin();
  await aMoment();
  t.mock.timers.tick(SILENCE_MAX_MS);
  const failure = await outcome(stalled);
  assert.ok(failure instanceof Unreachable);
  assert.match(failure.message, /has not responded/);
});

test('the request to cancel an answer has failed after 20 s', async (t) => {
  const { cancel } = await load('api/answers.js');
  const served = servedInPieces(t);
  const cancelled = cancel(new Gateway({ key: async () => 'key' }), 'gen_1');
  await aMoment();
  assert.equal(served[0].method, 'DELETE');
  t.mock.timers.tick(SILENCE_MAX_MS);
  assert.ok(await outcome(cancelled) instanceof Unreachable);
});

test('the time in which the user enters a key is no silence of the gateway', async (t) => {
  const served = servedInPieces(t);
  let enter;
  const entered = () => new Promise((resolve) => (enter = resolve));
  const gateway = new Gateway({ key: entered, refused: entered });
  const isEntered = async () => {
    await aMoment();
    t.mock.timers.tick(10 * 60_000);
    enter('key');
    await aMoment();
  };
  const answered = gateway.json('/v1/models');
  await isEntered();
  served[0].begin({ status: 401 });
  served[0].end();
  await isEntered();
  await isEntered();
  served[1].begin();
  served[1].send('{}');
  served[1].end();
  assert.deepEqual(await outcome(answered), {});
});

test('a call with a limit ends with the signal of its caller', async (t) => {
  servedInPieces(t);
  const controller = new AbortController();
  const aborted = new Gateway({ key: async () => 'key' }).json('/v1/models', { signal: controller.signal });
  await aMoment();
  controller.abort();
  assert.equal((await outcome(aborted)).name, 'AbortError');
});

const configurations = {
  'that is not there': [() => new Response('', { status: 404 }), 0],
  'that breaks off': [() => new Response('{"local_'), 1],
  'that a proxy refuses': [() => new Response('', { status: 502 }), 1],
  'that cannot be reached': [() => { throw new TypeError('Failed to fetch'); }, 1],
  'that does not come in time': [(signal, late) => new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    late();
  }), 1],
};
for (const [name, [respond, failures]] of Object.entries(configurations)) {
  test(`after a configuration ${name} the page ${failures ? 'waits until the user tries again' : 'begins without a local key'}`, async (t) => {
    const { Session } = await load('api/session.js');
    localStorage.clear();
    const limit = new AbortController();
    t.mock.method(AbortSignal, 'timeout', () => limit.signal);
    const responses = [({ signal }) => respond(signal, () => limit.abort()), () => Response.json({ local_key: 'local', collection: 'logs' })];
    t.mock.method(globalThis, 'fetch', async (_, options) => responses.shift()(options));
    const tried = [];
    const session = await Session.open(async () => 'typed', async (error) => tried.push(error.message));
    const expected = failures ? [['The gateway cannot be reached.'], 'local', 'logs'] : [[], 'typed', undefined];
    assert.deepEqual([tried, await session.key(), session.collection], expected);
    localStorage.clear();
  });
}

// --- Messages.

test('JSON values are compared, whatever the order of their names', () => {
  assert.ok(same([{ type: 'text', text: 'a' }], [{ text: 'a', type: 'text' }]));
  assert.ok(!same([{ type: 'text', text: 'a' }], [{ type: 'text', text: 'b' }]));
  assert.ok(!same([], {}) || !same('a', ['a']));
  assert.ok(!same({ a: undefined }, { b: 1 }));
  assert.ok(same(null, null) && !same(null, {}));
});

test('earlier answers keep their facts when a question is asked', () => {
  const known = [user('one'), { ...assistant('1'), facts: { cost: 1 } }];
  const entries = entriesOf([user('one'), assistant('1'), user('two')], known);
  assert.equal(entries[1].facts.cost, 1);
  assert.equal(entriesOf([user('other'), assistant('1')], known)[1].facts, undefined);
});

const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' };
const call = { type: 'tool_use', id: 'toolu_1', name: 'add', input: {} };
const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} };
const found = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] };
const words = { type: 'text', text: 'It is' };
const blank = { type: 'text', text: ' \n' };
/** What is sent of an answer, and of the question after it. */
const answers = {
  'that was stopped within its thinking': [[{ ...thinking, signature: '' }], 'two', []],
  'that was stopped after its thinking': [[thinking], 'two', []],
  'that was stopped before its first word': [[thinking, blank], 'two', []],
  'that was stopped within a call': [[thinking, words, call], 'two', [thinking, words]],
  'that was stopped within a search': [[words, search], 'two', [words]],
  'with blank text before a call': [[blank, call], [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '42' }], [call]],
  'that is whole': [[thinking, search, found, words], 'two', [thinking, search, found, words]],
  'as text': ['It is', 'two', 'It is'],
  'as blank text': [' ', 'two', []],
};
for (const [name, [content, next, sent]] of Object.entries(answers)) {
  test(`what Claude accepts is sent of an answer ${name}`, () => {
    const entries = [user('one'), { role: 'assistant', content, facts: { cost: 1 } }, user(next)];
    const messages = messagesOf(entries);
    assert.deepEqual(messages, [user('one'), ...(sent.length > 0 ? [{ role: 'assistant', content: sent }] : []), user(next)]);
    const shown = entriesOf(messages, entries);
    assert.deepEqual(shown.map((entry) => entries.indexOf(entry)), sent.length > 0 ? [0, 1, 2] : [0, 2], 'the answer is shown as it was');
  });
}

test('marks for the prompt cache are no part of entries, also within blocks, but the input of a tool is unchanged', () => {
  const mark = { cache_control: { type: 'ephemeral' } };
  const added = { ...call, input: { content: mark, ...mark } };
  const messages = (marked) => [
    user([{ ...words, ...marked }]),
    { role: 'assistant', content: [{ ...added, ...marked }] },
    user([{ type: 'tool_result', tool_use_id: call.id, content: [{ ...words, ...marked }], ...marked }]),
    { role: 'assistant', content: 'It is' },
    user([{ type: 'document', source: { type: 'content', content: [{ ...words, ...marked }] }, ...marked }]),
  ];
  assert.deepEqual(entriesOf(messages(mark)), messages({}));
  const known = entriesOf(messages(mark)).map((entry) => ({ ...entry, facts: { cost: 1 } }));
  assert.deepEqual(entriesOf(messages(mark), known), known, 'entries are found in messages with marks');
});

test('the input of a call may be cut, and never fails the answer', () => {
  const answer = new Answer('m');
  const called = (index, json, ends) => {
    answer.accept({ name: 'content_block_start', data: { index, content_block: { ...call } } });
    answer.accept({ name: 'content_block_delta', data: { index, delta: { type: 'input_json_delta', partial_json: json } } });
    ends && answer.accept({ name: 'content_block_stop', data: { index } });
  };
  called(0, '{"a":1}', true);
  called(1, '', true);
  called(2, '{"a":', true);
  called(3, '{"a":', false);
  assert.deepEqual(answer.content.map(({ input }) => input), [{ a: 1 }, {}, { INVALID_JSON: '{"a":' }, { INVALID_JSON: '{"a":' }]);
  assert.deepEqual(Object.keys(answer.content[3]), Object.keys(call));
});

test('an answer has the blocks with which its message begins, before the others', () => {
  const answer = new Answer('m');
  answer.accept({ name: 'message_start', data: { message: { model: 'm', content: [words, call], stop_reason: 'tool_use' } } });
  assert.deepEqual(answer.content, [words, call]);
  assert.equal(answer.facts.stop, 'tool_use');
  const text = answer.accept({ name: 'content_block_start', data: { index: 0, content_block: { type: 'text', text: 'and more' } } });
  assert.equal(text, '\n\nand more');
  assert.deepEqual(answer.content, [words, call, { type: 'text', text: 'and more' }]);
});

test('a transcript has the facts of all turns', () => {
  const turns = [turn('gen_2', [user('one'), assistant('1'), user('two')], '2'), turn('gen_1', [user('one')], '1')];
  assert.deepEqual(transcript(turns).map(({ generation }) => generation), [undefined, 'gen_1', undefined, 'gen_2']);
});

const overloaded = { type: 'overloaded_error', message: 'Overloaded' };
/** The type and content of an earlier turn, what was sent of it later, and the error that is shown. */
const earlier = {
  'that was stopped': [{ type: 'cancelled' }, [words], [words], 'cancelled'],
  'that was stopped within a call': [{ type: 'cancelled' }, [thinking, words, search], [thinking, words], 'cancelled'],
  'that failed': [{ type: 'failed', error: overloaded }, [words], [words], 'overloaded_error'],
  'that is whole': [{}, [words], [words], undefined],
  'that is another': [{ type: 'cancelled' }, [words], [blank, words], undefined],
};
for (const [name, [fields, content, sent, type]] of Object.entries(earlier)) {
  test(`an earlier answer ${name} is ${type ? 'not ' : ''}shown as whole`, () => {
    const before = { ...turn('gen_1', [user('one')], ''), ...fields, message: { content } };
    const turns = [turn('gen_2', [user('one'), { role: 'assistant', content: sent }, user('two')], '2'), before];
    const [, entry] = transcript(turns);
    assert.deepEqual([entry.content, entry.error?.type], [sent, type]);
  });
}

const image = { type: 'image', source: { type: 'url', url: 'https://elsewhere.example/p.png' } };
const file = { type: 'document', source: { type: 'text', data: 'A file.' } };
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: '42' };
const questions = [
  ['one', 'two'],
  [[image, { type: 'text', text: 'one' }], [image, { type: 'text', text: 'two' }]],
  [[result, { type: 'text', text: 'one', cache_control: { type: 'ephemeral' } }, file], [result, { type: 'text', text: 'two', cache_control: { type: 'ephemeral' } }, file]],
  [[{ type: 'text', text: 'o' }, file, { type: 'text', text: 'ne' }], [{ type: 'text', text: 'two' }, file]],
  [[result], [result, { type: 'text', text: 'two' }]],
];
for (const [content, edited] of questions) {
  test(`an edited question keeps all but its text: ${JSON.stringify(content).slice(0, 60)}`, () => assert.deepEqual(withText(content, 'two'), edited));
}

// --- Versions.

test('an edited question is a version, with what followed each', async () => {
  const { Versions } = await load('state/versions.js');
  const turns = [
    turn('gen_4', [user('one!')], '1!'),
    turn('gen_3', [user('one')], 'uno'),
    turn('gen_2', [user('one'), assistant('1'), user('two')], '2'),
    turn('gen_1', [user('one')], '1'),
  ];
  const versions = new Versions(turns.map((each) => transcript(turns, each)).reverse());
  const texts = (path) => path.map(({ content }) => (typeof content === 'string' ? content : content[0].text));
  const newest = transcript(turns);
  assert.deepEqual(versions.of(newest), [{ number: 2, count: 2 }, { number: 1, count: 1 }]);
  const before = versions.beside(newest, 0, -1);
  assert.deepEqual(texts(before), ['one', 'uno']);
  assert.deepEqual(versions.of(before), [{ number: 1, count: 2 }, { number: 2, count: 2 }]);
  const first = versions.beside(before, 1, -1);
  assert.deepEqual(texts(first), ['one', '1', 'two', '2']);
  assert.deepEqual(versions.of(first), [{ number: 1, count: 2 }, { number: 1, count: 2 }, { number: 1, count: 1 }, { number: 1, count: 1 }]);
  assert.deepEqual(texts(versions.beside(first, 0, 1)), ['one!', '1!']);
  assert.equal(versions.beside(first, 0, -1), first);
});

test('a version keeps its number when it is continued', async () => {
  const { Versions } = await load('state/versions.js');
  const versions = new Versions([[user('one'), assistant('1')], [user('one!'), assistant('1!')]]);
  const continued = [user('one'), assistant('1'), user('two'), assistant('2')];
  versions.add(continued);
  versions.add(continued);
  assert.deepEqual(versions.of(continued)[0], { number: 1, count: 2 });
  assert.equal(versions.beside([user('one!'), assistant('1!')], 0, -1).length, 4);
});

test('an answer that is being received is a new version, and one that failed without a word is none', async () => {
  const { Versions } = await load('state/versions.js');
  const versions = new Versions([[user('one'), { role: 'assistant', content: [] }], [user('one'), assistant('1')]]);
  assert.deepEqual(versions.of([user('one'), { role: 'assistant', content: [] }]), [{ number: 1, count: 1 }, { number: 2, count: 2 }]);
});

// --- The address.

for (const [hash, named] of [['', ''], ['#conv_1', 'conv_1'], ['#a%20b', 'a b'], ['#%', '%'], ['#%E0%A4%A', '%E0%A4%A']]) {
  test(`the address names a conversation, or none: ${hash}`, async () => {
    const { addressed } = await load('view/address.js');
    location.hash = hash;
    assert.equal(addressed(), named);
    location.hash = '';
  });
}

for (const isRemoved of [false, true]) {
  test(`a conversation that is not found leaves the list${isRemoved ? ', also one that was deleted here' : ''}`, async () => {
    sessionStorage.clear();
    const { History } = await load('state/history.js');
    const page = { conversations: [{ id: 'conv_1', title: 'one', updated_at: new Date().toISOString() }] };
    const history = new History({ list: async () => page, remove: async () => {} });
    await history.load();
    if (isRemoved) {
      await history.remove('conv_1');
    }
    history.touch('conv_2', 'two');
    ['conv_1', 'conv_2'].forEach((id) => history.drop(id));
    assert.deepEqual(history.list, []);
    if (isRemoved) {
      await history.load();
      assert.deepEqual(history.list, [], 'the list still has it');
    }
    sessionStorage.clear();
  });
}

// --- The key.

test('a key that has just been entered can be forgotten, and one of the machine cannot', async () => {
  const { Session } = await load('api/session.js');
  const { forgetButton } = await load('view/forget-button.js');
  localStorage.clear();
  const session = new Session(undefined, async () => 'key');
  const button = forgetButton(session);
  assert.equal(button.hidden, true);
  await session.key();
  assert.equal(button.hidden, false);
  assert.equal(forgetButton(new Session(undefined, async () => '')).hidden, false, 'also after a reload');
  assert.equal(forgetButton(new Session('local', async () => '')).hidden, true);
  localStorage.clear();
});

const removals = {
  'by another tab': () => new window.StorageEvent('storage', { key: null }),
  'while the browser kept the page to go back to': () => Object.assign(new Event('pageshow'), { persisted: true }),
};
for (const [name, event] of Object.entries(removals)) {
  test(`a key that is removed ${name} is forgotten, with the draft of this tab`, async () => {
    const { Session } = await load('api/session.js');
    localStorage.setItem('parley.key', 'key');
    sessionStorage.setItem('parley.draft.text', 'half a quest');
    const session = new Session(undefined, async () => 'another');
    const forgotten = test.mock.fn();
    session.addEventListener('forgotten', forgotten);
    dispatchEvent(event());
    assert.deepEqual([forgotten.mock.callCount(), await session.key()], [0, 'key'], 'it is still there');

    localStorage.clear();
    dispatchEvent(event());
    assert.deepEqual([forgotten.mock.callCount(), sessionStorage.length, await outcome(session.key())], [1, 0, 'pending']);
    localStorage.clear();
  });
}

test('what is written after a key was removed is removed when the page is left', async () => {
  const { Session } = await load('api/session.js');
  const { History } = await load('state/history.js');
  localStorage.setItem('parley.key', 'key');
  const session = new Session(undefined, async () => 'another');
  let respond;
  const history = new History({ list: () => new Promise((resolve) => (respond = resolve)) });
  history.touch('conv_1', 'A secret');
  const loaded = history.load();
  session.forget();
  respond({ conversations: [] });
  await loaded;
  localStorage.setItem('parley.running.conv_1', 'A secret');
  localStorage.setItem('parley.key', 'of another person');

  dispatchEvent(new Event('pagehide'));
  assert.deepEqual([sessionStorage.length, localStorage.length], [0, 1]);
  assert.equal(localStorage.getItem('parley.key'), 'of another person');
  localStorage.clear();
});

test('a key is sent without characters that no header has, which were pasted with it', async (t) => {
  const { Session } = await load('api/session.js');
  localStorage.clear();
  t.mock.method(globalThis, 'fetch', async (_, { headers }) => {
    new Headers(headers);
    return new Response('{}', { status: headers['x-api-key'] === 'parley-key' ? 200 : 401 });
  });
  const typed = ['', '\u201cparley\u2013key\u201d', '\ufeffparley-\u200bkey\u00a0'];
  const complaints = [];
  const open = () => new Session(undefined, async (complaint) => {
    complaints.push(complaint);
    return typed[complaints.length];
  });
  const session = open();
  const begunAnew = new Promise((resolve) => session.addEventListener('forgotten', resolve));
  new Gateway(session).json('/');
  await begunAnew;
  await new Gateway(open()).json('/');
  assert.deepEqual(complaints, ['', 'The gateway answered with status 401.']);
  localStorage.setItem('parley.key', 'parley-\u200bkey');
  assert.equal(await new Session(undefined, async () => '').key(), 'parley-key', 'also one that was kept before');
  localStorage.clear();
});

test('a key that was entered in another tab is used', async () => {
  const { Session } = await load('api/session.js');
  localStorage.clear();
  const asked = [];
  const session = new Session(undefined, (_, withdrawn) => {
    asked.push(withdrawn);
    return new Promise(() => {});
  });
  const key = session.key();
  localStorage.setItem('parley.key', 'new');
  dispatchEvent(new window.StorageEvent('storage', { key: 'parley.key', newValue: 'new' }));
  assert.deepEqual([await key, asked.map(({ aborted }) => aborted)], ['new', [true]]);
  localStorage.clear();
});

test('with another key than the refused one the page begins anew in all tabs, without what was kept, and nothing is sent', async (t) => {
  const { Session } = await load('api/session.js');
  const running = await load('state/running.js');
  localStorage.setItem('parley.key', 'old');
  sessionStorage.setItem('parley.draft.text', 'half a quest');
  running.remember('conv_1', { title: 'one', body: { model: 'm', messages: [user('one')] }, fresh: false, askedAt: Date.now() });
  const keys = [];
  t.mock.method(globalThis, 'fetch', async (_, { headers }) => {
    keys.push(headers['x-api-key']);
    return new Response('{}', { status: 401 });
  });
  const session = new Session(undefined, async () => 'new');
  const other = new Session(undefined, () => new Promise(() => {}));
  const begunAnew = new Promise((resolve) => session.addEventListener('forgotten', resolve));
  const gateway = new Gateway(session);
  const sent = [1, 2].map(() => gateway.json('/v1/messages', { method: 'POST', body: {} }));
  await begunAnew;
  assert.deepEqual(running.all(), []);
  assert.deepEqual({ ...localStorage }, { 'parley.key': 'new' });
  assert.equal(sessionStorage.length, 0);
  sent.push(gateway.json('/v1/messages'), session.refused('old').then(() => session.key()));
  for (const call of sent) {
    assert.equal(await outcome(call), 'pending');
  }
  assert.deepEqual(keys, ['old', 'old']);

  const forgotten = test.mock.fn();
  other.addEventListener('forgotten', forgotten);
  const refused = other.refused('old', '');
  dispatchEvent(new window.StorageEvent('storage', { key: null }));
  dispatchEvent(new window.StorageEvent('storage', { key: 'parley.key', newValue: 'new' }));
  assert.deepEqual([forgotten.mock.callCount(), await outcome(refused)], [1, 'pending']);
  localStorage.clear();
});

test('a call is repeated with the key that is entered instead of a refused local one', async () => {
  const { Session } = await load('api/session.js');
  localStorage.clear();
  const session = new Session('local', async () => 'entered');
  await session.refused('local', 'It has ended.');
  assert.equal(await session.key(), 'entered');
  localStorage.clear();
});

// --- Storage.

test('a browser that blocks storage has a memory instead', async (t) => {
  const { shared, ofTab } = await load('storage.js');
  const blocked = { get: () => { throw new Error('SecurityError'); }, configurable: true };
  for (const name of ['localStorage', 'sessionStorage']) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, blocked);
    t.after(() => Object.defineProperty(globalThis, name, before));
  }
  for (const storage of [shared, ofTab]) {
    assert.deepEqual([storage.get('a'), storage.keys], [null, []]);
    assert.equal(storage.set('a', '1'), true);
    assert.deepEqual([storage.get('a'), storage.keys], ['1', ['a']]);
    storage.remove('a');
    assert.deepEqual(storage.keys, []);
  }
  const { History } = await load('state/history.js');
  const { Session } = await load('api/session.js');
  const { preferences } = await load('state/preferences.js');
  new History({}).touch('conv_1', 'one');
  preferences.model = 'm';
  assert.deepEqual([preferences.model, await new Session(undefined, async () => 'key').key()], ['m', 'key']);
  [shared, ofTab].forEach((storage) => storage.clear());
});

test('what does not fit into the storage is not kept, and fails nothing', async (t) => {
  const { shared } = await load('storage.js');
  const { Session } = await load('api/session.js');
  t.mock.method(window.Storage.prototype, 'setItem', () => {
    throw new Error('QuotaExceededError');
  });
  assert.equal(shared.set('a', '1'), false);
  assert.equal(await new Session(undefined, async () => 'key').key(), 'key');
});

// --- The draft.

test('a draft survives a reload', async () => {
  const { draft } = await load('state/draft.js');
  sessionStorage.clear();
  draft.text = 'half a quest';
  draft.images = [{ type: 'image' }];
  assert.equal(draft.text, 'half a quest');
  assert.deepEqual(draft.images, [{ type: 'image' }]);
  draft.text = '';
  draft.images = [];
  assert.equal(draft.text, '');
  assert.deepEqual(draft.images, []);
  assert.equal(sessionStorage.length, 0);
});
