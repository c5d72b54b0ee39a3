/** The list of conversations. */

import { preferences } from '../state/preferences.js';
import { announce } from './announcer.js';
import { confirmed } from './dialogs.js';
import { element, icon, iconButton, isComposing } from './dom.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const NARROW = matchMedia('(max-width: 760px)');

/** What is shown below the list, or instead of it if it is empty: without and with a query. */
const NOTES = {
  reading: ['Reading your conversations …', 'Searching …'],
  read: ['Your conversations will be here.', 'Nothing is called that.'],
  failed: ['Your conversations could not be read.', 'Your conversations could not be searched.'],
};

export class Sidebar {
  #history;
  #root = document.querySelector('.conversations');
  #element = document.getElementById('sidebar');
  #opener = /** @type {HTMLElement} */ (document.querySelector('[data-action="open-sidebar"]'));
  #closer = /** @type {HTMLElement} */ (document.querySelector('button[data-action="close-sidebar"]'));
  #search = /** @type {HTMLInputElement} */ (document.getElementById('search'));
  #current = null;
  #renamed = null;

  /**
   * @param history the list to show, see state/history.js
   * @param {{onRemove: (id: string) => void, onRemoved: (id: string) => void}} actions before and after a conversation is deleted
   */
  constructor(history, { onRemove, onRemoved }) {
    this.#history = history;
    this.onRemove = onRemove;
    this.onRemoved = onRemoved;
    history.addEventListener('change', () => this.#show());
    this.#search.addEventListener('input', () => history.search(this.#search.value));
    this.#search.addEventListener('keydown', (event) => this.#leaveSearch(event));
    document.querySelector('.new-chat').prepend(icon('plus'));
    for (const [action, isOpen] of [['open-sidebar', true], ['close-sidebar', false]]) {
      for (const button of document.querySelectorAll(`[data-action="${action}"]`)) {
        button.classList.contains('icon-button') && button.append(icon('sidebar'));
        button.addEventListener('click', () => this.open(isOpen));
      }
    }
    document.body.classList.toggle('is-sidebar-closed', preferences.sidebarIsClosed);
    NARROW.addEventListener('change', () => this.#showState());
    this.#showState();
  }

  set current(id) {
    this.#current = id;
    this.#show();
    if (NARROW.matches) {
      this.open(false);
    }
  }

  /** Whether it is above the conversation, on a narrow screen. */
  get isDrawerOpen() {
    return NARROW.matches && this.#isOpen;
  }

  get #isOpen() {
    const { classList } = document.body;
    return NARROW.matches ? classList.contains('is-sidebar-open') : !classList.contains('is-sidebar-closed');
  }

  /** The focus goes with it: its buttons are hidden once it is closed, and the one that opens it may be once it is open. */
  open(isOpen) {
    const isChanged = isOpen !== this.#isOpen;
    const { activeElement, body } = document;
    const hadFocus = activeElement === body || this.#element.contains(activeElement);
    if (NARROW.matches) {
      document.body.classList.toggle('is-sidebar-open', isOpen);
    } else {
      document.body.classList.toggle('is-sidebar-closed', !isOpen);
      preferences.sidebarIsClosed = !isOpen;
    }
    this.#showState();
    if (isChanged && isOpen) {
      this.#closer.focus();
    } else if (isChanged && hadFocus) {
      this.#opener.focus();
    }
  }

  #showState() {
    this.#opener.setAttribute('aria-expanded', String(this.#isOpen));
  }

  focusSearch() {
    this.open(true);
    this.#search.select();
  }

