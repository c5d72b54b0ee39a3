import assert from 'node:assert/strict';
import test from 'node:test';
import { load, window } from './browser.js';

const { document } = window;
const { Composer } = await load('view/composer.js');
const { History } = await load('state/history.js');
const { Sidebar } = await load('view/sidebar.js');
const { AnswerView } = await load('view/answer-view.js');
const { QuestionView } = await load('view/question-view.js');
const { Thread } = await load('view/thread.js');
const { ModelPicker } = await load('view/model-picker.js');
const { BUILT_IN } = await load('api/models.js');

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

/** The beginnings of files, and the type of the image that is sent; others become JPEG. */
const beginnings = [
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff\xe0\0\x10JFIF', 'image/jpeg'],
  ['GIF89a', 'image/gif'],
  ['RIFF\n\0\0\0WEBPVP8 ', 'image/webp'],
  ['RIFF\n\0\0\0WAVEfmt ', null],
  ['\0\0\0\x1cftypavif', null],
];
for (const [beginning, type] of beginnings) {
  test(`an image whose extension is wrong is sent as what it is: ${beginning.replace(/[^ -~]/g, '.')}`, async (t) => {
    const { imageBlock } = await load('view/images.js');
    globalThis.createImageBitmap = async () => ({ width: 1, height: 1, close() {} });
    t.after(() => delete globalThis.createImageBitmap);
    t.mock.method(window.HTMLCanvasElement.prototype, 'getContext', () => ({ fillRect() {}, drawImage() {} }));
    t.mock.method(window.HTMLCanvasElement.prototype, 'toBlob', (done) => done(new window.Blob(['a JPEG'], { type: 'image/jpeg' })));
    for (const claimed of ['image/png', 'image/jpeg']) {
      const bytes = Uint8Array.from(beginning, (char) => char.charCodeAt(0));
      const { source } = await imageBlock(new window.File([bytes], 'p', { type: claimed }));
      assert.deepEqual([source.media_type, atob(source.data)], type ? [type, beginning] : ['image/jpeg', 'a JPEG']);
    }
  });
}

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

test('a question stays in the composer while a conversation is loaded', () => {
  sessionStorage.clear();
  document.querySelector('.composer').replaceChildren();
  const asked = [];
  const made = new Composer({ onAsk: (content) => asked.push(content), onStop: () => {}, picker: document.createElement('select') });
  const question = document.getElementById('question');
  const enter = () => question.dispatchEvent(new window.KeyboardEvent('keydown', { key: 'Enter', cancelable: true }));
  made.state = 'loading';
  type(question, 'two');
  enter();
  assert.deepEqual([question.value, document.querySelector('.send').disabled, ...asked], ['two', true]);
  made.state = 'ready';
  assert.equal(document.querySelector('.send').disabled, false);
  enter();
  assert.deepEqual([question.value, ...asked], ['', 'two']);
});

/** Keys for an input method: those of Safari have its code only. */
const COMPOSING = [{ isComposing: true }, { keyCode: 229 }];
const press = (target, key, properties = {}) => target.dispatchEvent(new window.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...properties }));

for (const properties of COMPOSING) {
  test(`a key for an input method sends, ends and stops nothing: ${JSON.stringify(properties)}`, () => {
    sessionStorage.clear();
    const asked = [];
    const question = composer({ onAsk: (content) => asked.push(content) });
    type(question, 'こんにちは');
    press(question, 'Enter', properties);
    assert.deepEqual(asked, []);
    press(question, 'Enter');
    assert.deepEqual(asked, ['こんにちは']);

    const edited = [];
    const view = new QuestionView({ role: 'user', content: 'one' }, (content) => edited.push(content));
    view.element.querySelector('[data-action="edit"]').click();
    const area = view.element.querySelector('textarea');
    press(area, 'Escape', properties);
    press(area, 'Enter', properties);
    assert.deepEqual([edited, view.element.contains(area)], [[], true]);
    press(area, 'Enter');
    assert.deepEqual(edited, ['one']);

    const { list, renamed } = sidebar();
    list.querySelector('[data-action="rename"]').click();
    press(list.querySelector('input'), 'Escape', properties);
    list.querySelector('input').value = 'two';
    press(list.querySelector('input'), 'Enter', properties);
    assert.deepEqual(renamed, []);
    press(list.querySelector('input'), 'Enter');
    assert.deepEqual(renamed, ['two']);
  });
}

