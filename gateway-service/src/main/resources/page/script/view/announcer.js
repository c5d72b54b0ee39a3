/** Announces changes to screen readers, in complete messages and without interrupting. */

const KEPT = 6;

const region = document.getElementById('announcer');

export function announce(text) {
  const line = document.createElement('p');
  line.textContent = text;
  region.append(line);
  while (region.children.length > KEPT) {
    region.firstElementChild.remove();
  }
}
