/** The published questions on the empty page. */

import { element } from './dom.js';

const SHOWN_MAX = 8;

/**
 * Shows questions below the composer, where they move nothing when they arrive.
 * @param {import('../api/published.js').Published[]} questions
 * @param {(question: import('../api/published.js').Published) => void} onChosen
 */
export function showSuggestions(questions, onChosen) {
  const buttons = questions
    .slice(0, SHOWN_MAX)
    .map((question) => element('button', { type: 'button', class: 'suggestion', dir: 'auto', onclick: () => onChosen(question) }, question.question));
  document.querySelector('.dock').append(element('div', { class: 'suggestions' }, ...buttons));
}
