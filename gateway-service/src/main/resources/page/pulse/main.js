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

function say(state, text) {
  if (status.textContent !== text) {
    status.dataset.state = state;
    status.textContent = text;
  }
}

function tell(text) {
  notice.hidden = !text;
  notice.textContent = text;
  live.classList.toggle('is-stale', Boolean(text));
}

const view = {
  snapshot(snapshot) {
    lastAt = snapshot.at;
    say('live', 'Live');
    tell('');
    board.show(snapshot);
  },
  lost() {
    say('lost', 'Not connected');
    if (notice.hidden) {
      tell(lastAt ? `The gateway has not been heard since ${timeOfDay(lastAt)}. Trying again.` : 'The gateway does not answer. Trying again.');
    }
  },
  closed(reason) {
    say('lost', 'Not connected');
    tell(reason);
  },
};

/** Asks until something is typed: without a key there is nothing to see. */
function askForKey(isWrong) {
  if (isWrong) {
    document.getElementById('key-complaint').textContent = 'The gateway does not take this key.';
  }
  return new Promise((typed) => {
    dialog.showModal();
    dialog.addEventListener('close', () => typed(new FormData(dialog.querySelector('form')).get('key')), { once: true });
  });
}

document.querySelectorAll('[name="span"]').forEach((choice) => {
  choice.addEventListener('change', () => board.choose(choice.value));
  if (choice.checked) {
    board.choose(choice.value);
  }
});
new Link(view, askForKey).start();
