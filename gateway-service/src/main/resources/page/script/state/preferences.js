/** The user's preferences, stored by the browser. */

import { shared } from '../storage.js';

const MODEL = 'parley.model';
const SIDEBAR = 'parley.sidebar';

export const preferences = {
  get model() {
    return shared.get(MODEL);
  },
  set model(id) {
    shared.set(MODEL, id);
  },
  get sidebarIsClosed() {
    return shared.get(SIDEBAR) === 'closed';
  },
  set sidebarIsClosed(isClosed) {
    shared.set(SIDEBAR, isClosed ? 'closed' : 'open');
  },
};
