/** The unsent message of this tab, which survives a reload. */

import { ofTab } from '../storage.js';

const TEXT = 'parley.draft.text';
const IMAGES = 'parley.draft.images';

export const draft = {
  get text() {
    return ofTab.get(TEXT) ?? '';
  },
  set text(text) {
    keep(TEXT, text);
  },
  /** Content blocks. */
  get images() {
    return JSON.parse(ofTab.get(IMAGES) ?? '[]');
  },
  set images(blocks) {
    keep(IMAGES, blocks.length > 0 ? JSON.stringify(blocks) : '');
  },
};

function keep(key, value) {
  ofTab.remove(key);
  if (value) {
    // Beyond the browser's quota, this part does not survive a reload.
    ofTab.set(key, value);
  }
}