test('a question is not sent while its image is being prepared', async (t) => {
  sessionStorage.clear();
  let prepare;
  globalThis.createImageBitmap = () => new Promise((resolve) => (prepare = () => resolve({ width: 1, height: 1, close() {} })));
  t.after(() => delete globalThis.createImageBitmap);
  const asked = [];
  const question = composer({ onAsk: (content) => asked.push(content) });
  const send = document.querySelector('.send');
  paste(question, '', new window.File([Uint8Array.from('\x89PNG', (char) => char.charCodeAt(0))], 'p.png', { type: 'image/png' }));
  type(question, 'What is this?');
  press(question, 'Enter');
  assert.deepEqual([question.value, send.disabled, ...asked], ['What is this?', true]);
  prepare();
  while (send.disabled) {
    await new Promise((resolve) => setTimeout(resolve));
  }
  press(question, 'Enter');
  assert.deepEqual(asked.map((content) => content.map((block) => block.type)), [['image', 'text']]);
});

/** A list with a conversation. */
function sidebar(properties = {}) {
  const renamed = [];
  const history = Object.assign(new EventTarget(), {
    list: [{ id: 'conv_1', title: 'one', updatedAt: Date.now() }],
    rename: async (_, title) => renamed.push(title),
    ...properties,
  });
  const list = document.querySelector('.conversations');
  list.replaceChildren();
  const current = new Sidebar(history, { onRemoved: () => {} });
  history.dispatchEvent(new Event('change'));
  return { current, list, renamed };
}

test('"Show more" shows why there is no more', async () => {
  const complaints = [];
  window.addEventListener('complaint', ({ detail }) => complaints.push(detail), { once: true });
  const { list } = sidebar({ hasMore: true, more: async () => { throw new Error('Failed to fetch'); } });
  list.querySelector('.more').click();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(complaints, ['Failed to fetch']);
});

test('the titles of conversations have the direction of their letters', () => {
  assert.equal(sidebar().list.querySelector('a').dir, 'auto');
  assert.equal(document.querySelector('.title').getAttribute('dir'), 'auto');
});

