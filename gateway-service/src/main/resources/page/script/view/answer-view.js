/** One answer: streamed text, outcome, facts and actions. */

import { MarkdownStream } from '../markdown/stream.js';
import { textOf } from '../state/answer.js';
import { canRetry } from '../state/errors.js';
import { isByCheaper } from '../state/escalation.js';
import { announce } from './announcer.js';
import { copy } from './clipboard.js';
import { element, icon, iconButton } from './dom.js';
import { showFacts } from './facts.js';
import { retryButton } from './retry-button.js';
import { versionSwitch } from './versions.js';

const STOPPED = 'cancelled';

export class AnswerView {
  #body = element('div', { class: 'markdown' });
  #note = element('div', { class: 'note', hidden: true });
  #facts = element('p', { class: 'facts' });
  #versions = versionSwitch();
  #escalate;
  #foot;
  #markdown = null;
  #text = '';

  /**
   * @param {import('../state/transcript.js').Entry} entry
   * @param {{onRegenerate: () => void, onEscalate: () => void, onVersion: (step: number) => void,
   *     cheaperOf: (alias: string) => string|undefined}} actions requests another version of this answer, or the stronger model's;
   *     shows the version before or after
   */
  constructor(entry, { onRegenerate, onEscalate, onVersion, cheaperOf }) {
    this.entry = entry;
    this.cheaperOf = cheaperOf;
    this.#escalate = iconButton('stronger', 'Ask the stronger model', onEscalate, { data: { action: 'escalate' } });
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
        this.#escalate,
      ),
      this.#facts,
    );
    this.element = element('article', { class: 'answer', 'aria-label': 'Answer' }, this.#body, this.#note, this.#foot);
    this.onRegenerate = onRegenerate;
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
    this.#markdown = new MarkdownStream(this.#body, (block) => announce(block.textContent));
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
    this.#showEnd();
    announce(this.entry.error ? `The answer has ended early. ${this.entry.error.message}` : 'The answer is complete.');
  }

  showVersions() {
    const shown = versionSwitch(this.entry.versions, this.onVersion);
    this.#versions.replaceWith(shown);
    this.#versions = shown;
  }

  showFacts() {
    showFacts(this.#facts, this.entry.facts);
    this.#escalate.hidden = !this.entry.generation || !isByCheaper(this.entry, this.cheaperOf);
  }

  #showWhole() {
    this.#text = textOf(this.entry.content);
    this.element.classList.toggle('has-text', this.#text.trim() !== '');
    const whole = new MarkdownStream(this.#body);
    whole.append(this.#text);
    whole.finish();
    this.#showEnd();
  }

  #showEnd() {
    this.showFacts();
    const { error, facts, content } = this.entry;
    const tools = typeof content === 'string' ? [] : content.filter((block) => block.type === 'tool_use').map((block) => block.name);
    if (error?.type === STOPPED) {
      this.#say(error.message, 'note');
    } else if (error) {
      this.#say(error.message, 'note is-error', ...this.#remedies(error));
    } else if (facts?.stop === 'max_tokens') {
      this.#say('The answer is longer than one answer may be. Ask for the rest.', 'note');
    } else if (facts?.stop === 'refusal') {
      this.#say('Claude declined to go on here.', 'note');
    } else if (tools.length > 0) {
      this.#say(`Claude asks for a tool that this page does not have: ${tools.join(', ')}.`, 'note');
    }
  }

  #remedies(error) {
    const id = error.requestId ?? this.entry.generation;
    return [
      ...(id ? [requestId(id)] : []),
      ...(canRetry(error) ? [retryButton(this.onRegenerate, error.retryAt)] : []),
    ];
  }

  #say(text, className, ...remedies) {
    this.#note.className = className;
    this.#note.hidden = false;
    this.#note.replaceChildren(element('span', {}, text), ...remedies);
  }
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
