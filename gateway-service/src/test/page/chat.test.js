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
  headers = [];
  /** Whether it knows the answers that requests name. */
  knowsAnswers = true;
  /** The model that answers requests for an alias. */
  answeredBy = 'strong-1';
  /** The headers of responses with the answer to a similar question. */
  similar = {};
  /** The number of responses that are lost before their headers. */
  losses = 0;

  async open(_, { body, headers }) {
    this.headers.push(headers);
    if (this.losses > 0) {
      this.losses--;
      throw new Unreachable('Failed to fetch');
    }
    if (headers['x-parley-escalate'] && !this.knowsAnswers) {
      throw new Refused({ status: 404, type: 'not_found_error', message: 'There is no such generation.' });
    }
    const model = body.model === 'auto' ? this.answeredBy : body.model;
    const generation = `gen_${this.requests.push(body.messages)}`;
    const text = body.messages.at(-1).content.toUpperCase();
    this.turns.unshift({
      generation,
      type: 'completed',
      model: body.model,
      escalates: headers['x-parley-escalate'],
      request: body,
      message: { model, role: 'assistant', content: [{ type: 'text', text, citations: null }], stop_reason: 'end_turn' },
      usage: {},
      attempts: [{}],
      timings: {},
      ...(this.similar['x-parley-cache'] && { cache: 'similar', similar: { gate: 'reused', similarity: 0.9412, source: 'gen_0' } }),
    });
    const events = [
      { type: 'message_start', message: { model, usage: {} } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_stop' },
    ];
    const stream = events.map((event, i) => `id: ${i}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
    return new Response(stream, { headers: { 'x-parley-generation': generation, ...this.similar } });
  }
}

/** A chat, with what it shows. */
function started() {
  localStorage.clear();
  const gateway = new ScriptedGateway();
  const conversations = {
    newest: async (_, limit) => ({ turns: gateway.turns.slice(0, limit) }),
    turnOf: async (_, generation) => gateway.turns.find((turn) => turn.generation === generation),
  };
  const shown = [];
  const view = { append() {}, finish() {}, showFacts() {} };
  let ended = deferred();
  const chat = new Chat(gateway, conversations, {
    show: (entries) => shown.push(entries),
    pin() {},
    unpin() {},
    last: view,
    onRunning: () => {},
    onLost: () => {},
    onModel: () => {},
    onOpened: () => {},
    onAsked: () => {},
    cheaperOf: (alias) => (alias === 'auto' ? 'cheap' : undefined),
    onStored: () => ended.resolve(),
  });
  return {
    chat,
    gateway,
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

const interrupted = {
  'a question': [{}, 1],
  'a question that bypasses the cache': [{ fresh: true }, 0],
  // Larger than the browser's storage.
  'a question with images that could not be stored': [{ image: 'x'.repeat(6_000_000) }, 0],
};
for (const [name, [{ fresh = false, image }, requests]] of Object.entries(interrupted)) {
  test(`${name} without an answer is sent ${requests ? 'again' : 'no second time'} after a reload`, async () => {
    const page = started();
    const content = image ? [{ type: 'text', text: 'one' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } }] : 'one';
    const body = { model: 'm', messages: [{ role: 'user', content }] };
    running.remember('conv_1', { title: 'one', body, fresh, askedAt: Date.now() });
    await page.chat.open('conv_1');
    await eventually(() => page.entries[1]?.error || page.entries[1]?.content.length > 0);
    assert.equal(page.gateway.headers.length, requests);
    assert.equal(page.entries[1].error?.message, requests ? undefined : 'This question has not been answered.');
  });
}

async function eventually(isSo) {
  for (let i = 0; i < 200 && !isSo(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
