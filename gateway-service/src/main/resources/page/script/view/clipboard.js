/** Copies text, and confirms it on the button briefly. */

import { announce } from './announcer.js';

const SAID_MS = 1_600;

export async function copy(text, button) {
  await navigator.clipboard.writeText(text).catch(() => copyTheOldWay(text));
  announce('Copied.');
  button.classList.add('is-done');
  setTimeout(() => button.classList.remove('is-done'), SAID_MS);
}

/** The clipboard is available only with HTTPS. */
function copyTheOldWay(text) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'hidden';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
