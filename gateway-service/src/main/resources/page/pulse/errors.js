/** What went wrong, by kind. */

import { element } from '../script/view/dom.js';
import { count } from './format.js';

const HEADS = { answers: 'Answers that failed', calls: 'Calls to Claude that failed' };

/** What the kinds of calls mean; the types of answers are those of the Messages API. */
const WORDS = { refused: 'refused', broken: 'broken off', interrupted: 'process died' };

/** Shows the counts; touches nothing while they stay the same. */
export function showErrors(place, errors) {
  const told = JSON.stringify(errors);
  if (place.dataset.told === told) {
    return;
  }
  place.dataset.told = told;
  if (errors.length === 0) {
    place.replaceChildren(element('p', { class: 'none' }, 'None.'));
    return;
  }
  place.replaceChildren(
    ...Object.entries(HEADS)
      .map(([of, head]) => [head, errors.filter((error) => error.of === of)])
      .filter(([, some]) => some.length > 0)
      .map(([head, some]) =>
        element(
          'table',
          { class: 'errors' },
          element('caption', {}, head),
          element('tbody', {}, ...some.map((error) => element('tr', {}, element('th', { scope: 'row' }, WORDS[error.kind] ?? error.kind), element('td', {}, error.status ? String(error.status) : ''), element('td', { class: 'time' }, count(error.count))))),
        ),
      ),
  );
}
