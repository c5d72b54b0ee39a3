/** Announces changes to screen readers, in complete messages and without interrupting. */

/** Long enough for a screen reader to take up a line. It misses one that is removed in the task that adds it. */
const SHOWN_MS = 30_000;

const region = document.getElementById('announcer');

export function announce(text) {
  const line = document.createElement('p');
  line.textContent = text;
  region.append(line);
  setTimeout(() => line.remove(), SHOWN_MS);
}
