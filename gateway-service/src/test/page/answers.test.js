import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './browser.js';

const { answer, Unanswered } = await load('api/answers.js');

const EVENT = 'id: 0\nevent: message_start\ndata: {}\n\n';

/** The steps of an answer to a question, at a time that a test controls. */
function asked(t) {
  let now = 0;
  let respond;
  let body;
  let calls = 0;
  t.mock.timers.enable({ apis: ['setInterval'] });
  t.mock.method(performance, 'now', () => now);
  const open = (_, { signal }) =>
    new Promise((resolve, reject) => {
      calls++;
      signal.addEventListener('abort', () => {
        reject(signal.reason);
        body?.error(signal.reason);
      });
      respond = resolve;
    });
  const steps = answer({ open }, { post: { body: {}, headers: {} }, once: true }, new AbortController().signal);
  return {
    /** The type of the next step, during which this time passes. */
    async next(seconds, act = () => {}) {
      const step = steps.next();
      // An expected rejection, if the time is too long.
      step.catch(() => {});
      for (let i = 0; i < seconds; i++) {
        this.pass(1);
      }
      act();
      return (await step).value.type;
    },
    respond: () => respond(new Response(new ReadableStream({ start: (controller) => (body = controller) }), { headers: { 'x-parley-generation': 'gen_1' } })),
    send: (text = EVENT) => body.enqueue(new TextEncoder().encode(text)),
    pass: (seconds) => {
      now += seconds * 1_000;
      t.mock.timers.tick(seconds * 1_000);
    },
    get calls() {
      return calls;
    },
  };
}

test('a question may take as long to upload as the gateway reads it', async (t) => {
  const page = asked(t);
  assert.equal(await page.next(45, page.respond), 'begun');
  assert.equal(await page.next(20, page.send), 'event');
  assert.equal(page.calls, 1);
});

test('a question without a response is given up', async (t) => {
  const page = asked(t);
  await assert.rejects(page.next(62), Unanswered);
});

test('a response without events is given up after two missing pings', async (t) => {
  const page = asked(t);
  assert.equal(await page.next(1, page.respond), 'begun');
  assert.equal(await page.next(27), 'lost');
});

test('an event that takes longer than the pings is read once, as long as parts of it arrive', async (t) => {
  const page = asked(t);
  assert.equal(await page.next(1, page.respond), 'begun');
  const event = page.next(0);
  for (const part of [EVENT.slice(0, 10), EVENT.slice(10, 20), EVENT.slice(20)]) {
    page.pass(20);
    page.send(part);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(await event, 'event');
});
