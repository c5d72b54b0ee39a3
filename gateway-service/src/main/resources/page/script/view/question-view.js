/** One question with its images, and its editor. */

import { questionText, withText } from '../state/transcript.js';
import { element, iconButton, isComposing } from './dom.js';
import { dataAddress } from './images.js';
import { versionSwitch } from './versions.js';

export class QuestionView {
  #onEdit;
  #onVersion;
  #versions = versionSwitch();

  /**
   * @param {(content: string|object[]) => void} onEdit sends the edited question
   * @param {(step: number) => void} onVersion shows the version before or after
   */
  constructor(entry, onEdit, onVersion) {
    this.entry = entry;
    this.#onEdit = onEdit;
    this.#onVersion = onVersion;
    this.element = element('article', { class: 'question', 'aria-label': 'You' });
    this.#show();
  }

  #show() {
    const text = questionText(this.entry.content);
    const blocks = typeof this.entry.content === 'string' ? [] : this.entry.content.filter((block) => block.type === 'image');
    const images = blocks.map((block) => element('img', { src: dataAddress(block), alt: 'Attached image', class: 'thumbnail' }));
    this.element.classList.remove('is-edited');
    this.element.replaceChildren(
      ...(images.length > 0 ? [element('div', { class: 'images' }, ...images)] : []),
      ...(text ? [element('div', { class: 'bubble' }, text)] : []),
      element(
        'div',
        { class: 'question-foot' },
        this.#versions,
        element('div', { class: 'actions' }, iconButton('pencil', 'Edit and ask again', () => this.#edit(), { data: { action: 'edit' } })),
      ),
    );
    this.showVersions();
  }

  showVersions() {
    const shown = versionSwitch(this.entry.versions, this.#onVersion);
    this.#versions.replaceWith(shown);
    this.#versions = shown;
  }

  #edit() {
    const area = element('textarea', { value: questionText(this.entry.content), 'aria-label': 'Your question', rows: 3 });
    const send = () => {
      if (area.value.trim()) {
        // The view is kept if the text is unchanged.
        this.#show();
        this.#onEdit(withText(this.entry.content, area.value.trim()));
      }
    };
    const cancel = () => {
      this.#show();
      /** @type {HTMLElement} */ (this.element.querySelector('[data-action="edit"]')).focus();
    };
    area.addEventListener('keydown', (event) => {
      if (isComposing(event)) {
        return;
      }
      if (event.key === 'Enter' && !event.shiftKey) {
        event.preventDefault();
        send();
      } else if (event.key === 'Escape') {
        event.stopPropagation();
        cancel();
      }
    });
    this.element.classList.add('is-edited');
    this.element.replaceChildren(
      element(
        'div',
        { class: 'edit' },
        area,
        element(
          'div',
          { class: 'edit-actions' },
          element('small', {}, 'This version and what follows it are kept.'),
          element('button', { type: 'button', class: 'button', onclick: cancel }, 'Cancel'),
          element('button', { type: 'button', class: 'button is-main', onclick: send }, 'Ask again'),
        ),
      ),
    );
    area.focus();
  }
}
