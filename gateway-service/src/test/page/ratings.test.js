import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './browser.js';

const { Ratings } = await load('state/ratings.js');

/** A gateway whose responses to ratings the test gives. */
class HeldGateway {
  calls = [];

  json(path, { method, body }) {
    return new Promise((accept, refuse) => this.calls.push({ call: `${method} ${path} ${JSON.stringify(body)}`, accept, refuse }));
  }
}

/** Lets everything that can happen now happen. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

test('a rating is sent, and known after a reload', async () => {
  localStorage.clear();
  const gateway = new HeldGateway();
  const rated = new Ratings(gateway);
  const done = rated.rate('gen_1', 'up');
  assert.equal(rated.of('gen_1'), 'up');
  await settled();
  assert.equal(gateway.calls[0].call, 'POST /v1/generations/gen_1/feedback {"rating":"up"}');
  assert.equal(new Ratings(gateway).of('gen_1'), undefined, 'not before it is accepted');
  gateway.calls[0].accept({});
  await done;
  assert.equal(new Ratings(gateway).of('gen_1'), 'up');
});

test('a rating that is refused changes nothing', async () => {
  localStorage.clear();
  const gateway = new HeldGateway();
  const rated = new Ratings(gateway);
  const first = rated.rate('gen_1', 'up');
  await settled();
  gateway.calls[0].accept({});
  await first;
  const second = assert.rejects(rated.rate('gen_1', 'down'), /unreachable/);
  await settled();
  gateway.calls[1].refuse(new Error('unreachable'));
  await second;
  assert.equal(rated.of('gen_1'), 'up');
});

test('of ratings in quick succession the last one is sent last', async () => {
  localStorage.clear();
  const gateway = new HeldGateway();
  const rated = new Ratings(gateway);
  const all = Promise.all(['up', 'down', 'up', 'down'].map((rating) => rated.rate('gen_1', rating)));
  await settled();
  assert.equal(gateway.calls.length, 1);
  gateway.calls[0].accept({});
  await all;
  assert.match(gateway.calls[0].call, /down/);
  assert.equal(rated.of('gen_1'), 'down');

  const slow = rated.rate('gen_1', 'up');
  await settled();
  const next = rated.rate('gen_1', 'down');
  await settled();
  assert.equal(gateway.calls.length, 2, 'one at a time');
  gateway.calls[1].accept({});
  await slow;
  assert.equal(rated.of('gen_1'), 'down');
  await settled();
  gateway.calls[2].accept({});
  await next;
  assert.equal(new Ratings(gateway).of('gen_1'), 'down');
});

test('the newest 500 ratings are kept', async () => {
  localStorage.clear();
  const rated = new Ratings({ json: async () => ({}) });
  for (let i = 0; i < 501; i++) {
    await rated.rate(`gen_${i}`, 'up');
  }
  assert.equal(rated.of('gen_0'), undefined);
  assert.equal(rated.of('gen_1'), 'up');
  assert.equal(rated.of('gen_500'), 'up');
});
