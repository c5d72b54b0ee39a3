/** A button that removes the key from this browser. */

import { element, icon } from './dom.js';

/** @param {import('../api/session.js').Session} session whose key may be entered later */
export function forgetButton(session) {
  const onclick = () => session.forget();
  const button = element('button', { type: 'button', class: 'foot-button', data: { action: 'forget' }, onclick }, icon('key'), 'Forget my key');
  const show = () => (button.hidden = !session.isKept);
  session.addEventListener('change', show);
  show();
  return button;
}
