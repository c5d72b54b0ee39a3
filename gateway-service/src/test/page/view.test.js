import assert from 'node:assert/strict';
import test from 'node:test';
import { load, window } from './browser.js';

const { document } = window;
const { Composer } = await load('view/composer.js');
const { Sidebar } = await load('view/sidebar.js');
const { AnswerView } = await load('view/answer-view.js');
const { QuestionView } = await load('view/question-view.js');

function composer(actions = {}) {
  document.querySelector('.composer').replaceChildren();
  new Composer({ onAsk: () => {}, onStop: () => {}, picker: document.createElement('select'), ...actions });
  return document.getElementById('question');
}

function type(question, text) {
  question.value = text;
  question.dispatchEvent(new window.Event('input'));
}

/** Pastes; returns whether the browser inserts the text. */
function paste(question, text, ...files) {
  const event = new window.Event('paste', { cancelable: true });
  event.clipboardData = { files, getData: () => text };
  return question.dispatchEvent(event);
}

test('text that is pasted with a picture is inserted', () => {
  const picture = new window.File(['x'], 'p.png', { type: 'image/png' });
  const question = composer();
  assert.equal(paste(question, 'a cell', picture), true);
  assert.equal(paste(question, '', picture), false);
  assert.equal(paste(question, 'text'), true);
});

test('a draft survives a reload until it is sent', () => {
  sessionStorage.clear();
  type(composer(), 'half a quest');
  const asked = [];
  const question = composer({ onAsk: (content) => asked.push(content) });
  assert.equal(question.value, 'half a quest');
  assert.equal(document.querySelector('.send').disabled, false);
  question.dispatchEvent(new window.KeyboardEvent('keydown', { key: 'Enter', cancelable: true }));
  assert.deepEqual(asked, ['half a quest']);
  assert.equal(composer().value, '');
});

test('Escape in the search box ends the search and reaches nothing else', (context) => {
  const searches = [];
  const history = Object.assign(new EventTarget(), { list: [], search: (query) => searches.push(query) });
  new Sidebar(history, { onRemoved: () => {} });
  const search = document.getElementById('search');
  const onEscape = context.mock.fn();
  window.addEventListener('keydown', onEscape);
  search.value = 'logs';
  search.dispatchEvent(new window.KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
  assert.equal(onEscape.mock.callCount(), 0);
  assert.equal(search.value, '');
  assert.deepEqual(searches, ['']);
  search.dispatchEvent(new window.KeyboardEvent('keydown', { key: 'a', bubbles: true }));
  assert.equal(onEscape.mock.callCount(), 1);
});

const actions = { onRegenerate: () => {}, onEscalate: () => {}, onVersion: () => {}, cheaperOf: (alias) => (alias === 'auto' ? 'cheap' : undefined) };

function failed(error, generation) {
  return new AnswerView({ role: 'assistant', content: [], error, generation }, actions).element;
}

test('an answer of the cheaper model of an alias has "Ask the stronger model"', () => {
  const onEscalate = test.mock.fn();
  const button = (facts, generation) =>
    new AnswerView({ role: 'assistant', content: [{ type: 'text', text: 'A log.' }], facts, generation }, { ...actions, onEscalate }).element
      .querySelector('[data-action="escalate"]');
  const shown = button({ requested: 'auto', model: 'cheap-1' }, 'gen_1');
  assert.equal(shown.hidden, false);
  shown.click();
  assert.equal(onEscalate.mock.callCount(), 1);
  assert.equal(button({ requested: 'auto', model: 'strong-1' }, 'gen_1').hidden, true);
  assert.equal(button({ requested: 'cheap', model: 'cheap-1' }, 'gen_1').hidden, true);
  assert.equal(button({ requested: 'auto', model: 'cheap-1' }).hidden, true);
});

test('only an error that can pass has "Try again"', () => {
  assert.ok(failed({ type: 'overloaded_error', message: 'Overloaded' }).querySelector('[data-action="try-again"]'));
  assert.ok(!failed({ type: 'invalid_request_error', message: 'messages: no' }).querySelector('[data-action="try-again"]'));
  assert.ok(!failed({ type: 'rate_limit_error', isFinal: true, message: 'no' }).querySelector('[data-action="try-again"]'));
  assert.ok(!failed({ type: 'cancelled', message: 'Stopped.' }, 'gen_1').querySelector('button.button, .request-id'));
});

test('an error has its request id to copy', async () => {
  const copied = [];
  Object.assign(window.navigator, { clipboard: { writeText: async (text) => copied.push(text) } });
  const button = failed({ type: 'api_error', message: 'no', requestId: 'gen_1' }).querySelector('.request-id');
  assert.equal(button.textContent, 'gen_1');
  button.click();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(copied, ['gen_1']);
  assert.equal(failed({ type: 'api_error', message: 'no' }, 'gen_2').querySelector('.request-id').textContent, 'gen_2');
  assert.equal(failed({ type: 'page_error', message: 'Failed to fetch' }).querySelector('.request-id'), null);
});

test('a question shows its versions', () => {
  const steps = [];
  const entry = { role: 'user', content: 'one', versions: { number: 2, count: 3 } };
  const view = new QuestionView(entry, () => {}, (step) => steps.push(step));
  assert.equal(view.element.querySelector('.versions').textContent, '‹2/3›');
  view.element.querySelectorAll('.versions button').forEach((button) => button.click());
  assert.deepEqual(steps, [-1, 1]);
  entry.versions = { number: 3, count: 3 };
  view.showVersions();
  assert.ok(view.element.querySelector('[data-action="version-after"]').disabled);
  entry.versions = { number: 1, count: 1 };
  view.showVersions();
  assert.ok(view.element.querySelector('.versions').hidden);
});
