/** Shows whether the gateway can be reached. */

const status = document.querySelector('.connection');

let lost = false;
let complaint = 0;

function show() {
  const text = !navigator.onLine ? 'You are offline. The answer goes on without you.' : lost ? 'Connection lost. Reconnecting …' : '';
  status.textContent = text;
  status.classList.toggle('is-lost', text !== '');
}

export function connectionIs(isLost) {
  lost = isLost;
  show();
}

/** Shows a temporary message. */
export function complain(text) {
  clearTimeout(complaint);
  status.textContent = text;
  status.classList.add('is-lost');
  complaint = setTimeout(show, 6_000);
}

addEventListener('online', show);
addEventListener('offline', show);
addEventListener('complaint', (event) => complain(/** @type {CustomEvent} */ (event).detail));
show();
