/* A key with Ctrl, Alt or Meta, and one in a field, is the browser's. */
import {step} from './clock.js';
import {here, page} from './page.js';
import {openKeys, openStart, openWorkspaces, VIEWS} from './shell.js';

const GOES_MS = 1500; // g waits for its letter
let goesUntil = 0;

function moveRow(by, within = 'main') {
  const rows = [...document.querySelectorAll(`${within} [data-row]`)];
  const at = rows.indexOf(document.activeElement.closest('[data-row]')), target = rows[at < 0 ? 0 : at + by]?.querySelector('a, button');
  target?.focus();
  target?.scrollIntoView({block: 'nearest'});
}

/* In a dialog with rows: from its filter to them, and from one to another. Enter takes the first. */
function onKeyOfDialog(event) {
  const first = document.querySelector('dialog [data-row] a'), by = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (!first || !(by || (event.key === 'Enter' && event.target.type === 'search'))) return;
  event.preventDefault();
  if (by) moveRow(by, 'dialog');
  else first.click();
}

function goBack() {
  const {id, view} = page.route;
  if (id) location.hash = here(view);
}

const NAMES = {ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc'};

/* keys, what they do; Enter is the browser's */
export const KEYS = [
  [['j', '↓'], 'next row', () => moveRow(1)], [['k', '↑'], 'row before', () => moveRow(-1)], [['Enter'], 'open the row'], [['Esc'], 'go back, or leave the filter', goBack],
  [['/'], 'filter', () => document.querySelector('main input[type=search]')?.focus()], [['n'], 'step to what is due next', step], [['s'], 'start a run', openStart],
  [['w'], 'choose a workspace', openWorkspaces], [['?'], 'these keys', openKeys],
];

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (page.dialog) return onKeyOfDialog(event);
  if (event.target.matches('input, select, textarea')) {
    if (event.key === 'Escape') { event.preventDefault(); event.target.blur(); }
    return;
  }
  if (event.key.startsWith('Arrow') && event.target.closest('.scroll, .json')) return;
  const view = performance.now() < goesUntil && VIEWS.find(each => each?.[2] === event.key);
  goesUntil = event.key === 'g' && !view ? performance.now() + GOES_MS : 0;
  const does = view ? () => { location.hash = here(view[0]); } : KEYS.find(([keys]) => keys.includes(NAMES[event.key] || event.key))?.[2];
  if (!does) return;
  event.preventDefault();
  does();
}

export const listenToKeys = () => addEventListener('keydown', onKey);
