/** The messages of the open conversation and their scroll position. */

import { canRetry } from '../state/errors.js';
import { same } from '../state/transcript.js';
import { AnswerView } from './answer-view.js';
import { copy } from './clipboard.js';
import { element } from './dom.js';
import { QuestionView } from './question-view.js';
import { retryButton } from './retry-button.js';

/** @typedef {import('../state/ratings.js').Rating} Rating */

const NEAR_PX = 24;

export class Thread {
  #scroller = document.querySelector('.scroller');
  #root = document.querySelector('.thread');
  #jump = /** @type {HTMLElement} */ (document.querySelector('.jump'));
  #failure = element('div', { class: 'note is-error', role: 'alert', hidden: true });
  #views = [];
  #actions;
  #follows = false;

  /**
   * @param {{onEdit: (index: number, content) => void, onRegenerate: (index: number) => void, onRetry: (index: number) => void, onEscalate: (index: number) => void,
   *     onInstead: (index: number) => void, onVersion: (index: number, step: number) => Promise<void>,
   *     onRate: (generation: string, rating: Rating) => Promise<void>, ratingOf: (generation: string) => Rating|undefined,
   *     cheaperOf: (alias: string) => string|undefined}} actions
   */
  constructor(actions) {
    this.#actions = actions;
    document.querySelector('.greeting').append(this.#failure);
    this.#root.addEventListener('click', ({ target }) => {
      const button = target instanceof Element && target.closest('[data-action="copy-code"]');
      if (button) {
        copy(button.closest('figure').querySelector('code').textContent, button);
      }
    });
    this.#jump.addEventListener('click', () => this.#jumpToTheEnd());
    for (const gesture of ['wheel', 'touchmove', 'keydown']) {
      this.#scroller.addEventListener(gesture, () => requestAnimationFrame(() => this.#look(true)), { passive: true });
    }
    this.#scroller.addEventListener('scroll', () => this.#look(false), { passive: true });
    new ResizeObserver(() => this.#grown()).observe(this.#root);
    new ResizeObserver(() => this.#reserve()).observe(this.#scroller);
  }

  /** The view of the last answer. */
  get last() {
    return this.#views.at(-1);
  }

  /** Shows the facts and actions of all answers again. */
  refresh() {
    this.#views.forEach((view) => view.showFacts?.());
  }

  /** Shows these entries; views of unchanged entries are kept. The last view has the focus if it was in one that is gone. */
  show(entries) {
    let kept = 0;
    while (kept < entries.length && this.#views[kept] && isShown(this.#views[kept].entry, entries[kept])) {
      this.#views[kept].entry = entries[kept];
      this.#views[kept].showVersions();
      this.#views[kept].showFacts?.();
      kept++;
    }
    const gone = this.#views.splice(kept);
    const hadFocus = gone.some((view) => view.element.contains(document.activeElement));
    gone.forEach((view) => view.element.remove());
    entries.slice(kept).forEach((entry, i) => this.#add(entry, kept + i));
    if (hadFocus && this.last) {
      this.#focusLast();
    }
    document.body.classList.toggle('is-empty', entries.length === 0);
    this.#failure.hidden = true;
    this.#look(false);
  }

  /** Shows on the empty page why a conversation is not shown. */
  showFailure(error, onRetry) {
    this.#failure.replaceChildren(element('span', {}, error.message), ...(canRetry(error) ? [retryButton(onRetry, error.retryAt)] : []));
    this.#failure.hidden = false;
  }

  /** Scrolls the last question to the top, with space for its answer: streaming moves nothing. */
  pin() {
    if (document.activeElement === document.body) {
      // The editor that had the focus is closed.
      this.#focusLast();
    }
    this.#follows = false;
    this.#root.classList.add('is-pinned');
    this.#reserve();
    const question = this.#views.at(-2)?.element;
    if (question) {
      this.#scroller.scrollTo({ top: question.offsetTop - 16, behavior: 'instant' });
    }
  }

  /** Scrolls to the end, for a conversation that is opened. */
  unpin() {
    this.#root.classList.remove('is-pinned');
    this.#reserve();
    this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior: 'instant' });
  }

  #focusLast() {
    this.last.element.tabIndex = -1;
    this.last.element.focus({ preventScroll: true });
  }

  #add(entry, index) {
    const onVersion = async (step) => {
      await this.#actions.onVersion(index, step);
      this.#focusVersions(index, step < 0 ? 'version-before' : 'version-after');
    };
    const view = entry.role === 'user'
      ? new QuestionView(entry, (content) => this.#actions.onEdit(index, content), onVersion)
      : new AnswerView(entry, {
          onRegenerate: () => this.#actions.onRegenerate(index),
          onRetry: () => this.#actions.onRetry(index),
          onEscalate: () => this.#actions.onEscalate(index),
          onInstead: () => this.#actions.onInstead(index),
          onVersion,
          onRate: this.#actions.onRate,
          ratingOf: this.#actions.ratingOf,
          cheaperOf: this.#actions.cheaperOf,
        });
    this.#views.push(view);
    this.#root.append(view.element);
  }

  /** The switch that was used is in another view now. */
  #focusVersions(index, action) {
    const buttons = [...(this.#views[index]?.element.querySelectorAll('.versions button:enabled') ?? [])];
    (buttons.find((button) => button.dataset.action === action) ?? buttons[0])?.focus({ preventScroll: true });
  }

  #reserve() {
    const last = this.#views.at(-1)?.element;
    const question = this.#views.at(-2)?.element;
    this.#views.slice(0, -1).forEach(({ element }) => element.style.removeProperty('min-height'));
    if (last && question && this.#root.classList.contains('is-pinned')) {
      last.style.minHeight = `${Math.max(0, this.#scroller.clientHeight - Math.min(question.offsetHeight, this.#scroller.clientHeight / 3) - 64)}px`;
    } else {
      last?.style.removeProperty('min-height');
    }
  }

  /** The distance from the visible area down to the end of the last answer. */
  get #below() {
    const end = (this.last?.end ?? this.last?.element)?.getBoundingClientRect().bottom ?? 0;
    return end - this.#scroller.getBoundingClientRect().bottom;
  }

  #look(byHand) {
    const below = this.#below;
    this.#jump.hidden = below < NEAR_PX;
    if (byHand) {
      this.#follows = Math.abs(below) < NEAR_PX;
    }
  }

  #grown() {
    if (this.#follows && this.#below > 0) {
      this.#scroller.scrollBy({ top: this.#below + 12, behavior: 'instant' });
    }
    this.#look(false);
  }

  #jumpToTheEnd() {
    this.#follows = true;
    this.#scroller.scrollBy({ top: this.#below + 12, behavior: 'smooth' });
  }
}

function isShown(shown, wanted) {
  return !shown.isRunning && !wanted.isRunning && shown.role === wanted.role && same(shown.content, wanted.content);
}
