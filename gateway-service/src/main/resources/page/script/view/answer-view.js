/** One answer: streamed text, outcome, facts and actions. */

import { MarkdownStream } from '../markdown/stream.js';
import { textOf } from '../state/answer.js';
import { canRetry } from '../state/errors.js';
import { isByCheaper } from '../state/escalation.js';
import { same } from '../state/transcript.js';
import { announce } from './announcer.js';
import { copy } from './clipboard.js';
import { element, icon, iconButton } from './dom.js';
import { showFacts } from './facts.js';
import { retryButton } from './retry-button.js';
import { versionSwitch } from './versions.js';

const STOPPED = 'cancelled';

/** Why Claude ended an answer that may not be whole. */
const CUT = new Map([
  ['max_tokens', 'The answer is longer than one answer may be. Ask for the rest.'],
  ['model_context_window_exceeded', 'The conversation is too long for the model, and the answer is cut. Begin a new one.'],
  ['refusal', 'Claude declined to go on here.'],
  ['pause_turn', 'Claude has paused here. Ask it to go on.'],
]);

/** @typedef {import('../state/ratings.js').Rating} Rating */

const THUMBS = [
  { rating: /** @type {Rating} */ ('up'), name: 'thumbUp', label: 'Good answer' },
  { rating: /** @type {Rating} */ ('down'), name: 'thumbDown', label: 'Bad answer' },
];

export class AnswerView {
  #body = element('div', { class: 'markdown' });
  #note = element('div', { class: 'note', hidden: true });
  #facts = element('p', { class: 'facts' });
  #versions = versionSwitch();
  #escalate;
  #instead;
  #thumbs;
  #foot;
  #markdown = null;
  #text = '';
  /** The error or the sentence in the note. */
  #reason;

