/** Modal dialogs. */

import { element } from './dom.js';

/** Whether the user confirms. */
export function confirmed(title, text, verb) {
  return new Promise((resolve) => {
    const dialog = element(
      'dialog',
      { class: 'dialog', 'aria-label': title },
      element('h2', {}, title),
      element('p', {}, text),
      element(
        'div',
        { class: 'dialog-actions' },
        element('button', { type: 'button', class: 'button', onclick: () => dialog.close('') }, 'Cancel'),
        element('button', { type: 'button', class: 'button is-danger', onclick: () => dialog.close('yes') }, verb),
      ),
    );
    open(dialog, () => resolve(dialog.returnValue === 'yes'));
  });
}

/**
 * A key entered by the user.
 * @param {string} complaint the error of the previous key; empty for none
 * @param {AbortSignal} [withdrawn] closes the dialog; then no key is returned, ever
 */
export function typedKey(complaint, withdrawn) {
  return new Promise((resolve) => {
    const input = element('input', { type: 'password', autocomplete: 'off', spellcheck: false, 'aria-label': 'Key', required: true });
    const form = element(
      'form',
      {
        onsubmit: (event) => {
          event.preventDefault();
          if (input.value.trim()) {
            dialog.close('given');
          }
        },
      },
      element('h2', {}, 'Your key'),
      element('p', {}, 'Parley needs a key to answer. It is asked for once, kept by this browser, and sent to this gateway only.'),
      input,
      element('p', { class: 'complaint', role: 'alert', hidden: !complaint }, `The key was not accepted: ${complaint}`),
      element('div', { class: 'dialog-actions' }, element('button', { type: 'submit', class: 'button is-main' }, 'Go on')),
    );
    const dialog = element('dialog', { class: 'dialog', 'aria-label': 'Your key', oncancel: (event) => event.preventDefault() }, form);
    open(dialog, () => {
      if (dialog.returnValue === 'given') {
        resolve(input.value.trim());
      } else if (!withdrawn?.aborted) {
        dialog.showModal();
      }
    });
    withdrawn?.addEventListener('abort', () => dialog.close());
  });
}

/**
 * Shows sections of text once they are loaded, or why they cannot be.
 * @param {string} title
 * @param {() => Promise<import('../state/usage.js').Section[]>} load
 */
export async function showSections(title, load) {
  const body = element('div', { class: 'sections', 'aria-live': 'polite' }, element('p', {}, 'One moment …'));
  const dialog = element(
    'dialog',
    { class: 'dialog', 'aria-label': title },
    element('h2', {}, title),
    body,
    element('div', { class: 'dialog-actions' }, element('button', { type: 'button', class: 'button is-main', onclick: () => dialog.close() }, 'Close')),
  );
  open(dialog, () => {});
  try {
    body.replaceChildren(...(await load()).flatMap(sectionOf));
  } catch (failure) {
    body.replaceChildren(element('p', { class: 'complaint', role: 'alert' }, failure.message));
  }
}

function sectionOf({ title, lines }) {
  return title
    ? [element('h3', {}, title), element('ul', {}, ...lines.map((line) => element('li', {}, line)))]
    : lines.map((line) => element('p', {}, line));
}

function open(dialog, onClose) {
  document.body.append(dialog);
  dialog.addEventListener('close', () => {
    onClose();
    if (!dialog.open) {
      dialog.remove();
    }
  });
  dialog.showModal();
}
