/** The operators' page. */

import { Board } from './board.js';
import { timeOfDay } from './format.js';
import { Link } from './link.js';

const status = document.getElementById('link');
const notice = document.getElementById('notice');
const live = document.getElementById('live');
const dialog = document.getElementById('key-dialog');
const board = new Board();
let lastAt = null;

function showState(state, text) {
  if (status.textContent !== text) {
    status.dataset.state = state;
    status.textContent = text;
  }
}

function showNotice(text) {
  notice.hidden = !text;
  notice.textContent = text;
  live.classList.toggle('is-stale', Boolean(text));
}

const view = {
  snapshot(snapshot) {
    lastAt = snapshot.at;
    showState('live', 'Live');
    showNotice('');
    board.show(snapshot);
  },
  lost() {
    showState('lost', 'Not connected');
    if (notice.hidden) {
      showNotice(lastAt ? `The server has not answered since ${timeOfDay(lastAt)}. Trying again.` : 'The server does not answer. Trying again.');
    }
  },
  closed(reason) {
    showState('lost', 'Not connected');
    showNotice(reason);
  },
};

/** Opens the dialog for the key. */
function askForKey(isWrong) {
  if (isWrong) {
    document.getElementById('key-complaint').textContent = 'This key is wrong.';
  }
  return new Promise((resolve) => {
    dialog.showModal();
    dialog.addEventListener('close', () => resolve(new FormData(dialog.querySelector('form')).get('key')), { once: true });
  });
}

document.querySelectorAll('[name="span"]').forEach((choice) => {
  choice.addEventListener('change', () => board.choose(choice.value));
  if (choice.checked) {
    board.choose(choice.value);
  }
});
new Link(view, askForKey).start();
