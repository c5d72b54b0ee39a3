/** Says when the gateway cannot be reached, and when it can again. */

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

/** Says something that matters for a moment. */
export function complain(text) {
  clearTimeout(complaint);
  status.textContent = text;
  status.classList.add('is-lost');
  complaint = setTimeout(show, 6_000);
}

addEventListener('online', show);
addEventListener('offline', show);
addEventListener('complaint', ({ detail }) => complain(detail));
show();