  /** Escape ends the search, and stops no answer. */
  #leaveSearch(event) {
    if (event.key === 'Escape' && !isComposing(event)) {
      event.preventDefault();
      event.stopPropagation();
      this.#search.value = '';
      this.#search.blur();
      this.#history.search('');
    }
  }

  #show() {
    if (this.#renamed) {
      return;
    }
    const focused = document.activeElement instanceof HTMLElement && this.#root.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    const groups = new Map();
    for (const conversation of this.#history.list) {
      const age = ageOf(conversation.updatedAt);
      groups.set(age, [...(groups.get(age) ?? []), this.#item(conversation)]);
    }
    const sections = [...groups].map(([age, items]) => element('section', {}, element('h2', {}, age), element('ul', {}, ...items)));
    const more = this.#history.hasMore && element('button', { type: 'button', class: 'more', onclick: () => this.#history.more().catch(announceLoudly) }, 'Show more');
    const { state, query } = this.#history;
    const isEmpty = groups.size === 0 && !(state === 'read' && this.#history.hasMore);
    const note = (isEmpty || state === 'failed') && element('p', { class: 'nothing' }, NOTES[state][query ? 1 : 0]);
    const wanted = /** @type {Element} */ (this.#root.cloneNode());
    wanted.append(...[...sections, more, note].filter(Boolean));
    // A click is lost if its target is replaced before the mouse button is released.
    if (!wanted.isEqualNode(this.#root)) {
      this.#root.replaceChildren(...wanted.children);
      this.#focus(focused ?? '');
    }
  }

  #focus(key) {
    /** @type {HTMLElement|null} */ (this.#root.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
  }

  #item({ id, title }) {
    const isCurrent = id === this.#current;
    const link = element('a', { href: `#${encodeURIComponent(id)}`, title, dir: 'auto', data: { key: id } }, title);
    if (isCurrent) {
      link.setAttribute('aria-current', 'page');
    }
    const item = element(
      'li',
      { class: isCurrent ? 'is-current' : '' },
      link,
      element(
        'div',
        { class: 'actions' },
        iconButton('pencil', `Rename “${title}”`, () => this.#rename(id, title, item), { data: { action: 'rename', key: `${id}/rename` } }),
        iconButton('trash', `Delete “${title}”`, () => this.#remove(id, title), { data: { action: 'delete', key: `${id}/delete` } }),
      ),
    );
    return item;
  }

  #rename(id, title, item) {
    const input = element('input', { type: 'text', value: title, maxLength: 80, dir: 'auto', 'aria-label': 'Title', class: 'rename' });
    this.#renamed = id;
    const end = (isMeant, byKey) => {
      if (this.#renamed !== id) {
        return;
      }
      this.#renamed = null;
      const wanted = (isMeant && input.value.trim()) || title;
      item.replaceWith(this.#item({ id, title: wanted }));
      if (byKey) {
        this.#focus(id);
      }
      if (wanted !== title) {
        this.#history.rename(id, wanted).catch((failure) => announceLoudly(failure));
      }
      this.#show();
    };
    input.addEventListener('keydown', (event) => {
      if (!isComposing(event) && (event.key === 'Enter' || event.key === 'Escape')) {
        event.preventDefault();
        event.stopPropagation();
        end(event.key === 'Enter', true);
      }
    });
    input.addEventListener('blur', () => end(true, false));
    item.replaceChildren(input);
    input.select();
  }

  async #remove(id, title) {
    if (await confirmed(`Delete “${title}”?`, 'Its messages are deleted from your history. This cannot be undone.', 'Delete')) {
      try {
        this.onRemove(id);
        await this.#history.remove(id);
        announce('Deleted.');
        this.onRemoved(id);
      } catch (failure) {
        announceLoudly(failure);
      }
    }
  }
}

function announceLoudly(failure) {
  dispatchEvent(new CustomEvent('complaint', { detail: failure.message || 'The gateway cannot be reached.' }));
}

function ageOf(time) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (time >= midnight) {
    return 'Today';
  } else if (time >= midnight - DAY_MS) {
    return 'Yesterday';
  } else if (time >= midnight - 7 * DAY_MS) {
    return 'The last seven days';
  }
  return 'Earlier';
}
