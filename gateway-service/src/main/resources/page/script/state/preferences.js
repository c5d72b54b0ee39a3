/** The user's preferences, stored by the browser. */

const MODEL = 'parley.model';
const SIDEBAR = 'parley.sidebar';

export const preferences = {
  get model() {
    return localStorage.getItem(MODEL);
  },
  set model(id) {
    localStorage.setItem(MODEL, id);
  },
  get sidebarIsClosed() {
    return localStorage.getItem(SIDEBAR) === 'closed';
  },
  set sidebarIsClosed(isClosed) {
    localStorage.setItem(SIDEBAR, isClosed ? 'closed' : 'open');
  },
};
