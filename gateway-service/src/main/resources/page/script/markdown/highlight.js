/** Highlights code. The library is loaded with the first code block; until then code is plain. */

import { sanitized } from './sanitize.js';

const LIBRARY = new URL('../../vendor/highlight.min.js', import.meta.url).href;
const KEPT_MAX = 60;

/** Highlighting takes at most a twentieth of the time while code is streamed. */
const REST_PER_WORK = 20;

const kept = new Map();
let library = null;
let latest = { code: '', html: '', language: '', restUntil: 0 };

/** The code as HTML; while it grows, its end may be plain briefly. Null if the language is unknown. */
export function highlighted(code, language, isGrowing = false) {
  library ??= load();
  const colours = globalThis.hljs;
  if (!colours?.getLanguage(language)) {
    return null;
  }
  const key = `${language}\n${code}`;
  if (kept.has(key)) {
    return kept.get(key);
  }
  const begun = performance.now();
  if (isGrowing && begun < latest.restUntil && latest.language === language && latest.code && code.startsWith(latest.code)) {
    return latest.html + escaped(code.slice(latest.code.length));
  }
  const html = colours.highlight(code, { language, ignoreIllegals: true }).value;
  const ended = performance.now();
  latest = { code, html, language, restUntil: ended + REST_PER_WORK * (ended - begun) };
  keep(key, html);
  return html;
}

/** Loads the library, and highlights the code rendered without it. */
function load() {
  const script = document.createElement('script');
  script.src = trusted(LIBRARY);
  script.addEventListener('load', () => colourAll());
  document.head.append(script);
  return script;
}

/** With trusted types, this is the only script URL permitted. */
function trusted(address) {
  const policy = globalThis.trustedTypes?.createPolicy('parley', { createScriptURL: () => LIBRARY });
  return policy ? policy.createScriptURL(address) : address;
}

function colourAll() {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('code[data-language]'))) {
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
