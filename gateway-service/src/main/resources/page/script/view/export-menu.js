/** Exports the open conversation as Markdown or JSON. */

import { announce } from './announcer.js';
import { element, icon } from './dom.js';

const FORMATS = [
  ['markdown', 'Markdown', 'to read'],
  ['json', 'JSON', 'with everything that is known'],
];

export class ExportMenu {
  #menu;
  #button;
  #onExport;

  /**
   * @param {(format: string) => Promise<{name: string, content: Blob}>} onExport reads the file
   * @param {(failure: Error) => void} onFailed reports the failure
   */
  constructor(onExport, onFailed) {
    this.#onExport = onExport;
    this.#menu = element(
      'div',
      { class: 'menu', popover: 'auto', role: 'group', 'aria-label': 'Export as' },
      ...FORMATS.map(([format, name, use]) =>
        element('button', { type: 'button', autofocus: format === FORMATS[0][0], data: { format }, onclick: () => this.#export(format).catch(onFailed) }, element('span', {}, name), ' ', element('small', {}, use)),
      ),
    );
    this.#button = element(
      'button',
      { type: 'button', class: 'export', 'aria-label': 'Export this conversation', title: 'Export this conversation', popoverTargetElement: this.#menu },
      icon('export'),
      element('span', {}, 'Export'),
    );
    document.querySelector('.bar').append(this.#button, this.#menu);
  }

  /** Whether no conversation is open: a published answer is none. */
  set isHidden(isHidden) {
    this.#button.hidden = isHidden;
  }

  async #export(format) {
    this.#menu.hidePopover();
    this.#button.disabled = true;
    try {
      const { name, content } = await this.#onExport(format);
      save(name, content);
      announce(`Exported as ${name}.`);
    } finally {
      this.#button.disabled = false;
    }
  }
}

/** Saves a file as a download. It is fetched first, since a link cannot send the key. */
function save(name, content) {
  const address = URL.createObjectURL(content);
  element('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
