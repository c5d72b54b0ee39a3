/** A document as in a browser, with the page's markup and libraries, for the scripts under test. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';

const require = createRequire(import.meta.url);

/** The directory of the page. */
export const PAGE = new URL(process.env.PAGE_UNDER_TEST ?? '../../main/resources/page/', import.meta.url);

const html = readFileSync(new URL('index.html', PAGE), 'utf8').replaceAll('{{assets}}', '').replace('{{modules}}', '').replace(/<script.*<\/script>/g, '');

export const { window } = new JSDOM(html, { url: 'http://localhost/', pretendToBeVisual: true });

const NAMES = [
  'document', 'localStorage', 'sessionStorage', 'location', 'Node', 'Element', 'HTMLElement', 'Event', 'CustomEvent', 'KeyboardEvent', 'FileReader', 'File',
  'EventTarget', 'requestAnimationFrame', 'cancelAnimationFrame', 'addEventListener', 'removeEventListener', 'dispatchEvent',
];
for (const name of NAMES) {
  const value = window[name];
  globalThis[name] = /^[a-z]/.test(name) && typeof value === 'function' ? value.bind(window) : value;
}
// Frames have the clock of performance.now(), as in browsers.
globalThis.requestAnimationFrame = (act) => window.requestAnimationFrame(() => act(performance.now()));
// Newer versions of Node have one that cannot be assigned.
Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true });
/** What is known of the screen, by query; tests change it. */
const media = {};
Object.assign(globalThis, {
  window,
  markdownit: require('markdown-it'),
  DOMPurify: require('dompurify')(window),
  CSS: { escape: (text) => text.replace(/[^\w-]/g, '\\$&') },
  matchMedia: (query) => media[query] ??= Object.assign(new window.EventTarget(), { matches: false }),
  ResizeObserver: class {
    observe() {}
  },
});
// The tests do not wait for a timer that outlasts them.
const { setTimeout: begin } = globalThis;
globalThis.setTimeout = (act, ms = 0) => (ms < 30_000 ? begin(act, ms) : begin(act, ms).unref());
window.HTMLElement.prototype.scrollTo = () => {};
window.HTMLElement.prototype.scrollBy = () => {};

/** A module of the page, by its path below {@code script}. */
export function load(path) {
  return import(new URL(`script/${path}`, PAGE).href);
}
