/** The composer: text, images, the model, and a button that sends or stops. */

import { draft } from '../state/draft.js';
import { announce } from './announcer.js';
import { element, icon, iconButton, isComposing } from './dom.js';
import { dataAddress, imageBlock } from './images.js';

const IMAGES_MAX = 8;
const HEIGHT_MAX = 260;

export class Composer {
  #form = document.querySelector('.composer');
  #text = element('textarea', { id: 'question', rows: 1, placeholder: 'Ask Claude', 'aria-label': 'Your message', autocomplete: 'off', enterKeyHint: 'send' });
  #shelf = element('div', { class: 'shelf', hidden: true });
  #complaint = element('p', { class: 'complaint', role: 'alert', hidden: true });
  #button = element('button', { type: 'submit', class: 'send' });
  #images = [];
  /** The number of attachments, each of one or more files, that are being prepared. */
  #preparing = 0;
  /** @type {import('../state/chat.js').State} */
  #state = 'ready';
  #actions;

  /** @param {{onAsk: (content) => void, onStop: () => void, picker: HTMLElement}} actions */
  constructor(actions) {
    this.#actions = actions;
    const files = element('input', { type: 'file', accept: 'image/png,image/jpeg,image/gif,image/webp', multiple: true, hidden: true, onchange: () => this.#attach([...files.files]).then(() => (files.value = '')) });
    this.#form.append(
      this.#shelf,
      this.#text,
      this.#complaint,
      element('div', { class: 'tools' }, iconButton('image', 'Attach images', () => files.click()), files, actions.picker, this.#button),
    );
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener('input', () => {
      draft.text = this.#text.value;
      this.#fit();
    });
    this.#text.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !isComposing(event)) {
        event.preventDefault();
        if (this.#state !== 'running') {
          this.#submit();
        }
      }
    });
    this.#acceptDropsAndPastes();
    this.#text.value = draft.text;
    this.#images = draft.images;
    this.state = 'ready';
    this.#showShelf();
  }

  focus() {
    this.#text.focus({ preventScroll: true });
  }

  /** The button stops an answer that is running; while messages are loaded or images prepared, nothing is sent. */
  set state(state) {
    this.#state = state;
    const isRunning = state === 'running';
    this.#button.replaceChildren(icon(isRunning ? 'stop' : 'send'));
    this.#button.classList.toggle('is-stop', isRunning);
    this.#button.ariaLabel = this.#button.title = isRunning ? 'Stop' : 'Send';
    this.#fit();
  }

  #submit() {
    if (this.#state === 'running') {
      this.#actions.onStop();
      return;
    }
    if (this.#state === 'loading' || this.#preparing > 0) {
      return;
    }
    const text = this.#text.value.trim();
    if (text || this.#images.length > 0) {
      const content = this.#images.length > 0 ? [...this.#images, ...(text ? [{ type: 'text', text }] : [])] : text;
      this.#text.value = draft.text = '';
      this.#images = [];
      this.#imagesChanged();
      this.#actions.onAsk(content);
    }
  }

  async #attach(files) {
    if (files.length === 0) {
      return;
    }
    this.#complain('');
    this.#preparing++;
    this.#fit();
    for (const file of files) {
      if (this.#images.length >= IMAGES_MAX) {
        this.#complain(`At most ${IMAGES_MAX} images go with a message.`);
        break;
      }
      try {
        this.#images.push(await imageBlock(file));
        announce('Image attached.');
      } catch (failure) {
        this.#complain(failure.message);
      }
    }
    this.#preparing--;
    this.#imagesChanged();
    this.focus();
  }

  #acceptDropsAndPastes() {
    this.#text.addEventListener('paste', (event) => {
      const files = [...event.clipboardData.files];
      // The browser inserts text that comes with a picture.
      if (files.length > 0 && !event.clipboardData.getData('text/plain')) {
        event.preventDefault();
      }
      this.#attach(files);
    });
    const over = (event, isOver) => {
      if ([...event.dataTransfer.types].includes('Files')) {
        event.preventDefault();
        document.body.classList.toggle('is-dropping', isOver);
      }
    };
    document.addEventListener('dragover', (event) => over(event, true));
    document.addEventListener('dragleave', (event) => over(event, event.relatedTarget !== null));
    document.addEventListener('drop', (event) => {
      over(event, false);
      this.#attach([...event.dataTransfer.files]);
    });
  }

  #imagesChanged() {
    draft.images = this.#images;
    this.#showShelf();
  }

  #showShelf() {
    this.#shelf.hidden = this.#images.length === 0;
    this.#shelf.replaceChildren(
      ...this.#images.map((block, i) =>
        element(
          'div',
          { class: 'attached' },
          element('img', { src: dataAddress(block), alt: `Attached image ${i + 1}` }),
          iconButton('close', `Remove image ${i + 1}`, () => {
            this.#images.splice(i, 1);
            this.#imagesChanged();
            this.focus();
          }),
        ),
      ),
    );
    this.#fit();
  }

  #complain(text) {
    this.#complaint.textContent = text;
    this.#complaint.hidden = text === '';
  }

  #fit() {
    this.#text.style.height = 'auto';
    this.#text.style.height = `${Math.min(this.#text.scrollHeight, HEIGHT_MAX)}px`;
    const isEmpty = !this.#text.value.trim() && this.#images.length === 0;
    this.#button.disabled = this.#state === 'loading' || (this.#state === 'ready' && (isEmpty || this.#preparing > 0));
  }
}
