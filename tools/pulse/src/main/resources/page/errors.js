/** Errors, by kind. */

import { element } from './dom.js';
import { count } from './format.js';

const CAPTIONS = { answers: 'Answers that failed', calls: 'Calls to Claude that failed', consumers: 'Turns of the last minute that failed and are repeated' };

/** Texts for the kinds of calls; the types of answers are those of the Messages API. */
const TEXTS = { refused: 'refused', broken: 'broken off', interrupted: 'process died', storage: 'storing in DynamoDB', cache: 'caching in Redis' };

/** The failures of consumers, as errors. */
export function failedDeliveries(failures) {
  return Object.entries(failures)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => ({ of: 'consumers', kind, status: 0, count }));
}

/** Shows the counts; changes nothing while they stay the same. */
export function showErrors(place, errors) {
  const shown = JSON.stringify(errors);
  if (place.dataset.shown === shown) {
    return;
  }
  place.dataset.shown = shown;
  if (errors.length === 0) {
    place.replaceChildren(element('p', { class: 'none' }, 'None.'));
    return;
  }
  place.replaceChildren(
    ...Object.entries(CAPTIONS)
      .map(([of, head]) => [head, errors.filter((error) => error.of === of)])
      .filter(([, some]) => some.length > 0)
      .map(([head, some]) =>
        element(
          'table',
          { class: 'errors' },
          element('caption', {}, head),
          element('tbody', {}, ...some.map((error) => element('tr', {}, element('th', { scope: 'row' }, TEXTS[error.kind] ?? error.kind), element('td', {}, error.status ? String(error.status) : ''), element('td', { class: 'time' }, count(error.count))))),
        ),
      ),
  );
}
