import assert from 'node:assert/strict';
import test from 'node:test';
import { load, window } from './browser.js';

const { document } = window;

const events = [
  { type: 'message_start', message: { model: 'm', usage: {} } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'A sequence.' } },
  { type: 'message_stop' },
];
const stream = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

/** What the gateway serves. */
const RESPONSES = {
  '/page/config.json': () => Response.json({ local_key: 'local', collection: 'logs' }),
  '/v1/collections/logs': () => Response.json({ questions: [{ id: 'ans_1', question: 'What is a log?', model: 'm' }] }),
  '/v1/answers/ans_1/events': () => new Response(stream),
  '/v1/models': () => Response.json({ data: [] }),
  '/v1/conversations': () => Response.json({ conversations: [] }),
  '/v1/messages': () => new Response('', { status: 529 }),
};

async function eventually(isSo, triesMax = 200) {
  for (let i = 0; i < triesMax && !isSo(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('the page begins once its configuration is read, which the user can try again', async (t) => {
  const { '/page/config.json': configuration } = RESPONSES;
  t.mock.method(globalThis, 'fetch', async (path) => RESPONSES[path.replace(/\?.*/, '')]());
  RESPONSES['/page/config.json'] = () => new Response('', { status: 503 });
  const begun = load('main.js');
  const failure = () => document.querySelector('.greeting .note:not([hidden])');
  await eventually(failure);
  assert.equal(failure().textContent, 'The gateway cannot be reached.Try again');
  assert.equal(document.getElementById('question'), null);
  RESPONSES['/page/config.json'] = configuration;
  failure().querySelector('button').click();
  await begun;
  assert.equal(failure(), null);
  assert.ok(document.getElementById('question'));
  await eventually(() => document.querySelector('.suggestion'));
});

test('only a conversation is exported, and so no published answer', async (t) => {
  t.mock.method(globalThis, 'fetch', async (path) => RESPONSES[path.replace(/\?.*/, '')]());
  const button = document.querySelector('.export');
  const answers = () => document.querySelectorAll('.answer:not(.is-running)');
  assert.equal(button.hidden, true);
  document.querySelector('.suggestion').click();
  await eventually(() => answers().length === 1);
  assert.deepEqual([answers()[0].querySelector('.markdown').textContent, button.hidden], ['A sequence.', true]);

  document.getElementById('question').value = 'Why?';
  document.getElementById('question').dispatchEvent(new window.Event('input'));
  document.querySelector('.composer').requestSubmit();
  await eventually(() => answers().length === 2);
  assert.deepEqual([answers().length, button.hidden], [2, false]);
  document.querySelector('.new-chat').click();
  assert.equal(button.hidden, true);
});

test('a question that begins a conversation is not for the model of the one before', async (t) => {
  t.mock.method(globalThis, 'fetch', async (path) => (RESPONSES[path.replace(/\?.*/, '')] ?? (() => new Response('', { status: 404 })))());
  const body = { model: 'other-1', messages: [{ role: 'user', content: 'one' }] };
  const run = { title: 'one', body, fresh: false, error: { type: 'api_error', message: 'no' }, askedAt: Date.now() };
  localStorage.setItem('parley.running.conv_1', JSON.stringify(run));
  const picker = document.querySelector('.model');
  const { value: ofNew } = picker;
  const opened = async () => {
    location.hash = '#conv_1';
    await eventually(() => picker.value === 'other-1');
    assert.equal(picker.value, 'other-1');
  };
  await opened();
  document.querySelector('.new-chat').click();
  assert.equal(picker.value, ofNew);

  await opened();
  location.hash = '#conv_2';
  await eventually(() => document.querySelector('.greeting .note:not([hidden])'));
  assert.equal(picker.value, ofNew, 'also if no conversation could be opened');
});

test('Escape closes the sidebar that is above the conversation, and only then stops the answer', async (t) => {
  const calls = [];
  const running = (signal) => new ReadableStream({ start: (body) => signal.addEventListener('abort', () => body.error(signal.reason)) });
  const begun = { '/v1/messages': (signal) => new Response(running(signal), { headers: { 'x-parley-generation': 'gen_1' } }) };
  t.mock.method(globalThis, 'fetch', async (path, { method, signal } = {}) => {
    calls.push(`${method} ${path}`);
    return ({ ...RESPONSES, ...begun }[path.replace(/\?.*/, '')] ?? (() => Response.json({})))(signal);
  });
  const screen = matchMedia('(max-width: 760px)');
  screen.matches = true;
  t.after(() => (screen.matches = false));
  document.querySelector('.new-chat').click();
  document.getElementById('question').value = 'Why?';
  document.getElementById('question').dispatchEvent(new window.Event('input'));
  document.querySelector('.composer').requestSubmit();
  await eventually(() => location.hash && calls.includes('POST /v1/messages'));
  document.querySelector('[data-action="open-sidebar"]').click();
  const escape = () => document.activeElement.dispatchEvent(new window.KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  const cancelled = () => calls.includes('DELETE /v1/generations/gen_1');
  escape();
  await eventually(cancelled, 5);
  assert.deepEqual([document.body.classList.contains('is-sidebar-open'), cancelled()], [false, false]);
  escape();
  await eventually(cancelled);
  assert.equal(cancelled(), true);
  document.querySelector('.new-chat').click();
});

test('a conversation that another tab deletes is no longer open', async (t) => {
  t.mock.method(globalThis, 'fetch', async (path) => (RESPONSES[path.replace(/\?.*/, '')] ?? (() => new Response('', { status: 404 })))());
  const deleted = (id) => dispatchEvent(new window.StorageEvent('storage', { key: `parley.deleted.${id}`, newValue: 'yes' }));
  location.hash = '#conv_1';
  await eventually(() => document.querySelector('.question .bubble')?.textContent === 'one');
  deleted('conv_2');
  assert.equal(location.hash, '#conv_1');
  deleted('conv_1');
  assert.deepEqual([location.hash, document.querySelector('.question'), localStorage.getItem('parley.running.conv_1')], ['', null, null]);
});