  /**
   * @param {import('../state/transcript.js').Entry} entry
   * @param {{onRegenerate: () => void, onRetry: () => void, onEscalate: () => void, onInstead: () => void, onVersion: (step: number) => void,
   *     onRate: (generation: string, rating: Rating) => Promise<void>, ratingOf: (generation: string) => Rating|undefined,
   *     cheaperOf: (alias: string) => string|undefined}} actions requests another version of this answer, it again after a failure, the stronger model's, or
   *     Claude's instead of the answer to a similar question; shows the version before or after; rates the answer, and never fails
   */
  constructor(entry, { onRegenerate, onRetry, onEscalate, onInstead, onRate, ratingOf, onVersion, cheaperOf }) {
    this.entry = entry;
    this.cheaperOf = cheaperOf;
    this.#escalate = iconButton('stronger', 'Ask the stronger model', onEscalate, { data: { action: 'escalate' } });
    this.#instead = element('button', { type: 'button', class: 'instead', onclick: onInstead, data: { action: 'ask-instead' } }, 'Ask Claude instead');
    this.#facts.append(this.#instead);
    this.#thumbs = THUMBS.map(({ rating, name, label }) =>
      iconButton(name, label, () => this.#rate(rating), { 'aria-pressed': 'false', data: { action: `rate-${rating}`, rating } }));
    this.onRate = onRate;
    this.ratingOf = ratingOf;
    this.onVersion = onVersion;
    this.#foot = element(
      'footer',
      { class: 'foot' },
      this.#versions,
      element(
        'div',
        { class: 'actions' },
        element('button', { type: 'button', class: 'icon-button', 'aria-label': 'Copy the answer', title: 'Copy', data: { action: 'copy-answer' }, onclick: ({ currentTarget }) => copy(this.#text, currentTarget) }, icon('copy'), icon('check')),
        iconButton('again', 'Answer again', onRegenerate, { data: { action: 'regenerate' } }),
        ...this.#thumbs,
        this.#escalate,
      ),
      this.#facts,
    );
    this.element = element('article', { class: 'answer', 'aria-label': 'Answer' }, this.#body, this.#note, this.#foot);
    this.onRetry = onRetry;
    this.showVersions();
    this.showFacts();
    if (entry.isRunning) {
      this.begin();
    } else {
      this.#showWhole();
    }
  }

  /** The current end of the answer. */
  get end() {
    return this.#foot;
  }

  begin() {
    this.element.classList.add('is-running');
    this.element.setAttribute('aria-busy', 'true');
    this.#markdown = new MarkdownStream(this.#body, (block) => announce(spoken(block)));
  }

  append(text) {
    this.#text += text;
    this.element.classList.toggle('has-text', this.#text.trim() !== '');
    this.#markdown.append(text);
  }

  /** The entry is complete. */
  finish() {
    this.#markdown.finish();
    this.#markdown = null;
    this.element.classList.remove('is-running');
    this.element.removeAttribute('aria-busy');
    this.showFacts();
    const reason = this.entry.error?.message ?? this.#cut;
    announce(reason ? `The answer has ended early. ${reason}` : 'The answer is complete.');
  }

  showVersions() {
    const shown = versionSwitch(this.entry.versions, this.onVersion);
    this.#versions.replaceWith(shown);
    this.#versions = shown;
  }

  /** Shows the facts, the actions, and why the answer is not complete. */
  showFacts() {
    this.#showReason();
    showFacts(this.#facts, this.entry.facts);
    this.#escalate.hidden = !this.entry.generation || !isByCheaper(this.entry, this.cheaperOf);
    this.#instead.hidden = !this.#isSimilar;
    this.#thumbs.forEach((thumb) => (thumb.hidden = !this.entry.generation || Boolean(this.entry.error)));
    this.#showRating();
  }

  /** Whether it is the answer to a similar question. */
  get #isSimilar() {
    return this.entry.facts?.cache === 'similar';
  }

  async #rate(rating) {
    const { generation } = this.entry;
    if (this.ratingOf(generation) === rating) {
      return;
    }
    const rated = this.onRate(generation, rating);
    this.#showRating();
    if (rating === 'down' && this.#isSimilar) {
      announce('This is the answer to a similar question. You can ask Claude instead.');
    }
    await rated;
    this.#showRating();
  }

  #showRating() {
    const rating = this.ratingOf(this.entry.generation);
    this.#thumbs.forEach((thumb) => thumb.setAttribute('aria-pressed', String(thumb.dataset.rating === rating)));
    this.#instead.classList.toggle('is-offered', rating === 'down');
  }

  #showWhole() {
    this.#text = textOf(this.entry.content);
    this.element.classList.toggle('has-text', this.#text.trim() !== '');
    const whole = new MarkdownStream(this.#body);
    whole.append(this.#text);
    whole.finish();
  }

  /** The buttons of an unchanged note keep the focus. */
  #showReason() {
    const { error, isRunning } = this.entry;
    const reason = error ?? this.#cut;
    if (isRunning || same(reason, this.#reason)) {
      return;
    }
    const isFailure = error && error.type !== STOPPED;
    this.#reason = reason;
    this.#note.hidden = !reason;
    this.#note.className = isFailure ? 'note is-error' : 'note';
    this.#note.replaceChildren(element('span', {}, error?.message ?? reason ?? ''), ...(isFailure ? this.#remedies(error) : []));
  }

  /** Why an answer without an error is not complete. */
  get #cut() {
    const { facts, content } = this.entry;
    const tools = typeof content === 'string' ? [] : content.filter((block) => block.type === 'tool_use').map((block) => block.name);
    return CUT.get(facts?.stop) ?? (tools.length > 0 ? `Claude asks for a tool that this page does not have: ${tools.join(', ')}.` : undefined);
  }

  #remedies(error) {
    const id = error.requestId ?? this.entry.generation;
    return [
      ...(id ? [requestId(id)] : []),
      ...(canRetry(error) ? [retryButton(this.onRetry, error.retryAt)] : []),
    ];
  }
}

/** The text of a block for a screen reader: formulas as their source, and no buttons. */
function spoken(block) {
  const copied = /** @type {Element} */ (block.cloneNode(true));
  copied.querySelectorAll('math').forEach((formula) => formula.replaceWith(formula.getAttribute('alttext')));
  // The button of a caption, which the code follows.
  copied.querySelectorAll('button').forEach((button) => button.replaceWith('\n'));
  return copied.textContent;
}

/** The id that identifies a request in logs and traces: a click copies it. */
function requestId(id) {
  return element(
    'button',
    { type: 'button', class: 'request-id', title: 'Copy the request id', data: { action: 'copy-request-id' }, onclick: ({ currentTarget }) => copy(id, currentTarget) },
    element('span', {}, id),
    icon('copy'),
    icon('check'),
  );
}
