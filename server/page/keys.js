/* The keys. A key with Ctrl, Alt or Meta, and one in a field, is the browser's. */
import {step} from './clock.js';
import {here, page} from './page.js';
import {openKeys, openWorkspaces, VIEWS} from './shell.js';

export const KEYS = [
  [['j', '↓'], 'next row'], [['k', '↑'], 'row before'], [['Enter'], 'open the row'], [['Esc'], 'go back, or leave the filter'], [['/'], 'filter'],
  [['n'], 'step to what is due next'], [['w'], 'choose a workspace'], [['?'], 'these keys'],
];

const GOES_MS = 1500; // how long g waits for its letter
let goesUntil = 0;

function moveRow(by) {
  const rows = [...document.querySelectorAll('main [data-row]')];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement.closest('[data-row]'));
  const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
  const target = next.querySelector('a, button');
  target?.focus();
  target?.scrollIntoView({block: 'nearest'});
}

function goBack() {
  const {id, view} = page.route;
  if (id) location.hash = here(view);
}

const DOES = {
  j: () => moveRow(1), ArrowDown: () => moveRow(1), k: () => moveRow(-1), ArrowUp: () => moveRow(-1), n: step, w: openWorkspaces, '?': openKeys, Escape: goBack,
  '/': () => document.querySelector('main input[type=search]')?.focus(),
  g: () => { goesUntil = performance.now() + GOES_MS; },
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || page.dialog) return;
  if (event.target.matches('input, select, textarea')) {
    if (event.key === 'Escape') { event.preventDefault(); event.target.blur(); }
    return;
  }
  if (event.key.startsWith('Arrow') && event.target.closest('.scroll, .json')) return;
  const view = performance.now() < goesUntil && VIEWS.find(each => each?.[2] === event.key);
  goesUntil = 0;
  const does = view ? () => { location.hash = here(view[0]); } : DOES[event.key];
  if (!does || !page.workspace) return;
  event.preventDefault();
  does();
}

export const listenToKeys = () => addEventListener('keydown', onKey);
