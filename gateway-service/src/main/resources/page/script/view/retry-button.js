/** A retry button, enabled after the delay that the gateway requires. */

import { announce } from './announcer.js';
import { element } from './dom.js';

/** @param {number} [retryAt] when it is enabled, in milliseconds since 1970; until then it shows the remaining time */
export function retryButton(onRetry, retryAt = 0) {
  const button = element('button', { type: 'button', class: 'button', onclick: onRetry, data: { action: 'try-again' } });
  const show = () => {
    const leftMs = retryAt - Date.now();
    button.disabled = leftMs > 0;
    button.textContent = leftMs > 0 ? `Try again in ${duration(Math.ceil(leftMs / 1_000))}` : 'Try again';
    return leftMs;
  };
  const tick = () => {
    if (button.isConnected) {
      const leftMs = show();
      if (leftMs > 0) {
        next(leftMs);
      } else {
        announce('You can try again now.');
      }
    }
  };
  /** The time until the number of seconds changes. */
  const next = (leftMs) => setTimeout(tick, leftMs % 1_000 || 1_000);
  const leftMs = show();
  if (leftMs > 0) {
    button.classList.add('waits');
    next(leftMs);
  }
  return button;
}

function duration(seconds) {
  if (seconds < 100) {
    return `${seconds} s`;
  }
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