/** A list of two conversations of which the first is being renamed, with what ends the call. */
async function renaming() {
  sessionStorage.clear();
  const question = composer();
  let end;
  const updated_at = new Date().toISOString();
  const conversations = ['one', 'two'].map((title, i) => ({ id: `conv_${i}`, title, updated_at }));
  const rename = () => new Promise((resolve, reject) => (end = (failure) => (failure ? reject(failure) : resolve())));
  const history = new History({ list: async () => ({ conversations }), rename });
  const list = document.querySelector('.conversations');
  list.replaceChildren();
  new Sidebar(history, { onRemoved: () => {} });
  await history.load();
  list.querySelector('[data-action="rename"]').click();
  const input = list.querySelector('input');
  // As select() does in browsers.
  input.focus();
  return {
    question,
    input,
    list,
    titles: () => [...list.querySelectorAll('a')].map((link) => link.textContent),
    ended: async (failure) => {
      end(failure);
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

for (const title of ['three', 'one']) {
  test(`a click that ends renaming reaches what is clicked, and keeps the focus there: ${title === 'one' ? 'un' : ''}changed`, async () => {
    const { question, input, list, titles, ended } = await renaming();
    const [other] = list.querySelectorAll('a');
    input.value = title;
    question.focus();
    assert.equal(document.activeElement, question);
    assert.deepEqual(titles(), [title, 'two']);
    assert.equal(list.querySelectorAll('a')[1], other, 'a click on the other conversation is not lost');
    if (title !== 'one') {
      await ended();
    }
    assert.deepEqual([document.activeElement, titles()], [question, [title, 'two']]);
  });
}

for (const [key, title] of [['Enter', 'three'], ['Escape', 'one']]) {
  test(`a conversation has the focus after ${key} ends renaming, until the user moves it`, async () => {
    const { question, input, titles, ended } = await renaming();
    input.value = 'three';
    press(input, key);
    assert.equal(document.activeElement.textContent, title);
    question.focus();
    if (key === 'Enter') {
      await ended();
    }
    assert.deepEqual([document.activeElement, titles()], [question, [title, 'two']]);
  });
}

test('a conversation that could not be renamed has its title again', async () => {
  const { input, titles, ended } = await renaming();
  input.value = 'three';
  press(input, 'Enter');
  assert.deepEqual(titles(), ['three', 'two']);
  await ended(new Error('Failed to fetch'));
  assert.deepEqual(titles(), ['one', 'two']);
  assert.equal(document.activeElement.textContent, 'one');
});

test('offline, only an answer that is running goes on', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { answerRuns, complain, connectionIs } = await load('view/connection.js');
  const status = document.querySelector('.connection');
  Object.defineProperty(window.navigator, 'onLine', { value: false, configurable: true });
  dispatchEvent(new Event('offline'));
  assert.equal(status.textContent, 'You are offline.');
  answerRuns(true);
  assert.equal(status.textContent, 'You are offline. The answer goes on without you.');
  complain('Failed to fetch');
  answerRuns(false);
  connectionIs(false);
  assert.equal(status.textContent, 'Failed to fetch', 'a message stays for its time');
  t.mock.timers.tick(6_000);
  assert.equal(status.textContent, 'You are offline.');
  Object.defineProperty(window.navigator, 'onLine', { value: true, configurable: true });
});

test('a conversation that cannot be opened is a message on the empty page, with "Try again" if that can help', () => {
  const thread = new Thread({ ...actions, onEdit: () => {} });
  const onRetry = test.mock.fn();
  const shown = () => document.querySelector('.greeting .note:not([hidden])');
  thread.showFailure({ type: 'page_error', message: 'Failed to fetch' }, onRetry);
  assert.match(shown().textContent, /^Failed to fetch/);
  shown().querySelector('[data-action="try-again"]').click();
  assert.equal(onRetry.mock.callCount(), 1);
  thread.show([]);
  assert.equal(shown(), null);
  thread.showFailure({ type: 'not_found_error', message: 'There is no such conversation.' }, onRetry);
  assert.equal(shown().querySelector('button'), null);
});

test('the list tells whether nothing is there, or not read yet, or could not be read', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  sessionStorage.clear();
  const asked = [];
  const history = new History({ list: () => new Promise((resolve, reject) => asked.push({ resolve, reject })) });
  new Sidebar(history, { onRemoved: () => {} });
  const shown = () => document.querySelector('.conversations').textContent;
  const isAnswered = async (titles, next = undefined) => {
    const conversations = titles?.map((title, i) => ({ id: `conv_${i}`, title, updated_at: new Date().toISOString() }));
    asked.at(-1)[titles ? 'resolve' : 'reject'](titles ? { conversations, next } : new Error('Failed to fetch'));
    await new Promise((resolve) => setImmediate(resolve));
  };
  const search = (query) => {
    history.search(query);
    t.mock.timers.tick(200);
  };

  const first = assert.rejects(history.load());
  assert.equal(shown(), 'Reading your conversations …');
  await isAnswered(null);
  await first;
  assert.equal(shown(), 'Your conversations could not be read.');
  history.load();
  assert.equal(shown(), 'Reading your conversations …');
  await isAnswered([]);
  assert.equal(shown(), 'Your conversations will be here.');
  history.load();
  assert.equal(shown(), 'Your conversations will be here.', 'while it is read again');
  await isAnswered(['K2', 'Everest']);

  search('log');
  assert.equal(shown(), 'Searching …');
  await isAnswered(null);
  assert.equal(shown(), 'Your conversations could not be searched.');
  search('logs');
  assert.equal(shown(), 'Searching …');
  await isAnswered([]);
  assert.equal(shown(), 'Nothing is called that.');
  search('logs of');
  await isAnswered([], 'page_2');
  assert.equal(shown(), 'Show more', 'the next page may have one');
  search('logs or');
  assert.equal(shown(), 'Show moreSearching …');
  await isAnswered([]);
  assert.equal(shown(), 'Nothing is called that.');
  search('');
  await isAnswered(['K2', 'Everest']);
  search('k');
  assert.match(shown(), /^TodayK2$/);
  await isAnswered(null);
  assert.match(shown(), /^TodayK2Your conversations could not be searched\.$/, 'there may be others');
});

test('a search that fails late does not hide the next one', async () => {
  sessionStorage.clear();
  const asked = [];
  const history = new History({ list: () => new Promise((resolve, reject) => asked.push({ resolve, reject })) });
  const failing = history.load();
  history.load();
  asked[0].reject(new Error('Failed to fetch'));
  await assert.rejects(failing);
  assert.equal(history.state, 'reading');
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

for (const isNarrow of [true, false]) {
  test(`the sidebar has the focus when it opens, and its button when it closes: on a ${isNarrow ? 'narrow' : 'wide'} screen`, (t) => {
    const screen = matchMedia('(max-width: 760px)');
    screen.matches = isNarrow;
    t.after(() => (screen.matches = false));
    localStorage.clear();
    const { current } = sidebar();
    const opener = document.querySelector('[data-action="open-sidebar"]');
    const closer = document.querySelector('button[data-action="close-sidebar"]');
    current.open(false);
    assert.equal(opener.getAttribute('aria-expanded'), 'false');
    opener.focus();
    opener.click();
    assert.equal(document.activeElement, closer);
    assert.equal(opener.getAttribute('aria-expanded'), 'true');
    assert.equal(current.isDrawerOpen, isNarrow);
    closer.click();
    assert.equal(document.activeElement, opener);
    assert.equal(opener.getAttribute('aria-expanded'), 'false');

    current.open(true);
    const question = composer();
    question.focus();
    current.open(false);
    assert.equal(document.activeElement, question, 'the focus is elsewhere');
  });
}

test('the button of the sidebar tells whether it is open, also when the width of the window changes', () => {
  const screen = matchMedia('(max-width: 760px)');
  sidebar().current.open(true);
  const opener = document.querySelector('[data-action="open-sidebar"]');
  for (const [isNarrow, isOpen] of [[true, 'false'], [false, 'true']]) {
    screen.matches = isNarrow;
    screen.dispatchEvent(new window.Event('change'));
    assert.equal(opener.getAttribute('aria-expanded'), isOpen);
  }
});

const actions = {
  onRegenerate: () => {},
  onRetry: () => {},
  onEscalate: () => {},
  onInstead: () => {},
  onRate: async () => {},
  ratingOf: () => undefined,
  onVersion: () => {},
  cheaperOf: (alias) => (alias === 'auto' ? 'cheap' : undefined),
};

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

/** An answer to a similar question. */
const similar = {
  role: 'assistant',
  content: [{ type: 'text', text: 'A log.' }],
  generation: 'gen_2',
  facts: { model: 'm', cache: 'similar', similar: { gate: 'reused:judge', similarity: 0.9412, source: 'gen_1' } },
};

test('an answer to a similar question is marked and has "Ask Claude instead"', () => {
  const onInstead = test.mock.fn();
  const { element } = new AnswerView(similar, { ...actions, onInstead });
  const marked = element.querySelector('.facts span:first-child');
  assert.equal(marked.textContent, 'answer to a similar question (similarity 0.94)');
  assert.match(marked.title, /gen_1.*judge/);
  const button = element.querySelector('[data-action="ask-instead"]');
  assert.equal(button.textContent, 'Ask Claude instead');
  assert.equal(button.hidden, false);
  button.click();
  assert.equal(onInstead.mock.callCount(), 1);
  const other = new AnswerView({ ...similar, facts: { ...similar.facts, cache: 'miss' } }, actions).element;
  assert.equal(other.querySelector('[data-action="ask-instead"]').hidden, true);
  assert.doesNotMatch(other.querySelector('.facts').textContent, /similar/);
});

test('facts that arrive later do not move "Ask Claude instead"', () => {
  const entry = { ...similar, facts: { ...similar.facts } };
  const view = new AnswerView(entry, actions);
  const button = view.element.querySelector('[data-action="ask-instead"]');
  const before = button.previousElementSibling.textContent;
  Object.assign(entry.facts, { cost: 0, attempts: 0 });
  view.showFacts();
  assert.equal(view.element.querySelector('[data-action="ask-instead"]'), button);
  assert.equal(button.previousElementSibling.textContent, before);
  assert.equal(button.previousElementSibling.previousElementSibling, null);
  assert.equal(view.element.querySelector('.facts').lastElementChild.textContent, '0 attempts');
});

/** The pressed state of the thumbs of an answer. */
function pressed(view) {
  return ['rate-up', 'rate-down'].map((action) => view.querySelector(`[data-action="${action}"]`).getAttribute('aria-pressed'));
}

test('an answer has thumbs, one of which is pressed', async () => {
  let rating;
  const rated = [];
  const onRate = async (generation, wanted) => {
    rated.push([generation, wanted]);
    rating = wanted;
  };
  const { element } = new AnswerView(similar, { ...actions, onRate, ratingOf: () => rating });
  assert.deepEqual(pressed(element), ['false', 'false']);
  element.querySelector('[data-action="rate-up"]').click();
  assert.deepEqual(pressed(element), ['true', 'false']);
  element.querySelector('[data-action="rate-up"]').click();
  assert.equal(element.querySelector('.is-offered'), null);
  element.querySelector('[data-action="rate-down"]').click();
  assert.deepEqual(pressed(element), ['false', 'true']);
  assert.deepEqual(rated, [['gen_2', 'up'], ['gen_2', 'down']]);
  assert.equal(element.querySelector('.is-offered').textContent, 'Ask Claude instead');
});

test('a rating that was not accepted is not shown', async () => {
  let rating;
  const onRate = async (_, wanted) => {
    rating = wanted;
    await Promise.resolve();
    rating = undefined;
  };
  const { element } = new AnswerView(similar, { ...actions, onRate, ratingOf: () => rating });
  element.querySelector('[data-action="rate-down"]').click();
  assert.deepEqual(pressed(element), ['false', 'true']);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(pressed(element), ['false', 'false']);
});

test('only a complete answer of a known generation can be rated', () => {
  const isHidden = (entry) => new AnswerView(entry, actions).element.querySelector('[data-action="rate-up"]').hidden;
  assert.equal(isHidden(similar), false);
  assert.equal(isHidden({ ...similar, generation: undefined }), true);
  assert.equal(isHidden({ ...similar, error: { type: 'cancelled', message: 'Stopped.' } }), true);
});

test('only an error that can pass has "Try again"', () => {
  assert.ok(failed({ type: 'overloaded_error', message: 'Overloaded' }).querySelector('[data-action="try-again"]'));
  assert.ok(!failed({ type: 'invalid_request_error', message: 'messages: no' }).querySelector('[data-action="try-again"]'));
  assert.ok(!failed({ type: 'rate_limit_error', isFinal: true, message: 'no' }).querySelector('[data-action="try-again"]'));
  assert.ok(!failed({ type: 'cancelled', message: 'Stopped.' }, 'gen_1').querySelector('button.button, .request-id'));
});

test('"Try again" is not "Answer again", which bypasses the cache', () => {
  const clicked = [];
  const error = { type: 'overloaded_error', message: 'Overloaded' };
  const { element } = new AnswerView({ role: 'assistant', content: [], error }, { ...actions, onRetry: () => clicked.push('retry'), onRegenerate: () => clicked.push('again') });
  element.querySelector('[data-action="try-again"]').click();
  element.querySelector('[data-action="regenerate"]').click();
  assert.deepEqual(clicked, ['retry', 'again']);
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

for (const [name, clipboard] of [['that is missing', undefined], ['that refuses', { writeText: async () => { throw new Error('NotAllowedError'); } }]]) {
  for (const isCopied of [true, false]) {
    test(`instead of a clipboard ${name} the document copies a text${isCopied ? '' : ', or it is reported that it cannot'}`, async (t) => {
      const { copy } = await load('view/clipboard.js');
      Object.assign(window.navigator, { clipboard });
      const copied = [];
      document.execCommand = (command) => {
        copied.push([command, document.activeElement.value]);
        return isCopied;
      };
      t.after(() => delete document.execCommand);
      const complaint = t.mock.fn();
      window.addEventListener('complaint', complaint);
      t.after(() => window.removeEventListener('complaint', complaint));
      document.getElementById('announcer').replaceChildren();
      const button = document.createElement('button');
      await copy('a text', button);
      assert.deepEqual(copied, [['copy', 'a text']]);
      assert.deepEqual([button.className, document.getElementById('announcer').textContent], isCopied ? ['is-done', 'Copied.'] : ['', '']);
      assert.equal(complaint.mock.callCount(), isCopied ? 0 : 1);
    });
  }
}

const ends = {
  end_turn: [null, 'The answer is complete.'],
  max_tokens: [/longer than one answer may be/],
  model_context_window_exceeded: [/too long for the model/],
  refusal: [/declined/],
  pause_turn: [/has paused/],
  tool_use: [/a tool that this page does not have: search/],
};
for (const [stop, [note, announced = note]] of Object.entries(ends)) {
  test(`an answer that ends with ${stop} is ${note ? 'not shown or announced as' : 'announced as'} complete`, () => {
    document.getElementById('announcer').replaceChildren();
    const entry = { role: 'assistant', content: [], facts: {}, isRunning: true };
    const view = new AnswerView(entry, actions);
    const content = stop === 'tool_use' ? [{ type: 'tool_use', name: 'search', input: {} }] : [{ type: 'text', text: 'A log.' }];
    Object.assign(entry, { content, facts: { stop }, isRunning: false });
    view.finish();
    const said = document.getElementById('announcer').textContent;
    assert.match(said, new RegExp(announced));
    assert.equal(/complete/.test(said), !note);
    assert.match(view.element.querySelector('.note').textContent, new RegExp(note ?? '^$'));
  });
}

const spoken = {
  'a formula': ['So $\\frac{1}{2}$ is it.', 'So \\frac{1}{2} is it.'],
  'code': ['```python\nimport os\n```', 'python\nimport os'],
};
for (const [name, [markdown, said]] of Object.entries(spoken)) {
  test(`${name} is announced as it is written, without the button to copy it`, () => {
    const region = document.getElementById('announcer');
    region.replaceChildren();
    const entry = { role: 'assistant', content: [], facts: {}, isRunning: true };
    const view = new AnswerView(entry, actions);
    view.append(markdown);
    Object.assign(entry, { isRunning: false });
    view.finish();
    assert.equal(region.firstChild.textContent.trim(), said);
    assert.notEqual(view.element.querySelector('.markdown math, .markdown button'), null, 'the answer shows them');
  });
}

const later = {
  'that was cut': [{ facts: { stop: 'max_tokens' } }, /longer than one answer may be/],
  'that was stopped': [{ facts: {}, error: { type: 'cancelled', message: 'Stopped.' } }, /^Stopped\.$/],
  'that failed': [{ facts: {}, error: { type: 'overloaded_error', message: 'Overloaded' } }, /^OverloadedTry again$/],
};
for (const [name, [found, note]] of Object.entries(later)) {
  test(`an answer ${name} has its note as soon as that is known, and keeps it and its place`, () => {
    const thread = new Thread({ ...actions, onEdit: () => {} });
    const known = { role: 'assistant', content: [{ type: 'text', text: 'A log.' }] };
    const shown = () => thread.last.element.querySelector('.note:not([hidden])');
    thread.show([known]);
    const { element } = thread.last;
    assert.equal(shown(), null);
    thread.show([{ ...known, ...found }]);
    assert.equal(thread.last.element, element);
    assert.match(shown().textContent, note);
    const [text] = shown().children;
    thread.refresh();
    assert.equal(shown().firstChild, text);
    thread.show([known]);
    assert.equal(shown(), null, 'also if another version with the same text is shown');
    thread.show([]);
  });
}

test('an answer that is running has no note', () => {
  const view = new AnswerView({ role: 'assistant', content: [], facts: { stop: 'max_tokens' }, isRunning: true }, actions);
  view.showFacts();
  assert.equal(view.element.querySelector('.note:not([hidden])'), null);
});

test('all blocks of an answer that arrives at once are announced, each for half a minute', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { announce } = await load('view/announcer.js');
  const region = document.getElementById('announcer');
  region.replaceChildren();
  const blocks = Array.from({ length: 10 }, (_, i) => `Block ${i}`);
  blocks.forEach((block) => announce(block));
  t.mock.timers.tick(29_999);
  assert.deepEqual([...region.children].map((line) => line.textContent), blocks);
  t.mock.timers.tick(1);
  assert.equal(region.children.length, 0);
});

test('a question keeps its files and tool results when it is edited', () => {
  const file = { type: 'document', source: { type: 'text', data: 'A file.' } };
  const asked = [];
  const view = new QuestionView({ role: 'user', content: [file, { type: 'text', text: 'one' }] }, (content) => asked.push(content));
  view.element.querySelector('[data-action="edit"]').click();
  view.element.querySelector('textarea').value = ' two ';
  view.element.querySelector('.is-main').click();
  assert.deepEqual(asked, [[file, { type: 'text', text: 'two' }]]);
});

test('a question that is asked again is no longer edited, also if its text is unchanged', () => {
  const asked = [];
  const view = new QuestionView({ role: 'user', content: 'one' }, (content) => asked.push(content));
  view.element.querySelector('[data-action="edit"]').click();
  press(view.element.querySelector('textarea'), 'Enter');
  assert.deepEqual(asked, ['one']);
  assert.equal(view.element.querySelector('.bubble').textContent, 'one');
  assert.equal(view.element.querySelector('textarea'), null);
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

// --- The models to choose from.

/** The ids that are offered after the gateway has listed its models. */
async function offered(json) {
  const picker = new ModelPicker();
  await picker.load({ json });
  return { ids: [...picker.element.options].map((option) => option.value), chosen: picker.model };
}

test('the models that the key may use are offered', async () => {
  const data = [{ id: 'claude-haiku-4-5-20251001', display_name: 'Claude Haiku 4.5' }];
  assert.deepEqual(await offered(async () => ({ data })), { ids: [data[0].id], chosen: data[0].id });
});

test('a key that may use none of the listed models is not offered others', async () => {
  assert.deepEqual(await offered(async () => ({ data: [] })), { ids: [BUILT_IN[0].id], chosen: BUILT_IN[0].id });
});

test('while the gateway does not list its models, the first of its default list are offered', async () => {
  const failing = async () => {
    throw new Error('503');
  };
  assert.deepEqual(await offered(failing), { ids: BUILT_IN.map(({ id }) => id), chosen: BUILT_IN[0].id });
});

test('a new conversation has the model that the user has chosen, if it is listed, and not that of the opened one', async (t) => {
  const { preferences } = await load('state/preferences.js');
  t.after(() => localStorage.clear());
  const picker = new ModelPicker();
  const list = (...ids) => picker.load({ json: async () => ({ data: ids.map((id) => ({ id })) }) });
  await list('first-1', 'second-1', 'third-1-20260101');
  const ofNew = () => {
    picker.model = 'second-1';
    assert.equal(picker.model, 'second-1');
    picker.startNew();
    return picker.model;
  };
  assert.equal(ofNew(), 'first-1');
  preferences.model = 'third-1';
  assert.equal(ofNew(), 'third-1-20260101', 'under the id of the list');
  preferences.model = 'fourth-1';
  assert.equal(ofNew(), 'first-1', 'not one that the key may not use');
  picker.element.value = 'second-1';
  picker.element.dispatchEvent(new window.Event('change'));
  picker.model = 'first-1';
  picker.startNew();
  assert.equal(picker.model, 'second-1', 'also if it was chosen in a conversation');

  picker.model = 'fourth-1';
  await list('first-1');
  assert.equal(picker.model, 'fourth-1', 'an opened conversation keeps its own');
});

// --- The focus.

test('the answer that replaces the one with the focus has it, and no other takes it', () => {
  const thread = new Thread({ ...actions, onEdit: () => {} });
  const question = { role: 'user', content: 'one' };
  const ask = () => {
    thread.show([question, { role: 'assistant', content: [], facts: {}, isRunning: true }]);
    thread.pin();
  };
  thread.show([question, { role: 'assistant', content: [{ type: 'text', text: 'A log.' }] }]);
  thread.last.element.querySelector('[data-action="regenerate"]').focus();
  ask();
  assert.equal(document.activeElement, thread.last.element);
  const text = composer();
  text.focus();
  ask();
  assert.equal(document.activeElement, text);
  thread.show([]);
});

test('a stored answer that replaces one with the focus has it', () => {
  const thread = new Thread({ ...actions, onEdit: () => {} });
  const question = { role: 'user', content: 'one' };
  thread.show([question, { role: 'assistant', content: [], error: { type: 'unanswered', message: 'No.' } }]);
  thread.last.element.querySelector('[data-action="try-again"]').focus();
  const stored = () => thread.show([question, { role: 'assistant', content: [{ type: 'text', text: 'A log.' }] }]);
  stored();
  thread.unpin();
  assert.equal(document.activeElement, thread.last.element);
  stored();
  assert.equal(document.activeElement, thread.last.element, 'also once its facts are known');
  thread.show([]);
});

test('the answer to an edited question has the focus of its editor', () => {
  let edited;
  const thread = new Thread({ ...actions, onEdit: (_index, content) => { edited = content; } });
  thread.show([{ role: 'user', content: 'one' }, { role: 'assistant', content: [{ type: 'text', text: 'A log.' }] }]);
  document.body.querySelector('[data-action="edit"]').click();
  const area = document.body.querySelector('textarea[aria-label="Your question"]');
  area.focus();
  area.value = 'two';
  area.dispatchEvent(new window.KeyboardEvent('keydown', { key: 'Enter', cancelable: true }));
  thread.show([{ role: 'user', content: edited }, { role: 'assistant', content: [] }]);
  thread.pin();
  assert.equal(edited, 'two');
  assert.equal(document.activeElement, thread.last.element);
  thread.show([]);
});
