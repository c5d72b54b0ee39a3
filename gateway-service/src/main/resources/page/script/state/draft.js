/** The unsent message of this tab, which survives a reload. */

const TEXT = 'parley.draft.text';
const IMAGES = 'parley.draft.images';

export const draft = {
  get text() {
    return sessionStorage.getItem(TEXT) ?? '';
  },
  set text(text) {
    keep(TEXT, text);
  },
  /** Content blocks. */
  get images() {
    return JSON.parse(sessionStorage.getItem(IMAGES) ?? '[]');
  },
  set images(blocks) {
    keep(IMAGES, blocks.length > 0 ? JSON.stringify(blocks) : '');
  },
};

function keep(key, value) {
  sessionStorage.removeItem(key);
  if (value) {
    try {
      sessionStorage.setItem(key, value);
    } catch {
      // Beyond the browser's quota, this part does not survive a reload.
    }
  }
}
