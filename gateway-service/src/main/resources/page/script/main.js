/** The wiring of the page. */

import { Conversations } from './api/conversations.js';
import { Gateway, Refused } from './api/gateway.js';
import { questions } from './api/published.js';
import { Session } from './api/session.js';
import { usage } from './api/usage.js';
import { Chat } from './state/chat.js';
import { History } from './state/history.js';
import { Ratings } from './state/ratings.js';
import * as running from './state/running.js';
import { sectionsOf } from './state/usage.js';
import { addressed } from './view/address.js';
import { Composer } from './view/composer.js';
import { answerRuns, complain, connectionIs } from './view/connection.js';
import { showSections, typedKey } from './view/dialogs.js';
import { element, icon, isComposing } from './view/dom.js';
import { ExportMenu } from './view/export-menu.js';
import { forgetButton } from './view/forget-button.js';
import { ModelPicker } from './view/model-picker.js';
import { Sidebar } from './view/sidebar.js';
import { showSuggestions } from './view/suggestions.js';
import { Thread } from './view/thread.js';

const WHY_NO_FILE = {
  404: 'Nothing of this is stored yet. Try again when its answer has ended.',
  broken: 'The file did not come whole. Try again.',
};

const thread = new Thread({
  onEdit: (index, content) => chat.edit(index, content, picker.model),
  onRegenerate: (index) => chat.regenerate(index, picker.model),
  onRetry: (index) => chat.retry(index, picker.model),
  onEscalate: (index) => chat.escalate(index),
  onInstead: (index) => chat.askInstead(index),
  onRate: (generation, rating) => ratings.rate(generation, rating).catch((failure) => complain(failure.message)),
  ratingOf: (generation) => ratings.of(generation),
  onVersion: (index, step) => chat.showVersion(index, step),
  cheaperOf: (alias) => picker.cheaperOf(alias),
});
const session = await Session.open(typedKey, (error) => new Promise((resolve) => thread.showFailure(error, () => resolve(thread.show([])))));
const gateway = new Gateway(session);
const conversations = new Conversations(gateway);
const history = new History(conversations);
const ratings = new Ratings(gateway);
const picker = new ModelPicker();
const sidebar = new Sidebar(history, { onRemove: (id) => chat.forget(id), onRemoved: removed });
const composer = new Composer({
  onAsk: (content) => chat.ask(content, picker.model),
  onStop: () => chat.stop().catch((failure) => complain(failure.message)),
  picker: picker.element,
});
const chat = new Chat(gateway, conversations, {
  show: (entries) => {
    thread.show(entries);
    exportMenu.isHidden = chat.id === null;
  },
  pin: () => thread.pin(),
  unpin: () => thread.unpin(),
  get last() {
    return thread.last;
  },
  onState: (state) => {
    composer.state = state;
    answerRuns(false);
  },
  onBegun: () => answerRuns(true),
  onLost: connectionIs,
  onModel: (model) => (picker.model = model),
  cheaperOf: (alias) => picker.cheaperOf(alias),
  onOpened: (conversation) => history.learn(conversation),
  onNotOpened: (error, retry) => {
    picker.startNew();
    thread.showFailure(error, retry);
    showTitle();
  },
  onMissing: (id) => history.drop(id),
  onNotStopped: () => complain('This answer could not be stopped.'),
  onStored: () => history.load().catch(() => {}),
  onAsked: (id, title) => {
    history.touch(id, title);
    if (id === chat.id && addressed() !== id) {
      window.history.replaceState(null, '', `#${id}`);
      sidebar.current = id;
    }
    showTitle();
  },
});

const exportMenu = new ExportMenu(
  (format) => conversations.file(chat.id, format),
  (failure) => complain(WHY_NO_FILE[failure instanceof Refused ? failure.status : 'broken'] ?? failure.message),
);

function showTitle() {
  const title = (chat.id && history.title(chat.id)) || '';
  document.querySelector('.title').textContent = title;
  document.title = title ? `${title} · Parley` : 'Parley';
}

function startNew() {
  window.history.replaceState(null, '', location.pathname);
  route();
}

function removed(id) {
  running.forget(id);
  if (id === chat.id) {
    startNew();
  }
}

/** Shows the conversation that the URL names. */
function route() {
  const id = addressed();
  sidebar.current = id;
  if (id) {
    chat.open(id).catch((failure) => complain(failure.message));
  } else {
    picker.startNew();
    chat.startNew();
  }
  showTitle();
  if (matchMedia('(hover: hover)').matches) {
    composer.focus();
  }
}

function refresh() {
  if (!document.hidden) {
    history.load().catch(() => {});
  }
}

addEventListener('hashchange', route);
addEventListener('online', refresh);
document.addEventListener('visibilitychange', refresh);
history.addEventListener('change', showTitle);
history.addEventListener('removed', (/** @type {CustomEvent} */ { detail: id }) => {
  chat.forget(id);
  removed(id);
});
// Replaces the page, so that Back does not show its conversation.
session.addEventListener('forgotten', () => location.replace('/'));
document.querySelector('.new-chat').addEventListener('click', startNew);
document.querySelector('.skip').addEventListener('click', (event) => {
  // The fragment of the address names a conversation.
  event.preventDefault();
  composer.focus();
});
document.querySelector('.jump').append(icon('down'));
addEventListener('keydown', (event) => {
  const target = event.target instanceof Element ? event.target : document.body;
  const isWriting = target.closest('input, textarea, select, [contenteditable]');
  if (event.key === 'Escape' && !isComposing(event) && !target.closest('input, select') && !document.querySelector('dialog[open], :popover-open')) {
    if (sidebar.isDrawerOpen) {
      sidebar.open(false);
      return;
    }
    chat.stop().catch((failure) => complain(failure.message));
  } else if (event.key === '/' && !isWriting && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    sidebar.focusSearch();
  }
});
const foot = document.querySelector('.sidebar-foot');
foot.append(
  element('button', { type: 'button', class: 'foot-button', data: { action: 'usage' }, onclick: () => showSections('My usage', async () => sectionsOf(await usage(gateway))) }, icon('chart'), 'My usage'),
  forgetButton(session),
);

running.all().forEach(([id, run]) => history.touch(id, run.title, run.askedAt));
route();
questions(session.collection).then((found) => showSuggestions(found, (question) => chat.showPublished(question)));
picker.load(gateway).then(() => thread.refresh());
history.load().catch((failure) => complain(failure.message));
