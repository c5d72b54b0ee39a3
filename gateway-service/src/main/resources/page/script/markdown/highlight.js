/** Colours code. The library comes after the page; until then code is plain. */

import { sanitized } from './sanitize.js';

const KEPT_MAX = 60;

/** Of the time while code comes, at most a twentieth is spent on its colours. */
const REST_PER_WORK = 20;

const kept = new Map();
let latest = { code: '', html: '', language: '', restUntil: 0 };

/** The code as HTML; while it grows, its end may be plain for a moment. Null if the language is not known. */
export function highlighted(code, language) {
  const library = globalThis.hljs;
  if (!library?.getLanguage(language)) {
    return null;
  }
  const key = `${language}\n${code}`;
  if (kept.has(key)) {
    return kept.get(key);
  }
  const begun = performance.now();
  if (begun < latest.restUntil && latest.language === language && latest.code && code.startsWith(latest.code)) {
    return latest.html + escaped(code.slice(latest.code.length));
  }
  const html = library.highlight(code, { language, ignoreIllegals: true }).value;
  const ended = performance.now();
  latest = { code, html, language, restUntil: ended + REST_PER_WORK * (ended - begun) };
  keep(key, html);
  return html;
}

/** Colours the code below an element that was shown before the library was there. */
export function highlightWithin(root) {
  for (const element of root.querySelectorAll('code[data-language]')) {
    const html = element.children.length === 0 && highlighted(element.textContent, element.dataset.language);
    if (html) {
      element.replaceChildren(sanitized(html));
    }
  }
}

function keep(key, html) {
  kept.set(key, html);
  if (kept.size > KEPT_MAX) {
    kept.delete(kept.keys().next().value);
  }
}

function escaped(text) {
  return text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character]);
}
