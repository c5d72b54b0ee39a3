import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './browser.js';

const { Chat } = await load('state/chat.js');
const { canRetry } = await load('state/errors.js');
const { Refused, Unreachable } = await load('api/gateway.js');
const running = await load('state/running.js');

/** A gateway that answers each question with its text in capitals, and stores the turns. */
class ScriptedGateway {
  turns = [];
  requests = [];
  bodies = [];
  headers = [];
  /** Whether it knows the answers that requests name. */
  knowsAnswers = true;
  /** The model that answers requests for an alias. */
  answeredBy = 'strong-1';
  /** The headers of responses with the answer to a similar question. */
  similar = {};
  /** The number of responses that are lost before their headers. */
  losses = 0;
  /** The number of requests that Claude refuses. Their turns are stored. */
  overloads = 0;
  /** The number of events after which responses to questions break off. */
  eventsMax = Infinity;
  /** What resumptions are refused with, one after the other. */
  refusals = [];
  resumptions = 0;
  cancelled = [];
  /** The events of the last answer. */
  #events = [];

  async json(path, asked) {
    return (await this.open(path, asked)).json();
  }

  async open(path, { method, body, headers }) {
    if (method === 'DELETE') {
      this.cancelled.push(path);
      return new Response('{}');
    }
    if (path.endsWith('/events')) {
      this.resumptions++;
      reconnect();
      if (this.refusals.length > 0) {
        throw this.refusals.shift();
      }
      return new Response(this.#events.slice(Number(headers['last-event-id'] ?? -1) + 1).join(''));
    }
    this.headers.push(headers);
    if (this.losses > 0) {
      this.losses--;
      throw new Unreachable('Failed to fetch');
    }
    if (headers['x-parley-escalate'] && !this.knowsAnswers) {
      throw new Refused({ status: 404, type: 'not_found_error', message: 'There is no such generation.' });
    }
    const model = body.model === 'auto' ? this.answeredBy : body.model;
    this.bodies.push(body);
    const generation = `gen_${this.requests.push(body.messages)}`;
    const { content } = body.messages.at(-1);
    const text = (typeof content === 'string' ? content : content.find((block) => block.type === 'text').text).toUpperCase();
    const turn = {
      generation,
      type: 'completed',
      received_at: new Date().toISOString(),
      model: body.model,
      escalates: headers['x-parley-escalate'],
      request: body,
      message: { model, role: 'assistant', content: [{ type: 'text', text, citations: null }], stop_reason: 'end_turn' },
      usage: {},
      attempts: [{}],
      timings: {},
      ...(this.similar['x-parley-cache'] && { cache: 'similar', similar: { gate: 'reused', similarity: 0.9412, source: 'gen_0' } }),
    };
    if (this.overloads > 0) {
      this.overloads--;
      const error = { type: 'overloaded_error', message: 'Overloaded' };
      this.turns.unshift({ ...turn, type: 'failed', message: {}, error });
      throw new Refused({ status: 529, ...error, requestId: generation });
    }
    this.turns.unshift(turn);
    const events = [
      { type: 'message_start', message: { model, usage: {} } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_stop' },
    ];
    this.#events = events.map((event, i) => `id: ${i}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    reconnect();
    return new Response(this.#events.slice(0, this.eventsMax).join(''), { headers: { 'x-parley-generation': generation, ...this.similar } });
  }
}

/** Ends the pause after a disconnect, if there is one in a moment. */
function reconnect() {
  setTimeout(() => dispatchEvent(new Event('online')), 5);
}

/** A chat, with what it shows, in a new browser. */
function started() {
  localStorage.clear();
  return loaded(new ScriptedGateway());
}

/** A chat, with what it shows, as after the page is loaded. */
function loaded(gateway) {
  const conversations = {
    newest: async (_, limit) => ({ turns: gateway.turns.slice(0, limit) }),
    newestSince: async (_, generation) => gateway.turns.slice(0, 1).find((turn) => turn.generation >= generation) ?? null,
    newestOnce: async (_, limit, isWanted) => (gateway.turns.slice(0, limit).some(isWanted) ? { turns: gateway.turns.slice(0, limit) } : null),
  };
  const shown = [];
  const states = [];
  const failures = [];
  const missing = [];
  const complaints = [];
  const begun = [];
  const models = [];
  const view = { append() {}, finish: () => states.push('finish'), showFacts() {} };
  let ended = deferred();
  const chat = new Chat(gateway, conversations, {
    show: (entries) => shown.push(entries),
    pin() {},
    unpin() {},
    last: view,
    onState: (state) => states.push(state),
    onLost: () => {},
    onBegun: () => begun.push(states.at(-1)),
    onModel: (model) => models.push(model),
    onOpened: () => {},
    onNotOpened: (error, retry) => failures.push({ error, retry }),
    onMissing: (id) => missing.push(id),
    onNotStopped: () => complaints.push('not stopped'),
    onAsked: () => {},
    cheaperOf: (alias) => (alias === 'auto' ? 'cheap' : undefined),
    onStored: () => ended.resolve(),
  });
  return {
    chat,
    gateway,
    conversations,
    view,
    states,
    failures,
    missing,
    complaints,
    models,
    /** The states in which an answer began. */
    begun,
    /** Acts, and waits until the answer is stored. */
    async until(act) {
      ended = deferred();
      act();
      await ended.promise;
    },
    get texts() {
      return shown.at(-1).map(({ content }) => (typeof content === 'string' ? content : content[0]?.text));
    },
    get versions() {
      return shown.at(-1).map(({ versions }) => `${versions.number}/${versions.count}`);
    },
    get entries() {
      return shown.at(-1);
    },
  };
}

async function eventually(isSo, triesMax = 200) {
  for (let i = 0; i < triesMax && !isSo(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function deferred() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

test('an edited question keeps what followed it as a version', async () => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  await page.until(() => page.chat.ask('two', 'm'));
  await page.until(() => page.chat.edit(0, 'three', 'm'));
  assert.deepEqual(page.texts, ['three', 'THREE']);
  assert.deepEqual(page.versions, ['2/2', '1/1']);

  await page.chat.showVersion(0, -1);
  assert.deepEqual(page.texts, ['one', 'ONE', 'two', 'TWO']);
  assert.deepEqual(page.versions, ['1/2', '1/1', '1/1', '1/1']);

  await page.until(() => page.chat.ask('four', 'm'));
  assert.deepEqual(page.gateway.requests.at(-1).map(({ content }) => (typeof content === 'string' ? content : content[0].text)), ['one', 'ONE', 'two', 'TWO', 'four']);
  await page.chat.showVersion(0, 1);
  assert.deepEqual(page.texts, ['three', 'THREE']);
});

test('the versions are read with the conversation', async () => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  await page.until(() => page.chat.edit(0, 'two', 'm'));
  const id = page.chat.id;
  page.chat.startNew();
  await page.chat.open(id);
  assert.deepEqual(page.texts, ['two', 'TWO']);
  assert.deepEqual(page.versions, ['2/2', '1/1']);
  await page.chat.showVersion(0, -1);
  assert.deepEqual(page.texts, ['one', 'ONE']);
});

test('a repeated answer is a version', async () => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  page.gateway.turns[0].message.content[0].text = 'first';
  const id = page.chat.id;
  page.chat.startNew();
  await page.chat.open(id);
  await page.until(() => page.chat.regenerate(1, 'm'));
  assert.deepEqual(page.versions, ['1/1', '2/2']);
  await page.chat.showVersion(1, -1);
  assert.deepEqual(page.texts, ['one', 'first']);
});

test('earlier answers keep their facts when a question is asked', async () => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  await page.until(() => page.chat.ask('two', 'm'));
  assert.equal(page.entries[1].facts.attempts, 1);
  assert.equal(page.entries[1].generation, 'gen_1');
});

/** Serves one published answer, without a key. */
function published(t) {
  const events = [
    { type: 'message_start', message: { model: 'm', usage: {} } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'A sequence.' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_stop' },
  ];
  const stream = events.map((event, i) => `id: ${i}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  t.mock.method(globalThis, 'fetch', async (path, { headers } = {}) =>
    path === '/v1/answers/ans_1/events' && !headers ? new Response(stream) : new Response('', { status: 404 }));
}

test('a published answer is shown from its address, and its conversation begins with the next question', async (t) => {
  published(t);
  const page = started();
  await page.chat.showPublished({ id: 'ans_1', question: 'What is a log?', model: 'm' });
  assert.deepEqual(page.texts, ['What is a log?', 'A sequence.']);
  assert.equal(page.chat.id, null);
  assert.equal(page.gateway.requests.length, 0);
  await page.until(() => page.chat.ask('why', 'm'));
  assert.notEqual(page.chat.id, null);
  assert.deepEqual(page.gateway.requests[0].map(({ role }) => role), ['user', 'assistant', 'user']);
});

test('an answer that is no longer published is an error that says so', async (t) => {
  published(t);
  const page = started();
  await page.chat.showPublished({ id: 'ans_2', question: 'What is a log?', model: 'm' });
  assert.match(page.entries[1].error.message, /no longer published/);
});

test('the stronger model is asked for another version, and for the rest of the conversation', async () => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'auto'));
  assert.equal(page.gateway.headers[0]['x-parley-escalate'], undefined);
  await page.until(() => page.chat.escalate(1));
  assert.deepEqual(page.versions, ['1/1', '2/2']);
  assert.equal(page.gateway.headers[1]['x-parley-escalate'], 'gen_1');
  assert.equal(page.gateway.turns[0].request.model, 'auto');

  const id = page.chat.id;
  page.chat.startNew();
  await page.chat.open(id);
  await page.until(() => page.chat.ask('two', 'auto'));
  assert.equal(page.gateway.headers[2]['x-parley-escalate'], 'gen_2', 'also after a reload');
  await page.until(() => page.chat.ask('three', 'm'));
  assert.equal(page.gateway.headers[3]['x-parley-escalate'], undefined, 'not for another model');
});

test('a conversation goes on if its earlier answer is no longer known', async () => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'auto'));
  await page.until(() => page.chat.escalate(1));
  page.gateway.knowsAnswers = false;
  await page.until(() => page.chat.ask('two', 'auto'));
  assert.deepEqual(page.texts, ['one', 'ONE', 'two', 'TWO']);
  assert.equal(page.gateway.headers.at(-2)['x-parley-escalate'], 'gen_2');
  assert.equal(page.gateway.headers.at(-1)['x-parley-escalate'], undefined);

  page.chat.escalate(3);
  await new Promise((resolve) => setTimeout(resolve));
  assert.match(page.entries[3].error.message, /no such generation/);
});

for (const stop of ['max_tokens', 'refusal']) {
  test(`an answer of the cheaper model that ends with ${stop} is followed by the stronger one`, async () => {
    const page = started();
    page.gateway.answeredBy = 'cheap-1';
    await page.until(() => page.chat.ask('one', 'auto'));
    page.entries[1].facts.stop = stop;
    await page.until(() => page.chat.ask('two', 'auto'));
    assert.equal(page.gateway.headers[1]['x-parley-escalate'], 'gen_1');
  });
}

test('Claude is asked instead of the answer to a similar question, as another version', async () => {
  const page = started();
  page.gateway.similar = { 'x-parley-cache': 'similar', 'x-parley-similar': 'reused', 'x-parley-similarity': '0.9412', 'x-parley-source': 'gen_0' };
  await page.until(() => page.chat.ask('one', 'm'));
  assert.equal(page.entries[1].facts.cache, 'similar');
  assert.deepEqual(page.entries[1].facts.similar, { gate: 'reused', similarity: 0.9412, source: 'gen_0' });
  assert.equal(page.gateway.headers[0]['x-parley-similar'], undefined);

  page.gateway.turns[0].message.content[0].text = 'similar';
  const id = page.chat.id;
  page.chat.startNew();
  await page.chat.open(id);
  assert.equal(page.entries[1].facts.similar.similarity, 0.9412, 'also after a reload');
  page.gateway.similar = {};
  await page.until(() => page.chat.askInstead(1));
  assert.equal(page.gateway.headers[1]['x-parley-similar'], 'off');
  assert.equal(page.gateway.headers[1]['cache-control'], 'no-cache');
  assert.equal(page.gateway.turns[0].request.model, 'm');
  assert.deepEqual(page.texts, ['one', 'ONE']);
  assert.deepEqual(page.versions, ['1/1', '2/2']);
  await page.until(() => page.chat.ask('two', 'm'));
  assert.equal(page.gateway.headers[2]['x-parley-similar'], undefined, 'only for this question');
});

test('a question whose response is lost is asked again, and joins its answer', async () => {
  const page = started();
  page.gateway.losses = 1;
  await page.until(() => page.chat.ask('one', 'm'));
  assert.equal(page.gateway.headers.length, 2);
  assert.deepEqual(page.texts, ['one', 'ONE']);
});

const losses = { 'before it arrived': {}, 'and answered': { isAnswered: true }, 'while the network is away': { isAway: true } };
for (const [name, { isAnswered = false, isAway = false }] of Object.entries(losses)) {
  test(`a question that was lost ten minutes ago, ${name}, is not asked again by itself`, async (t) => {
    const page = started();
    const newest = page.conversations.newest;
    const reading = t.mock.method(page.conversations, 'newest', async (...asked) => {
      if (isAway) {
        throw new Unreachable('Failed to fetch');
      }
      return newest(...asked);
    });
    const open = page.gateway.open.bind(page.gateway);
    const posts = t.mock.method(page.gateway, 'open', async (...asked) => {
      if (isAnswered) {
        await open(...asked);
      }
      const later = Date.now() + 10 * 60_000;
      t.mock.method(Date, 'now', () => later);
      network(true);
      throw new Unreachable('Failed to fetch');
    });
    page.chat.ask('one', 'm');
    const { id } = page.chat;
    await eventually(() => reading.mock.callCount() > 0);
    await eventually(() => false, 5);
    assert.deepEqual([posts.mock.callCount(), page.chat.id], [1, id]);
    assert.deepEqual([page.texts, page.entries[1].error?.message], isAnswered ? [['one', 'ONE'], undefined] : [['one', undefined], UNANSWERED]);
  });
}

for (const action of ['regenerate', 'askInstead']) {
  test(`${action} is not sent again after a lost response, since it would be answered twice`, async () => {
    const page = started();
    await page.until(() => page.chat.ask('one', 'm'));
    page.gateway.losses = 1;
    page.chat[action](1, 'm');
    await eventually(() => page.entries[1].error || page.gateway.headers.length > 2);
    assert.equal(page.gateway.headers.length, 2);
    assert.match(page.entries[1].error.message, /has not been answered/);
    assert.equal(canRetry(page.entries[1].error), true);

    await page.until(() => page.chat.regenerate(1, 'm'));
    assert.deepEqual(page.texts, ['one', 'ONE']);
  });
}

/** Has the response to the next question lost, which has arrived. */
function lostAfterArrival(t, gateway) {
  const open = gateway.open.bind(gateway);
  const losing = t.mock.method(gateway, 'open', async (...asked) => {
    losing.mock.restore();
    await open(...asked);
    throw new Unreachable('Failed to fetch');
  });
}

for (const action of ['regenerate', 'askInstead']) {
  test(`the answer to ${action} is found after its response was lost`, async (t) => {
    const page = started();
    await page.until(() => page.chat.ask('one', 'm'));
    page.states.length = 0;
    lostAfterArrival(t, page.gateway);
    page.chat[action](1, 'm');
    await eventually(() => page.entries[1].error || page.entries[1].generation === 'gen_2');
    assert.deepEqual([page.texts, page.entries[1].error, page.versions[1]], [['one', 'ONE'], undefined, '1/1']);
    assert.deepEqual([page.gateway.headers.length, running.recall(page.chat.id)], [2, null]);
    assert.deepEqual(page.states, ['running', 'ready', 'running', 'ready', 'finish']);
  });
}

/** Holds the next look-up of an answer, as long as it is wanted. */
function heldLookUp(t, page) {
  const released = deferred();
  const { newestOnce } = page.conversations;
  const looking = t.mock.method(page.conversations, 'newestOnce', (...asked) => {
    const aborted = new Promise((resolve) => asked[3].addEventListener('abort', () => resolve(null)));
    return Promise.race([aborted, released.promise.then(() => newestOnce(...asked))]);
  });
  const begun = async () => {
    await eventually(() => looking.mock.callCount() > 0);
    assert.equal(looking.mock.callCount(), 1);
  };
  return { begun, release: released.resolve };
}

/** Shows the answer to "one", and loses the response to its repetition, for whose answer the page then looks. */
async function lookingUp(t) {
  let now = Date.now();
  t.mock.method(Date, 'now', () => now++);
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  const lookUp = heldLookUp(t, page);
  lostAfterArrival(t, page.gateway);
  page.chat.regenerate(1, 'm');
  await lookUp.begun();
  return { page, id: page.chat.id, ...lookUp };
}

test('the user is not offered to ask again while the answer is looked for', async (t) => {
  const { page, release } = await lookingUp(t);
  assert.deepEqual([page.states.at(-1), page.entries[1].isRunning, page.entries[1].error], ['running', true, undefined]);
  release();
  await eventually(() => page.entries[1].generation === 'gen_2');
  assert.deepEqual([page.states.at(-2), page.entries[1].generation], ['ready', 'gen_2']);
});

test('the look-up of an answer that is stopped ends at once', async (t) => {
  const { page } = await lookingUp(t);
  page.gateway.turns.shift();
  await page.chat.stop();
  await eventually(() => page.entries[1].error);
  assert.deepEqual([page.states.slice(-2), page.entries[1].error.message], [['ready', 'finish'], UNANSWERED]);
});

test('the look-up of an answer that cannot be read ends with an offer to ask again', async (t) => {
  const { page, release } = await lookingUp(t);
  t.mock.method(page.conversations, 'newest', () => Promise.reject(new Unreachable('Failed to fetch')));
  page.gateway.turns.length = 0;
  release();
  await eventually(() => page.entries[1].error);
  assert.deepEqual([page.texts, page.entries[1].error.message, canRetry(page.entries[1].error)], [['one', undefined], UNANSWERED, true]);
});

/** What happens while an answer is looked for, and what is shown once it is stored. */
const duringLookUp = {
  'the conversation is deleted': [(page, id) => {
    page.chat.forget(id);
    running.forget(id);
    page.chat.startNew();
  }, []],
  'the conversation is left': [(page) => page.chat.startNew(), []],
  'another question is asked': [(page) => page.until(() => page.chat.edit(0, 'two', 'm')), ['two', 'TWO']],
  'the conversation is left and opened again': [async (page, id) => {
    page.chat.startNew();
    await page.chat.open(id);
  }, ['one', 'ONE']],
};
for (const [name, [act, texts]] of Object.entries(duringLookUp)) {
  test(`an answer that is looked for is not shown if ${name}`, async (t) => {
    const { page, id, release } = await lookingUp(t);
    await act(page, id);
    const { entries } = page;
    const states = [...page.states];
    release();
    await eventually(() => false, 5);
    assert.deepEqual([page.texts, page.entries === entries, page.states], [texts, true, states]);
  });
}

const otherRuns = {
  'the conversation is deleted in another tab': (id) => running.forget(id),
  'another tab asks': (id) => running.remember(id, { ...running.recall(id), fresh: false, askedAt: Date.now() }),
};
for (const [name, act] of Object.entries(otherRuns)) {
  test(`an answer that is looked for is not taken for another one if ${name}`, async (t) => {
    const { page, id, release } = await lookingUp(t);
    act(id);
    const run = running.recall(id);
    release();
    await eventually(() => page.entries[1].error);
    await eventually(() => false, 5);
    assert.deepEqual([page.texts, page.entries[1].error?.message, page.gateway.headers.length], [['one', undefined], UNANSWERED, 2]);
    assert.deepEqual(running.recall(id), run);
  });
}

test('the answer to an earlier attempt is not taken for the one that is looked for', async (t) => {
  let now = Date.now();
  t.mock.method(Date, 'now', () => now++);
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  const { id } = page.chat;
  const begin = held(t, page.gateway);
  page.chat.regenerate(1, 'm');
  await page.chat.stop();
  const lookUp = heldLookUp(t, page);
  page.gateway.losses = 1;
  page.chat.regenerate(1, 'm');
  await lookUp.begun();
  begin();
  await eventually(() => page.gateway.cancelled.length > 0);
  lookUp.release();
  await eventually(() => page.entries[1].error);
  assert.deepEqual([page.texts, page.entries[1].error.message, running.recall(id)?.after], [['one', undefined], UNANSWERED, 'gen_2']);
});

test('an answer is looked for only once the network is back', async (t) => {
  t.after(() => network(true));
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  const looking = t.mock.method(page.conversations, 'newestOnce');
  const open = page.gateway.open.bind(page.gateway);
  const losing = t.mock.method(page.gateway, 'open', async (...asked) => {
    losing.mock.restore();
    await open(...asked);
    network(false);
    throw new Unreachable('Failed to fetch');
  });
  page.chat.regenerate(1, 'm');
  await eventually(() => looking.mock.callCount() > 0, 20);
  assert.deepEqual([looking.mock.callCount(), page.states.at(-1), page.entries[1].error], [0, 'running', undefined]);
  network(true);
  await eventually(() => page.entries[1].generation === 'gen_2');
  assert.deepEqual([page.entries[1].generation, page.gateway.headers.length], ['gen_2', 2]);
});

test('no answer is looked for if its question was not sent', async (t) => {
  t.after(() => network(true));
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  const looking = t.mock.method(page.conversations, 'newestOnce');
  network(false);
  page.gateway.losses = 1;
  page.chat.regenerate(1, 'm');
  await eventually(() => page.entries[1].error);
  assert.deepEqual([looking.mock.callCount(), page.entries[1].error?.message], [0, UNANSWERED]);
});

/** Has the answer to a repetition of "one" stored only after the page has looked for it, and calls the question unanswered. */
async function lateAnswer(t) {
  const { page, id, release } = await lookingUp(t);
  const late = page.gateway.turns.shift();
  release();
  await eventually(() => page.entries[1].error);
  await eventually(() => false, 5);
  const store = (changed = {}) => {
    page.gateway.turns.unshift({ ...late, ...changed });
  };
  return { page, id, store };
}

test('an answer that is stored late is shown when the user tries again, and not paid twice', async (t) => {
  const { page, id, store } = await lateAnswer(t);
  assert.deepEqual([page.texts, page.entries[1].error?.message], [['one', undefined], UNANSWERED]);
  store();
  page.chat.retry(1, 'm');
  assert.equal(page.states.at(-1), 'running', 'it can be stopped');
  await eventually(() => page.entries[1].generation || page.gateway.headers.length > 2);
  assert.deepEqual([page.texts, page.entries[1].generation, page.entries[1].error], [['one', 'ONE'], 'gen_2', undefined]);
  assert.deepEqual([page.gateway.headers.length, running.recall(id), page.states.at(-1)], [2, null, 'ready']);
});

/** What happens before the user tries again; returns the model that the user has chosen meanwhile. */
const sentAgain = {
  'is not stored': () => {},
  'has failed': ({ store }) => store({ type: 'failed', message: {}, error: { type: 'overloaded_error', message: 'Overloaded' } }),
  'cannot be read': ({ page, store, t }) => {
    store();
    const reading = t.mock.method(page.conversations, 'newest', async () => {
      reading.mock.restore();
      throw new Unreachable('Failed to fetch');
    });
  },
  'is of another model than is wanted now': ({ store }) => {
    store();
    return 'm2';
  },
  'may be that to a question of another tab': ({ id, store }) => {
    running.remember(id, { ...running.recall(id), askedAt: Date.now() });
    store();
  },
};
for (const [name, act] of Object.entries(sentAgain)) {
  test(`a question whose late answer ${name} is sent again when the user tries again`, async (t) => {
    const late = await lateAnswer(t);
    const model = act({ ...late, t }) ?? 'm';
    const { page } = late;
    await page.until(() => page.chat.retry(1, model));
    assert.deepEqual([page.texts, page.entries[1].generation, page.gateway.headers.length], [['one', 'ONE'], 'gen_3', 3]);
    assert.equal(page.gateway.headers[2]['cache-control'], 'no-cache');
  });
}

/** What the user does while the late answer is read, and what is shown then. */
const duringRetry = {
  'is stopped': [(page) => page.chat.stop(), ['one', undefined], 0],
  'is left': [(page) => page.chat.startNew(), [], 0],
  'is pressed twice': [(page) => page.chat.retry(1, 'm'), ['one', 'ONE'], 1],
};
for (const [name, [act, texts, requests]] of Object.entries(duringRetry)) {
  test(`another attempt that ${name} sends ${requests || 'no'} request`, async (t) => {
    const { page } = await lateAnswer(t);
    const { newest } = page.conversations;
    t.mock.method(page.conversations, 'newest', async (...asked) => {
      await eventually(() => asked[2]?.aborted, 5);
      asked[2]?.throwIfAborted();
      return newest(...asked);
    });
    page.chat.retry(1, 'm');
    act(page);
    await eventually(() => page.gateway.headers.length > 2 + requests, 30);
    assert.deepEqual([page.texts, page.gateway.headers.length - 2, page.states.findLast((state) => state !== 'finish')], [texts, requests, 'ready']);
  });
}

const text = (content) => ({ type: 'text', text: content });
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'eA==' } };
/** What the storage has instead of an image. */
const placeholder = { type: 'text', text: '(image)', isPlaceholder: true };
/** Larger than the browser's storage. */
const large = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'x'.repeat(6_000_000) } };

/** Has the runs as the page has them after a reload. */
function reload(id) {
  const key = `parley.running.${id}`;
  const kept = localStorage.getItem(key);
  running.forget(id);
  localStorage.setItem(key, kept);
}

const UNANSWERED = 'This question has not been answered.';
const interrupted = {
  'a question': [{}, 1],
  'a question that bypasses the cache': [{ fresh: true }, 0, UNANSWERED],
  'a question with images that could not be stored': [{ content: [text('one'), large] }, 0, `${UNANSWERED} Attach the images again.`],
};
for (const [name, [{ fresh = false, content = 'one' }, requests, message]] of Object.entries(interrupted)) {
  test(`${name} without an answer is sent ${requests ? 'again' : 'no second time'} after a reload`, async () => {
    const page = started();
    running.remember('conv_1', { title: 'one', body: { model: 'm', messages: [{ role: 'user', content }] }, fresh, askedAt: Date.now() });
    reload('conv_1');
    await page.chat.open('conv_1');
    await eventually(() => page.entries[1]?.error || page.entries[1]?.content.length > 0);
    assert.equal(page.gateway.headers.length, requests);
    assert.equal(page.entries[1].error?.message, message);
    assert.equal(Boolean(page.entries[1].error) && canRetry(page.entries[1].error), message === UNANSWERED);
  });
}

const HOUR_MS = 60 * 60 * 1000;

/** Stores a run of the question that is named like its conversation. */
function remembered(id, hours, { content = id, ...run } = {}) {
  running.remember(id, { title: id, body: { model: 'm', messages: [{ role: 'user', content }] }, fresh: false, askedAt: Date.now() - hours * HOUR_MS, ...run });
}

for (const error of [undefined, { type: 'overloaded_error', message: 'Overloaded' }]) {
  test(`a question without an answer is there for days, and only the user sends it again: ${error?.message ?? 'no response'}`, async () => {
    const page = started();
    remembered('conv_1', 6 * 24, { error });
    assert.deepEqual(running.all().map(([id, { title }]) => [id, title]), [['conv_1', 'conv_1']]);
    await page.chat.open('conv_1');
    await eventually(() => false, 5);
    assert.deepEqual([page.texts, page.entries[1].error.message], [['conv_1', undefined], error?.message ?? UNANSWERED]);
    assert.equal(page.gateway.headers.length, 0);
    await page.until(() => page.chat.retry(1, 'm'));
    assert.deepEqual(page.texts, ['conv_1', 'CONV_1']);
  });
}

test('an answer that runs is over after two hours, and a question without one after a week', () => {
  localStorage.clear();
  remembered('conv_1', 1.9, { generation: 'gen_1' });
  remembered('conv_2', 2, { generation: 'gen_2' });
  remembered('conv_3', 7 * 24);
  assert.deepEqual([...'123'].map((i) => running.recall(`conv_${i}`)?.generation), ['gen_1', undefined, undefined]);
  assert.deepEqual(running.all().map(([id]) => id), ['conv_1']);
  assert.equal(localStorage.length, 1);
});

/** A page that is loaded hours after the conversation "one", "two", in which the gateway refused further questions. */
async function refusedHoursAgo(t, hours, ...acts) {
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  await page.until(() => page.chat.ask('two', 'm'));
  const refusing = t.mock.method(page.gateway, 'open', async () => {
    throw byGateway(429);
  });
  for (const [i, act] of acts.entries()) {
    act(page.chat);
    await eventually(() => refusing.mock.callCount() > i && page.entries.at(-1).error);
  }
  refusing.mock.restore();
  const later = Date.now() + hours * HOUR_MS;
  t.mock.method(Date, 'now', () => later);
  return { page: loaded(page.gateway), id: page.chat.id };
}

const ONE_TWO = ['one', 'ONE', 'two', 'TWO'];
const ANSWER_AGAIN = (chat) => chat.regenerate(1, 'm');
const EDIT = (chat) => chat.edit(0, 'three', 'm');
const refusedRepetitions = {
  'an answer': [[ANSWER_AGAIN], ['1/1', '1/1', '1/1', '1/1'], false],
  'the last answer': [[(chat) => chat.regenerate(3, 'm')], ['1/1', '1/1', '1/1', '1/1'], false],
  'an edited question': [[EDIT], ['1/2', '1/1', '1/1', '1/1'], true],
  'an edited question after an answer': [[ANSWER_AGAIN, EDIT], ['1/2', '1/1', '1/1', '1/1'], true],
};
for (const [name, [acts, versions, isKept]] of Object.entries(refusedRepetitions)) {
  test(`${name} that was refused hours ago does not hide the stored messages`, async (t) => {
    const { page, id } = await refusedHoursAgo(t, 3, ...acts);
    for (const times of ['once', 'twice']) {
      page.chat.startNew();
      await page.chat.open(id);
      assert.deepEqual([page.texts, page.versions, page.entries.some(({ error }) => error)], [ONE_TWO, versions, false], times);
    }
    assert.equal(Boolean(running.recall(id)), isKept, 'kept for its text');
    if (isKept) {
      await page.chat.showVersion(0, 1);
      assert.deepEqual([page.texts, page.versions], [['three'], ['2/2']]);
      await page.chat.showVersion(0, -1);
      assert.deepEqual(page.texts, ONE_TWO);
    }
  });
}

for (const [name, act, index] of [['an answer', ANSWER_AGAIN, 1], ['an edited question', EDIT, 0]]) {
  test(`${name} that was refused an hour ago is shown, and the stored messages as a version`, async (t) => {
    const { page, id } = await refusedHoursAgo(t, 1, act);
    await page.chat.open(id);
    assert.deepEqual([page.entries[1].error?.message, page.versions[index]], ['status 429', '2/2']);
    await page.chat.showVersion(index, -1);
    assert.deepEqual(page.texts, ONE_TWO);
  });
}

test('a next question that was refused hours ago is shown after the stored messages', async (t) => {
  const { page, id } = await refusedHoursAgo(t, 3, (chat) => chat.ask('three', 'm'));
  await page.chat.open(id);
  assert.deepEqual(page.texts, [...ONE_TWO, 'three', undefined]);
});

const REFUSED_BY_CLAUDE = { type: 'overloaded_error', message: 'Overloaded', requestId: 'gen_1' };
const questionsNotStored = [
  ['hours ago after an answer', 3, { after: 'gen_1' }, false],
  ['by Claude hours ago', 3, { error: REFUSED_BY_CLAUDE }, false],
  ['an hour ago after an answer', 1, { after: 'gen_1' }, true],
  ['hours ago as the first', 3, {}, true],
];
for (const [name, hours, run, isShown] of questionsNotStored) {
  test(`a question that was refused ${name} is ${isShown ? '' : 'not '}shown if its conversation is not stored`, async (t) => {
    const page = started();
    t.mock.method(page.conversations, 'newest', async () => null);
    remembered('conv_1', hours, { error: { ...REFUSED_BY_CLAUDE, requestId: 'req_1' }, ...run });
    await page.chat.open('conv_1');
    assert.deepEqual([page.missing, Boolean(running.recall('conv_1'))], isShown ? [[], true] : [['conv_1'], false]);
    assert.deepEqual(isShown ? page.texts : page.failures.map(({ error }) => error.type), isShown ? ['conv_1', undefined] : ['not_found_error']);
  });
}

const unreadables = {
  'is cut': '{"title":"one","body":{"mess',
  'is empty': '',
  'is null': 'null',
  'has no body': JSON.stringify({ title: 'one', askedAt: Date.now() - 3 * HOUR_MS }),
};
for (const [name, unreadable] of Object.entries(unreadables)) {
  test(`an entry of the storage that ${name} is removed, and stops no question`, async () => {
    const page = started();
    localStorage.setItem('parley.running.conv_1', unreadable);
    assert.equal(running.recall('conv_1'), null);
    await page.until(() => page.chat.ask('one', 'm'));
    assert.deepEqual(page.texts, ['one', 'ONE']);
    assert.equal(localStorage.getItem('parley.running.conv_1'), null);
  });
}

test('of the questions without an answer that are older than two hours, the newest twenty are kept', () => {
  localStorage.clear();
  const ages = Array.from({ length: 25 }, (_, i) => i + 2);
  ages.toReversed().forEach((hours) => remembered(`conv_${hours}`, hours));
  remembered('conv_1', 1);
  const kept = running.all().map(([id]) => Number(id.slice(5)));
  assert.deepEqual(kept.sort((one, other) => one - other), [1, ...ages.slice(0, 20)]);
  assert.equal(localStorage.length, 21);
});

test('of the questions without an answer that are older than two hours, so much is kept that others have room', () => {
  localStorage.clear();
  const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'x'.repeat(900_000) } };
  ['text', 'long', 'c', 'b', 'a'].forEach((id, i) =>
    remembered(id, 9 - i, { content: id === 'long' ? 'x'.repeat(2_000_000) : id === 'text' ? id : [text(id), picture] }));
  remembered('fresh', 1, { content: [text('fresh'), picture] });
  const kept = Object.fromEntries(running.all().map(([id, { body }]) => [id, running.lacksImages(body.messages)]));
  assert.deepEqual(kept, { fresh: false, a: false, b: false, c: true, text: false });
});

test('a question that loses its images, since they have no room, is not taken for one that another tab begins', () => {
  localStorage.clear();
  remembered('conv_1', 3);
  const asked = test.mock.fn();
  running.onBegunElsewhere(asked);
  const changed = (id) => dispatchEvent(Object.assign(new Event('storage'), { key: `parley.running.${id}`, newValue: localStorage.getItem(`parley.running.${id}`) }));
  changed('conv_1');
  remembered('conv_2', 0);
  changed('conv_2');
  assert.deepEqual(asked.mock.calls.map(({ arguments: [id] }) => id), ['conv_2']);
});

const sourcesOfImages = {
  'of a question in this tab': [[text('two'), large], () => {}],
  'of an earlier question after a reload': ['two', reload],
};
for (const [name, [content, act]] of Object.entries(sourcesOfImages)) {
  test(`the images ${name} are sent when a refused question is tried again, though the storage lacks them`, async (t) => {
    const page = started();
    await page.until(() => page.chat.ask([text('one'), large], 'm'));
    const { id } = page.chat;
    const refusing = t.mock.method(page.gateway, 'open', async () => {
      throw new Refused({ status: 529, type: 'overloaded_error', message: 'Overloaded' });
    });
    page.chat.ask(content, 'm');
    await eventually(() => page.entries[3]?.error);
    page.chat.startNew();
    act(id);
    await page.chat.open(id);
    assert.deepEqual([page.entries[3].error.message, canRetry(page.entries[3].error)], ['Overloaded', true]);
    refusing.mock.restore();
    await page.until(() => page.chat.retry(3, 'm'));
    const sent = page.gateway.requests.at(-1).map((message) => message.content);
    assert.deepEqual([sent[0], sent[2]], [[text('one'), large], content]);
  });
}

const repetitions = {
  regenerate: (chat) => chat.regenerate(1, 'm'),
  edit: (chat) => chat.edit(0, [placeholder, text('one')], 'm'),
};
for (const [name, act] of Object.entries(repetitions)) {
  test(`${name} sends no question without its images, and the next question replaces it`, async () => {
    const page = started();
    const body = { model: 'm', messages: [{ role: 'user', content: [large, text('one')] }] };
    running.remember('conv_1', { title: 'one', body, fresh: false, askedAt: Date.now() });
    reload('conv_1');
    await page.chat.open('conv_1');
    act(page.chat);
    assert.deepEqual([page.gateway.headers.length, page.states.at(-1), page.entries[1].error?.message], [0, 'ready', 'Attach the images again.']);

    await page.until(() => page.chat.ask([image, text('two')], 'm'));
    assert.deepEqual(page.gateway.requests, [[{ role: 'user', content: [image, text('two')] }]]);
  });
}

test('the next question replaces all questions from the first without its images', async (t) => {
  const page = started();
  const refusing = t.mock.method(page.gateway, 'open', async () => {
    throw new Refused({ status: 529, type: 'overloaded_error', message: 'Overloaded' });
  });
  page.chat.ask([large, text('one')], 'm');
  await eventually(() => page.entries[1]?.error);
  page.chat.ask('two', 'm');
  await eventually(() => page.entries[2]?.error);
  const { id } = page.chat;
  page.chat.startNew();
  reload(id);
  await page.chat.open(id);
  assert.equal(page.entries[2].error.message, 'Overloaded Attach the images again.');
  refusing.mock.restore();
  await page.until(() => page.chat.ask([image, text('three')], 'm'));
  assert.deepEqual(page.gateway.requests, [[{ role: 'user', content: [image, text('three')] }]]);
});

for (const [type, isKept] of [['invalid_request_error', false], ['request_too_large', false], ['overloaded_error', true]]) {
  test(`a question that was refused with ${type} is ${isKept ? '' : 'not '}sent with the next one`, async (t) => {
    const page = started();
    await page.until(() => page.chat.ask('one', 'm'));
    const refusing = t.mock.method(page.gateway, 'open', async () => {
      throw new Refused({ status: 400, type, message: 'no' });
    });
    page.chat.ask([image, text('two')], 'm');
    await eventually(() => page.entries[3]?.error);
    refusing.mock.restore();
    await page.until(() => page.chat.ask('three', 'm'));
    const sent = page.gateway.requests.at(-1).map(({ content }) => content);
    assert.deepEqual(sent.slice(2), isKept ? [[image, text('two')], 'three'] : ['three']);
    if (!isKept) {
      assert.equal(page.versions[2], '2/2');
      await page.chat.showVersion(2, -1);
      assert.deepEqual(page.entries.at(-1).content, [image, text('two')], 'it can still be shown and edited');
      assert.equal(page.versions[2], '1/2');
      await page.chat.showVersion(2, 1);
      assert.deepEqual(page.texts.slice(2), ['three', 'THREE']);
    }
  });
}

test('a refused question is shown between the answered versions before and after it', async (t) => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  const refusing = t.mock.method(page.gateway, 'open', async () => {
    throw new Refused({ status: 400, type: 'invalid_request_error', message: 'no' });
  });
  page.chat.edit(0, 'two', 'm');
  await eventually(() => page.entries[1]?.error);
  refusing.mock.restore();
  await page.until(() => page.chat.ask('three', 'm'));
  const shown = [];
  for (const step of [-1, -1, 1, 1]) {
    await page.chat.showVersion(0, step);
    shown.push([page.versions[0], ...page.texts]);
  }
  assert.deepEqual(shown, [['2/3', 'two'], ['1/3', 'one', 'ONE'], ['2/3', 'two'], ['3/3', 'three', 'THREE']]);
});

const askedAgain = {
  'an edited question': [(chat) => chat.edit(0, 'two', 'm'), 'two', ['2/2', '1/1']],
  'a repeated question': [(chat) => chat.regenerate(1, 'm'), 'one', ['1/1', '1/1']],
};
for (const [name, [act, question]] of Object.entries(askedAgain)) {
  test(`${name} that was refused is there when the conversation is opened again, until its turn is stored`, async (t) => {
    const page = started();
    await page.until(() => page.chat.ask('one', 'm'));
    const { id } = page.chat;
    const refusing = t.mock.method(page.gateway, 'open', async () => {
      throw new Refused({ status: 529, type: 'overloaded_error', message: 'Overloaded' });
    });
    act(page.chat);
    await eventually(() => page.entries[1]?.error);
    page.chat.startNew();
    await page.chat.open(id);
    assert.deepEqual([page.texts, page.entries[1].error?.message], [[question, undefined], 'Overloaded']);
    page.chat.retry(1, 'm');
    await eventually(() => refusing.mock.callCount() === 2 && page.entries[1].error);
    page.chat.startNew();
    await page.chat.open(id);
    assert.deepEqual([page.texts, page.entries[1].error?.message], [[question, undefined], 'Overloaded'], 'also after another refusal');

    page.chat.startNew();
    const [turn] = page.gateway.turns;
    page.gateway.turns.unshift({ ...turn, generation: 'gen_2', request: { ...turn.request, messages: [{ role: 'user', content: question }] } });
    await page.chat.open(id);
    assert.deepEqual([page.texts, page.entries[1].generation, running.recall(id)], [[question, 'ONE'], 'gen_2', null]);
  });
}

/** Stops the answer that is running, whose turn is stored once its response begins. */
async function stopped(page, release) {
  await page.chat.stop();
  return async () => {
    release();
    await eventually(() => page.gateway.cancelled.length > 0);
    Object.assign(page.gateway.turns[0], { type: 'cancelled', message: {} });
  };
}

test('a question that is still sent when its conversation is deleted is not sent to its end, and not again', async (t) => {
  const page = started();
  const signals = [];
  t.mock.method(page.gateway, 'open', (_, { signal }) => {
    signals.push(signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  page.chat.ask('one', 'm');
  page.chat.forget(page.chat.id);
  assert.equal(signals[0].aborted, true);
  await eventually(() => false, 5);
  assert.equal(page.entries[1].error.message, 'Stopped.');
  assert.equal(running.recall(page.chat.id).error.type, 'cancelled');
  page.chat.startNew();
  network(true);
  await eventually(() => signals.length > 1, 5);
  assert.deepEqual([signals.length, page.entries], [1, []]);
});

/** Holds the next question, which the gateway refuses when it is released. */
function refusedLater(t, gateway) {
  const released = deferred();
  const refusing = t.mock.method(gateway, 'open', async () => {
    refusing.mock.restore();
    await released.promise;
    throw byGateway(529);
  });
  return released.resolve;
}

/** Has a turn of the question "one" stored, and a repetition wait for its response. */
const earlierAttempts = {
  'that Claude refused': async (page, hold) => {
    page.gateway.overloads = 1;
    page.chat.ask('one', 'm');
    await eventually(() => page.entries[1].error);
    hold();
    page.chat.retry(1, 'm');
  },
  'that Claude refused, and that was opened again before its turn was stored': async (page, hold) => {
    page.gateway.overloads = 1;
    page.chat.ask('one', 'm');
    await eventually(() => page.entries[1].error);
    const { id } = page.chat;
    const turns = page.gateway.turns.splice(0);
    page.chat.startNew();
    await page.chat.open(id);
    page.gateway.turns.push(...turns);
    hold();
    page.chat.retry(1, 'm');
  },
  'that Claude refuses after the repetition was asked': async (page, hold) => {
    page.gateway.overloads = 1;
    const release = hold();
    page.chat.ask('one', 'm');
    hold();
    page.chat.edit(0, 'one', 'm');
    release();
    await eventually(() => page.gateway.turns.length > 0);
  },
  'that was stopped before its response': async (page, hold) => {
    const release = hold();
    page.chat.ask('one', 'm');
    await (await stopped(page, release))();
    hold();
    page.chat.edit(0, 'one', 'm');
  },
  'that was stopped, and begins after the repetition was asked': async (page, hold) => {
    const release = hold();
    page.chat.ask('one', 'm');
    const begin = await stopped(page, release);
    hold();
    page.chat.edit(0, 'one', 'm');
    await begin();
  },
  'that was stopped, before a repetition that was opened again and refused': async (page, hold, t) => {
    const release = hold();
    page.chat.ask('one', 'm');
    const begin = await stopped(page, release);
    const refuse = refusedLater(t, page.gateway);
    page.chat.edit(0, 'one', 'm');
    await begin();
    const { id } = page.chat;
    page.chat.startNew();
    await page.chat.open(id);
    refuse();
    await eventually(() => page.entries[1].error);
    hold();
    page.chat.retry(1, 'm');
  },
};
for (const [name, attempt] of Object.entries(earlierAttempts)) {
  test(`an earlier attempt ${name} is not taken for the answer to a repetition after a reload`, async (t) => {
    let now = Date.now();
    t.mock.method(Date, 'now', () => now++);
    const page = started();
    const releases = [];
    t.after(() => releases.forEach((release) => release()));
    await attempt(page, () => releases[releases.push(held(t, page.gateway)) - 1], t);
    await eventually(() => false, 2);
    const { id } = page.chat;
    const reloaded = loaded(page.gateway);
    reloaded.chat.open(id);
    await eventually(() => reloaded.entries?.at(-1)?.content.length > 0);
    assert.deepEqual([reloaded.texts, reloaded.entries[1]?.error], [['one', 'ONE'], undefined]);
  });
}

test('a refused repetition is shown with its own error when the attempt before it is stored later', async (t) => {
  let now = Date.now();
  t.mock.method(Date, 'now', () => now++);
  const page = started();
  const release = held(t, page.gateway);
  page.chat.ask('one', 'm');
  const begin = await stopped(page, release);
  const refuse = refusedLater(t, page.gateway);
  page.chat.edit(0, 'one', 'm');
  await begin();
  refuse();
  await eventually(() => page.entries[1].error);
  const reloaded = loaded(page.gateway);
  await reloaded.chat.open(page.chat.id);
  assert.equal(reloaded.entries[1].error.message, 'status 529');
});

const requestOf = (...contents) => ({ messages: contents.map((content, i) => ({ role: i % 2 ? 'assistant' : 'user', content })) });
/** Whether a turn of the generation gen_2 with its messages shows that a run was answered. */
const turns = {
  'with the same question in a new conversation': [{ body: requestOf('one') }, ['one'], true],
  'with the same question after an earlier answer': [{ body: requestOf('one'), after: 'gen_1' }, ['one'], true],
  'that was known when the question was asked': [{ body: requestOf('one'), after: 'gen_2' }, ['one'], false],
  'with another question': [{ body: requestOf('one'), after: 'gen_1' }, ['two'], false],
  'with a later question': [{ body: requestOf('one'), after: 'gen_1' }, ['one', 'ONE', 'two'], true],
  'with an earlier question': [{ body: requestOf('one', 'ONE', 'two'), after: 'gen_1' }, ['one'], false],
  'with the images that the run lacks': [{ body: requestOf([placeholder, text('one')]) }, [[image, text('one')]], true],
  'with an image and another question': [{ body: requestOf([placeholder, text('one')]) }, [[image, text('two')]], false],
};
for (const [name, [run, contents, isAnswered]] of Object.entries(turns)) {
  test(`a stored turn ${name} means that a question was ${isAnswered ? '' : 'not '}answered`, () =>
    assert.equal(running.isAnsweredBy({ askedAt: 0, ...run }, { generation: 'gen_2', received_at: new Date().toISOString(), request: requestOf(...contents) }), isAnswered));
}

// --- A conversation that is opened.

test('a conversation with thinking goes on with the tokens that its budget is part of', async () => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'auto'));
  const { id } = page.chat;
  Object.assign(page.gateway.turns[0].request, { max_tokens: 20_000, thinking: { type: 'enabled', budget_tokens: 16_000 } });
  page.chat.startNew();
  await page.chat.open(id);
  await page.until(() => page.chat.ask('two', 'claude-opus-4-5'));
  await page.until(() => page.chat.ask('three', 'auto'));
  assert.deepEqual(page.gateway.bodies.slice(1).map(({ max_tokens, thinking }) => [max_tokens, thinking.budget_tokens]), [[20_000, 16_000], [20_000, 16_000]]);
});

test('an answer of an alias may have as many tokens as that of a model', async () => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'claude-opus-4-5'));
  await page.until(() => page.chat.ask('two', 'auto'));
  assert.deepEqual(page.gateway.bodies.map(({ max_tokens }) => max_tokens), [8_192, 8_192]);
});

test('a refused question keeps its system prompt, tools and model when it is opened and tried again', async () => {
  const page = started();
  const frame = { system: 'Be brief.', tools: [{ name: 'add', input_schema: { type: 'object' } }] };
  const body = { ...frame, model: 'claude-opus-4-5', messages: [{ role: 'user', content: 'one' }] };
  running.remember('conv_1', { title: 'one', body, fresh: false, error: { type: 'overloaded_error', message: 'Overloaded' }, askedAt: Date.now() });
  await page.chat.open('conv_1');
  assert.deepEqual(page.models, ['claude-opus-4-5']);
  await page.until(() => page.chat.retry(1, 'claude-opus-4-5'));
  const { system, tools } = page.gateway.bodies.at(-1);
  assert.deepEqual({ system, tools }, frame);
});

const mark = { cache_control: { type: 'ephemeral' } };
const tools = (...marks) => marks.map((marked, i) => ({ name: `tool_${i}`, input_schema: {}, ...marked }));
/** System prompt and tools of a stored request, and whether the next one is marked as a whole. */
const marked = {
  'no further': [{ system: 'Be brief.' }, true],
  'three further': [{ system: [{ ...text('Be brief.'), ...mark }], tools: tools({}, mark, mark) }, true],
  'four further': [{ system: [{ ...text('Be brief.'), ...mark }, { ...text('Be kind.'), ...mark }], tools: tools(mark, mark) }, false],
};
for (const [name, [frame, isMarked]] of Object.entries(marked)) {
  test(`a conversation with marks for the prompt cache goes on: in its messages, and ${name}`, async () => {
    const page = started();
    await page.until(() => page.chat.ask('one', 'm'));
    const { id } = page.chat;
    delete page.gateway.turns[0].request.cache_control;
    Object.assign(page.gateway.turns[0].request, { ...frame, messages: [{ role: 'user', content: [{ ...text('one'), ...mark }] }] });
    page.chat.startNew();
    await page.chat.open(id);
    await page.until(() => page.chat.ask('two', 'm'));
    const { messages, system, cache_control, ...body } = page.gateway.bodies.at(-1);
    assert.deepEqual(messages[0], { role: 'user', content: [text('one')] });
    assert.deepEqual({ system, ...(body.tools && { tools: body.tools }) }, frame);
    assert.equal(Boolean(cache_control), isMarked);

    page.chat.startNew();
    await page.chat.open(id);
    assert.deepEqual(page.versions, ['1/1', '1/1', '1/1', '1/1'], 'a mark makes no version');
  });
}

/** A page with a stored conversation that is not open. */
async function stored() {
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  const { id } = page.chat;
  page.chat.startNew();
  page.states.length = 0;
  return { page, id };
}

test('nothing is asked while a conversation is loaded, since a question would lack its history', async (t) => {
  const { page, id } = await stored();
  const loaded = deferred();
  const newest = page.conversations.newest;
  t.mock.method(page.conversations, 'newest', async (...asked) => {
    await loaded.promise;
    return newest(...asked);
  });
  const opened = page.chat.open(id);
  page.chat.ask('two', 'm');
  assert.equal(page.gateway.requests.length, 1);
  assert.deepEqual(page.states, ['loading']);

  loaded.resolve();
  await opened;
  assert.deepEqual(page.states, ['loading', 'ready']);
  await page.until(() => page.chat.ask('two', 'm'));
  assert.deepEqual(page.gateway.requests[1].map(({ role }) => role), ['user', 'assistant', 'user']);
});

test('a conversation that cannot be loaded is not open, and can be opened again', async (t) => {
  const { page, id } = await stored();
  const loading = t.mock.method(page.conversations, 'newest', async () => {
    throw new Unreachable('Failed to fetch');
  });
  await page.chat.open(id);
  assert.deepEqual([page.chat.id, ...page.states], [null, 'loading', 'ready']);
  assert.match(page.failures[0].error.message, /could not be loaded: Failed to fetch/);
  assert.equal(canRetry(page.failures[0].error), true);

  loading.mock.restore();
  await page.failures[0].retry();
  assert.deepEqual([page.chat.id, ...page.texts], [id, 'one', 'ONE']);
});

test('a conversation that does not exist cannot be opened again', async () => {
  const page = started();
  await page.chat.open('conv_1');
  assert.equal(page.chat.id, null);
  assert.equal(canRetry(page.failures[0].error), false);
  assert.deepEqual(page.missing, ['conv_1'], 'so that it leaves the list');
});

test('a conversation that is left while it is loaded changes nothing', async (t) => {
  const { page, id } = await stored();
  const loaded = deferred();
  t.mock.method(page.conversations, 'newest', () => loaded.promise);
  const opened = page.chat.open(id);
  page.chat.startNew();
  page.chat.ask('two', 'm');
  const open = page.chat.id;
  loaded.resolve(null);
  await opened;
  assert.deepEqual([page.chat.id, page.failures.length, page.states.slice(0, 3)], [open, 0, ['loading', 'ready', 'running']]);
});

const endsOfLoading = {
  'is left': [(chat) => chat.startNew(), []],
  'is stopped': [(chat) => chat.stop(), ['This conversation was not loaded.']],
};
for (const [name, [act, messages]] of Object.entries(endsOfLoading)) {
  test(`a conversation that ${name} while it is loaded is no longer read`, async (t) => {
    const { page, id } = await stored();
    const signals = [];
    t.mock.method(page.conversations, 'newest', (_, limit, signal) => {
      signals.push(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const opened = page.chat.open(id);
    act(page.chat);
    await opened;
    assert.equal(signals[0].aborted, true);
    assert.deepEqual([page.failures.map(({ error }) => error.message), page.states, page.chat.id], [messages, ['loading', 'ready'], null]);
    assert.ok(page.failures.every(({ error }) => canRetry(error)));
  });
}

test('a version that is loaded while another conversation is opened is not shown there', async (t) => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  page.chat.edit(0, 'two', 'm');
  await page.until(() => page.chat.edit(0, 'three', 'm'));
  const loaded = deferred();
  t.mock.method(page.conversations, 'newest', async () => {
    await loaded.promise;
    return { turns: page.gateway.turns };
  });
  const shown = page.chat.showVersion(0, -1);
  page.chat.startNew();
  loaded.resolve();
  await shown;
  assert.deepEqual(page.entries, []);
});

// --- A conversation that goes on in another browser.

/** The turn of a browser that asks the last of some messages. */
function turnElsewhere({ request, message, ...turn }, generation, ...contents) {
  const content = [text(contents.at(-1).toUpperCase())];
  return { ...turn, generation, request: { ...request, ...requestOf(...contents) }, message: { ...message, content } };
}

/** A page of a browser that has a run left, in whose conversation another browser asks after the first question and answer. */
async function leftOver({ messages, ...run }, ...elsewhere) {
  const { page, id } = await stored();
  const { gateway } = page;
  const [turn] = gateway.turns;
  elsewhere.forEach((contents, i) => gateway.turns.unshift(turnElsewhere(turn, `gen_${i + 2}`, ...contents)));
  running.remember(id, { title: 'one', body: { ...turn.request, ...requestOf(...messages) }, fresh: false, askedAt: Date.now(), ...run });
  return { page: loaded(gateway), id };
}

const leftOverRuns = {
  'with a generation': { messages: ['one'], generation: 'gen_1' },
  'whose generation is not known': { messages: ['one'] },
  'whose generation is not known after a while': { messages: ['one'], askedAt: Date.now() - 11 * 60 * 1000 },
  'that bypasses the cache': { messages: ['one'], fresh: true, after: 'gen_1' },
  'that was refused': { messages: ['one'], error: { type: 'overloaded_error', message: 'Overloaded' } },
};
for (const [name, run] of Object.entries(leftOverRuns)) {
  test(`a run ${name} hides no later turn of another browser`, async () => {
    const { page, id } = await leftOver(run, ['one', 'ONE', 'two']);
    page.chat.open(id);
    await eventually(() => page.entries?.at(-1)?.facts?.attempts && page.texts.length === 4);
    assert.deepEqual([page.texts, page.gateway.requests.length, running.recall(id)], [['one', 'ONE', 'two', 'TWO'], 1, null]);

    await page.until(() => page.chat.ask('three', 'm'));
    assert.deepEqual(page.gateway.requests.at(-1).map(({ role }) => role), ['user', 'assistant', 'user', 'assistant', 'user']);
    assert.equal(running.recall(id), null);
  });
}

test('a run that was answered before another browser went on elsewhere in the conversation is over', async () => {
  const { page, id } = await leftOver({ messages: ['one', 'ONE', 'two'], after: 'gen_1' }, ['one', 'ONE', 'two'], ['one', 'ONE', 'three']);
  await page.chat.open(id);
  assert.deepEqual([page.texts, page.versions[2]], [['one', 'ONE', 'three', 'THREE'], '2/2']);
  assert.deepEqual([page.gateway.requests.length, running.recall(id)], [1, null]);
});

test('a question without an answer follows the later turn of another browser, and is asked only by the user', async () => {
  const { page, id } = await leftOver({ messages: ['one', 'ONE', 'three'], after: 'gen_1' }, ['one', 'ONE', 'two']);
  await page.chat.open(id);
  await eventually(() => false, 2);
  assert.deepEqual(page.texts, ['one', 'ONE', 'two', 'TWO', 'three', undefined]);
  assert.deepEqual([page.entries[5].error.message, page.gateway.requests.length, running.recall(id)?.title], [UNANSWERED, 1, 'one']);

  await page.until(() => page.chat.retry(5, 'm'));
  assert.deepEqual(page.texts, ['one', 'ONE', 'two', 'TWO', 'three', 'THREE']);
  assert.equal(page.gateway.requests.at(-1).length, 5);
});

test('an answer stays shown when another browser has asked meanwhile, and its run is over', async (t) => {
  const { page, id } = await stored();
  await page.chat.open(id);
  t.mock.method(page.conversations, 'newestSince', async () => {
    const [turn] = page.gateway.turns;
    page.gateway.turns.unshift(turnElsewhere(turn, 'gen_3', 'one', 'ONE', 'three'));
    return page.gateway.turns[0];
  });
  await page.until(() => page.chat.ask('two', 'm'));
  assert.deepEqual([page.texts, running.recall(id)], [['one', 'ONE', 'two', 'TWO'], null]);
});

const meanwhile = {
  'a new conversation is begun': [(chat) => chat.startNew(), []],
  'another question is asked': [(chat) => chat.ask('three', 'm'), ['one', 'ONE', 'three', undefined]],
};
for (const [name, [act, texts]] of Object.entries(meanwhile)) {
  test(`a later turn of another browser is not shown if ${name} before it is found`, async (t) => {
    const { page, id } = await leftOver({ messages: ['one'], generation: 'gen_1' }, ['one', 'ONE', 'two']);
    const found = deferred();
    const { newestSince } = page.conversations;
    t.mock.method(page.conversations, 'newestSince', (...asked) => found.promise.then(() => newestSince(...asked)));
    page.chat.open(id);
    await eventually(() => page.states.at(-1) === 'finish');
    t.after(held(t, page.gateway));
    act(page.chat);
    await page.until(found.resolve);
    await eventually(() => false, 2);
    assert.deepEqual(page.texts, texts);
  });
}

// --- The end of an answer.

test('the page is ready before an answer is rendered completely, which a defect might prevent', async () => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  assert.deepEqual(page.states, ['running', 'ready', 'finish']);
});

test('an answer whose text cannot be rendered ends with an error', async (t) => {
  const page = started();
  t.mock.method(page.view, 'append', () => {
    throw new TypeError('a defect');
  });
  await page.until(() => page.chat.ask('one', 'm'));
  assert.deepEqual(page.states, ['running', 'ready', 'finish']);
  assert.equal(page.entries[1].error.message, 'a defect');
});

test('a conversation that is deleted before its answer begins is not remembered', async (t) => {
  const page = started();
  const answered = deferred();
  const open = page.gateway.open.bind(page.gateway);
  t.mock.method(page.gateway, 'open', async (...asked) => {
    await answered.promise;
    return open(...asked);
  });
  page.chat.ask('one', 'm');
  const { id } = page.chat;
  assert.equal(running.recall(id).title, 'one');
  running.forget(id);
  page.chat.startNew();
  answered.resolve();
  await eventually(() => page.gateway.requests.length > 0);
  await eventually(() => false, 5);
  assert.deepEqual(running.all(), []);
});

/** Holds the next question, whose response does not begin until it is released. */
function held(t, gateway) {
  const released = deferred();
  const open = gateway.open.bind(gateway);
  const holding = t.mock.method(gateway, 'open', async (...asked) => {
    holding.mock.restore();
    await released.promise;
    return open(...asked);
  });
  return released.resolve;
}

test('a question that is left before its answer begins does not replace the one that is running', async (t) => {
  const page = started();
  let now = Date.now();
  t.mock.method(Date, 'now', () => now++);
  const ended = deferred();
  const { newestSince } = page.conversations;
  t.mock.method(page.conversations, 'newestSince', (...asked) => ended.promise.then(() => newestSince(...asked)));
  const release = held(t, page.gateway);
  page.chat.ask('one', 'm');
  page.chat.edit(0, 'two', 'm');
  const { id } = page.chat;
  await eventually(() => running.recall(id).generation);
  release();
  await eventually(() => page.gateway.requests.length === 2);
  await eventually(() => false, 5);
  assert.equal(running.recall(id).generation, 'gen_1');
  await page.until(ended.resolve);
  assert.equal(running.recall(id), null);
});

/** How a question is left before its answer begins, and what is shown after a reload once that answer is stored. */
const leftQuestions = {
  'is edited': [(chat) => chat.edit(2, 'three', 'm'), ['one', 'ONE', 'three', 'THREE']],
  'is stopped before the next one': [
    async (chat) => {
      await chat.stop();
      chat.ask('three', 'm');
    },
    ['one', 'ONE', 'two', 'three', 'THREE'],
  ],
  'is left for another version of an earlier answer': [(chat) => chat.regenerate(1, 'm'), ['one', undefined]],
};
for (const [name, [act, texts]] of Object.entries(leftQuestions)) {
  test(`a question that ${name} is not shown as one of another browser after a reload`, async (t) => {
    let now = Date.now();
    t.mock.method(Date, 'now', () => now++);
    const page = started();
    await page.until(() => page.chat.ask('one', 'm'));
    const { id } = page.chat;
    t.after(held(t, page.gateway));
    page.chat.ask('two', 'm');
    const { body } = running.recall(id);
    t.after(held(t, page.gateway));
    await act(page.chat);
    const [turn] = page.gateway.turns;
    const generation = `gen_${page.gateway.requests.push(body.messages)}`;
    page.gateway.turns.unshift({ ...turn, generation, request: body, message: { ...turn.message, content: [text('TWO')] } });
    const reloaded = loaded(page.gateway);
    reloaded.chat.open(id);
    await eventually(() => reloaded.entries?.at(-1)?.error || reloaded.entries?.at(-1)?.content.length > 0);
    assert.deepEqual(reloaded.texts, texts);
  });
}

for (const [name, [act, question, versions]] of Object.entries(askedAgain)) {
  test(`${name} that is left before its answer begins is waited for when the conversation is opened again`, async (t) => {
    const page = started();
    await page.until(() => page.chat.ask('one', 'm'));
    const { id } = page.chat;
    const release = held(t, page.gateway);
    act(page.chat);
    page.chat.startNew();
    await page.chat.open(id);
    assert.deepEqual([page.states.at(-1), page.entries.at(-1).isRunning], ['running', true]);
    await page.until(release);
    await eventually(() => page.versions[0] === versions[0]);
    assert.deepEqual([page.texts, page.versions], [[question, question.toUpperCase()], versions]);
    assert.equal(page.gateway.requests.length, 2);
    assert.equal(running.recall(id), null);
  });
}

test('a question that is refused after it was left and opened again is not taken for answered later', async (t) => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  const { id } = page.chat;
  const answered = deferred();
  const refusing = t.mock.method(page.gateway, 'open', async () => {
    await answered.promise;
    throw new Refused({ status: 529, type: 'overloaded_error', message: 'Overloaded' });
  });
  page.chat.regenerate(1, 'm');
  page.chat.startNew();
  await page.chat.open(id);
  answered.resolve();
  await eventually(() => page.entries[1].error);
  page.chat.retry(1, 'm');
  await eventually(() => refusing.mock.callCount() === 2 && page.entries[1].error);
  page.chat.startNew();
  await page.chat.open(id);
  assert.equal(page.entries[1].error?.message, 'Overloaded');
});

/** The error of a proxy, of the gateway, and of the answer itself, which the gateway keeps. */
const byProxy = (status) => new Refused({ status, type: 'api_error', message: `status ${status}` });
const byGateway = (status) => new Refused({ status, type: 'api_error', message: `status ${status}`, requestId: 'req_1', retryAfter: 1 });
const ofAnswer = (status, retryAfter, isFinal) => new Refused({ status, type: 'api_error', message: `status ${status}`, requestId: 'gen_1', retryAfter, isFinal });

for (const refusal of [byProxy(408), byProxy(502), byProxy(504), byGateway(500), byGateway(529), byGateway(429), ofAnswer(503, 1)]) {
  test(`a resumption goes on after ${refusal.message} ${refusal.requestId ?? ''}`, async () => {
    const page = started();
    page.gateway.eventsMax = 2;
    page.gateway.refusals = [refusal];
    await page.until(() => page.chat.ask('one', 'm'));
    assert.deepEqual(page.texts, ['one', 'ONE']);
    assert.equal(page.entries[1].error, undefined);
    assert.equal(page.gateway.resumptions, 2);
  });
}

for (const refusal of [byProxy(501), ofAnswer(502), ofAnswer(504), ofAnswer(529), ofAnswer(503), ofAnswer(503, 1, true)]) {
  test(`a resumption ends with ${refusal.message} ${refusal.requestId ?? ''}, and is remembered until it is stored`, async () => {
    const page = started();
    page.conversations.newestSince = async () => null;
    page.gateway.eventsMax = 0;
    page.gateway.refusals = [refusal];
    page.chat.ask('one', 'm');
    await eventually(() => page.entries[1]?.error);
    assert.equal(page.entries[1].error.message, refusal.message);
    assert.equal(page.entries[1].error.isFinal, false);
    assert.equal(page.gateway.resumptions, 1);
    const { generation, error } = running.recall(page.chat.id);
    assert.deepEqual([generation, error], ['gen_1', undefined]);
  });
}

/** Shows the answer to "one", and has the resumption of another version refused, whose answer still runs. */
async function cutAnswer(t) {
  const page = started();
  await page.until(() => page.chat.ask('one', 'm'));
  t.mock.method(page.conversations, 'newestSince', async () => null);
  Object.assign(page.gateway, { eventsMax: 0, refusals: [byProxy(501)] });
  page.chat.regenerate(1, 'm');
  await eventually(() => page.entries[1].error);
  page.gateway.turns.shift();
  page.gateway.eventsMax = Infinity;
  return page;
}

test('an answer that cannot be resumed is followed when the user tries again, and not paid twice', async (t) => {
  const page = await cutAnswer(t);
  page.chat.retry(1, 'm');
  await eventually(() => page.entries[1].generation && !page.entries[1].isRunning);
  assert.deepEqual([page.texts, page.entries[1].generation, page.entries[1].error], [['one', 'ONE'], 'gen_2', undefined]);
  assert.deepEqual([page.gateway.headers.length, page.gateway.resumptions, page.gateway.cancelled], [2, 2, []]);
});

test('an answer that cannot be resumed is cancelled when the user tries again with another model', async (t) => {
  const page = await cutAnswer(t);
  page.chat.retry(1, 'm2');
  await eventually(() => page.entries[1].generation === 'gen_3');
  assert.deepEqual([page.gateway.headers.length, page.gateway.cancelled], [3, ['/v1/generations/gen_2']]);
});

test('an answer that cannot be resumed is cancelled when the user tries again after another question', async (t) => {
  const page = await cutAnswer(t);
  Object.assign(page.gateway, { eventsMax: 3, refusals: [byProxy(501)] });
  page.chat.retry(1, 'm2');
  await eventually(() => page.entries[1].error);
  page.gateway.eventsMax = Infinity;
  page.chat.ask('two', 'm2');
  await eventually(() => page.entries[3]?.generation && !page.entries[3].isRunning);
  page.chat.retry(1, 'm2');
  await eventually(() => page.gateway.headers.length === 5);
  assert.deepEqual([page.gateway.headers.length, page.gateway.cancelled.at(-1)], [5, '/v1/generations/gen_3']);
});

const invalid = (requestId) => new Refused({ status: 400, type: 'invalid_request_error', message: 'no', requestId });
/** Whether the next question replaces one whose answer cannot be resumed, or whose turn has failed. */
const replaced = {
  'whose resumption is refused': [{ refusal: invalid('req_1') }, false],
  'that Claude refuses after its answer began': [{ refusal: invalid('gen_1') }, true],
  'whose stored turn is invalid': [{ refusal: invalid('gen_1'), isReopened: true }, true],
};
for (const [name, [{ refusal, isReopened = false }, isReplaced]] of Object.entries(replaced)) {
  test(`a question ${name} is ${isReplaced ? 'not ' : ''}sent with the next one`, async () => {
    const page = started();
    page.gateway.eventsMax = 0;
    page.gateway.refusals = [refusal];
    await page.until(() => page.chat.ask('one', 'm'));
    assert.equal(page.entries[1].error.message, 'no');
    if (isReopened) {
      Object.assign(page.gateway.turns[0], { type: 'failed', message: {}, error: { type: 'invalid_request_error', message: 'no' } });
      const { id } = page.chat;
      page.chat.startNew();
      await page.chat.open(id);
    }
    page.gateway.eventsMax = Infinity;
    await page.until(() => page.chat.ask('two', 'm'));
    const sent = page.gateway.requests.at(-1).map(({ content }) => content);
    assert.deepEqual(sent, isReplaced ? ['two'] : ['one', 'two']);
  });
}

test('a failed answer is requested again as it was, so that it can join one that runs', async () => {
  const page = started();
  page.gateway.eventsMax = 0;
  page.gateway.refusals = [ofAnswer(502)];
  await page.until(() => page.chat.ask('one', 'm'));
  page.gateway.eventsMax = Infinity;
  await page.until(() => page.chat.retry(1, 'm'));
  assert.equal(page.gateway.headers[1]['cache-control'], undefined);
  assert.deepEqual(page.texts, ['one', 'ONE']);

  page.gateway.losses = 1;
  page.chat.askInstead(1);
  await eventually(() => page.entries[1].error);
  await page.until(() => page.chat.retry(1, 'm'));
  assert.deepEqual([page.gateway.headers.at(-1)['cache-control'], page.gateway.headers.at(-1)['x-parley-similar']], ['no-cache', 'off']);
});

test('another model is tried again without the request for the stronger one of the alias', async () => {
  const page = started();
  await page.until(() => page.chat.ask('one', 'auto'));
  page.gateway.knowsAnswers = false;
  page.chat.escalate(1);
  await eventually(() => page.entries[1]?.error);
  page.chat.retry(1, 'auto');
  await eventually(() => page.gateway.headers.length === 3 && page.entries[1]?.error);
  assert.equal(page.gateway.headers[2]['x-parley-escalate'], 'gen_1');
  await page.until(() => page.chat.retry(1, 'm'));
  assert.equal(page.gateway.headers.at(-1)['x-parley-escalate'], undefined);
});

test('an answer that is stopped before it begins is cancelled when it does', async () => {
  const page = started();
  page.chat.ask('one', 'm');
  await page.chat.stop();
  assert.deepEqual(page.gateway.cancelled, []);
  await eventually(() => page.gateway.cancelled.length > 0);
  assert.deepEqual(page.gateway.cancelled, ['/v1/generations/gen_1']);
});

test('an answer goes on without a connection only once it has begun', async (t) => {
  const page = started();
  const release = held(t, page.gateway);
  page.chat.ask('one', 'm');
  await eventually(() => false, 5);
  assert.deepEqual([page.states, page.begun], [['running'], []]);
  await page.until(release);
  assert.deepEqual(page.begun, ['running']);

  const { id } = page.chat;
  running.remember(id, { title: 'one', body: page.gateway.bodies[0], askedAt: Date.now(), generation: 'gen_1' });
  page.chat.startNew();
  await page.until(() => page.chat.open(id));
  assert.equal(page.begun.length, 2, 'also after a reload');
});

/** Sets whether the browser has a network. */
function network(isThere) {
  Object.defineProperty(navigator, 'onLine', { value: isThere, configurable: true });
  dispatchEvent(new Event(isThere ? 'online' : 'offline'));
}

test('a question that is stopped offline is not sent later', async (t) => {
  t.after(() => network(true));
  const page = started();
  network(false);
  page.gateway.losses = 1;
  page.chat.ask('one', 'm');
  await eventually(() => page.gateway.losses === 0);
  await page.chat.stop();
  assert.deepEqual([page.states, page.entries[1].error.message], [['running', 'ready', 'finish'], 'Stopped.']);
  assert.equal(running.recall(page.chat.id).error.type, 'cancelled');
  network(true);
  await eventually(() => false, 60);
  assert.equal(page.gateway.headers.length, 1);
});

for (const losses of [0, 1]) {
  test(`a question that is stopped ends at once, and is cancelled since it may have arrived: ${losses} losses`, async (t) => {
    const page = started();
    page.gateway.losses = losses;
    const release = losses ? () => network(true) : held(t, page.gateway);
    page.chat.ask('one', 'm');
    await eventually(() => page.gateway.losses === 0);
    await page.chat.stop();
    assert.deepEqual([page.states, page.entries[1].error.message], [['running', 'ready', 'finish'], 'Stopped.']);
    release();
    await eventually(() => page.gateway.cancelled.length > 0);
    assert.deepEqual(page.gateway.cancelled, ['/v1/generations/gen_1']);
    assert.deepEqual([page.states.length, running.recall(page.chat.id).generation], [3, 'gen_1']);
  });
}

for (const failures of [1, Infinity]) {
  test(`an answer that was stopped before it began is cancelled again if that fails: ${failures} times`, async (t) => {
    const page = started();
    const release = held(t, page.gateway);
    page.chat.ask('one', 'm');
    await page.chat.stop();
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const open = page.gateway.open.bind(page.gateway);
    let cancellations = 0;
    t.mock.method(page.gateway, 'open', async (path, asked) => {
      if (asked.method === 'DELETE' && ++cancellations <= failures) {
        throw new Refused({ status: 503, type: 'api_error', message: 'The log cannot be reached.' });
      }
      return open(path, asked);
    });
    release();
    for (let i = 0; i < 20; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      t.mock.timers.tick(5_000);
    }
    assert.deepEqual([cancellations, page.complaints], failures === 1 ? [2, []] : [4, ['not stopped']]);
  });
}

test('an answer that could not be stopped ends with its own error', async (t) => {
  const page = started();
  let response;
  t.mock.method(page.gateway, 'open', async (_, { method }) => {
    if (method === 'DELETE') {
      throw new Unreachable('Failed to fetch');
    }
    const body = new ReadableStream({ start: (controller) => (response = controller) });
    return new Response(body, { headers: { 'x-parley-generation': 'gen_1' } });
  });
  page.chat.ask('one', 'm');
  await eventually(() => page.begun.length > 0);
  await assert.rejects(page.chat.stop(), Unreachable);
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  response.enqueue(new TextEncoder().encode(`event: error\ndata: ${JSON.stringify(error)}\n\n`));
  await eventually(() => page.entries[1].error);
  assert.equal(page.entries[1].error.type, 'overloaded_error');
});

/** Serves a published answer as far as a test gives it. */
function publishedInPieces(t) {
  let pieces;
  const body = new ReadableStream({ start: (controller) => (pieces = controller) });
  t.mock.method(globalThis, 'fetch', async (_, { signal }) => {
    signal.addEventListener('abort', () => pieces.error(signal.reason));
    return new Response(body);
  });
  const send = (event) => pieces.enqueue(new TextEncoder().encode(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`));
  send({ type: 'message_start', message: { model: 'm', usage: {} } });
  send({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'A sequ' } });
  return { end: () => pieces.close() };
}

test('a published answer can be stopped', async (t) => {
  publishedInPieces(t);
  const page = started();
  const received = t.mock.method(page.view, 'append');
  const shown = page.chat.showPublished({ id: 'ans_1', question: 'What is a log?', model: 'm' });
  await eventually(() => received.mock.callCount() === 2);
  await page.chat.stop();
  await shown;
  assert.deepEqual(page.texts, ['What is a log?', 'A sequ']);
  assert.equal(page.entries[1].error.type, 'cancelled');
  assert.equal(page.states.at(-2), 'ready');
});

test('a published answer that breaks off is not shown as whole', async (t) => {
  const { end } = publishedInPieces(t);
  const page = started();
  const shown = page.chat.showPublished({ id: 'ans_1', question: 'What is a log?', model: 'm' });
  end();
  await shown;
  assert.match(page.entries[1].error.message, /lost before the end/);
  assert.equal(canRetry(page.entries[1].error), true);
});
