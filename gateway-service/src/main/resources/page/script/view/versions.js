/** Shows which version of a message is shown, and switches to the others. */

import { announce } from './announcer.js';
import { element } from './dom.js';

/**
 * @param {{number: number, count: number}} [versions]
 * @param {(step: number) => void} onStep called with -1 for the version before, 1 for the one after
 * @returns {HTMLElement} empty if there is one version only
 */
export function versionSwitch(versions = { number: 1, count: 1 }, onStep = (_) => {}) {
  const { number, count } = versions;
  const button = (text, label, step) =>
    element(
      'button',
      {
        type: 'button',
        'aria-label': label,
        title: label,
        disabled: number + step < 1 || number + step > count,
        data: { action: step < 0 ? 'version-before' : 'version-after' },
        onclick: () => {
          onStep(step);
          announce(`Version ${number + step} of ${count}.`);
        },
      },
      text,
    );
  const parts = count > 1 ? [button('‹', 'The version before', -1), element('span', {}, `${number}/${count}`), button('›', 'The version after', 1)] : [];
  return element('div', { class: 'versions', role: 'group', 'aria-label': 'Versions', hidden: count < 2 }, ...parts);
}
