/** Copies text, and confirms it on the button briefly. */

import { announce } from './announcer.js';

const SAID_MS = 1_600;

export async function copy(text, button) {
  if ((await copyByClipboard(text)) || copyByDocument(text, button)) {
    announce('Copied.');
    button.classList.add('is-done');
    setTimeout(() => button.classList.remove('is-done'), SAID_MS);
  } else {
    dispatchEvent(new CustomEvent('complaint', { detail: 'The browser does not permit copying.' }));
  }
}

/** The clipboard is available only with HTTPS and on the local machine. */
async function copyByClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function copyByDocument(text, button) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'hidden';
  document.body.append(area);
  area.focus({ preventScroll: true });
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  button.focus({ preventScroll: true });
  return isCopied;
}
