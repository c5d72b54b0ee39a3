/** Shows whether the gateway can be reached. */

const status = document.querySelector('.connection');
const COMPLAINT_MS = 6_000;

let lost = false;
let isRunning = false;
let complaint = '';
let shown = 0;

function show() {
  const offline = `You are offline.${isRunning ? ' The answer goes on without you.' : ''}`;
  const text = complaint || (!navigator.onLine ? offline : lost ? 'Connection lost. Reconnecting …' : '');
  status.textContent = text;
  status.classList.toggle('is-lost', text !== '');
}

export function connectionIs(isLost) {
  lost = isLost;
  show();
}

/** Whether an answer has begun and not ended, which continues without a connection. */
export function answerRuns(isSo) {
  isRunning = isSo;
  show();
}

/** Shows a temporary message. */
export function complain(text) {
  clearTimeout(shown);
  complaint = text;
  shown = setTimeout(() => {
    complaint = '';
    show();
  }, COMPLAINT_MS);
  show();
}

addEventListener('online', show);
addEventListener('offline', show);
addEventListener('complaint', (event) => complain(/** @type {CustomEvent} */ (event).detail));
show();
