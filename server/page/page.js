/* What the page knows, and how it comes to know it.
 *
 * The stream sends numbers, never content: when that of an area changes, the page fetches again what the open view
 * shows. A change during a fetch is fetched after it. */
import {access, accessHeaders, get, list, Problem, query, rememberKey} from './api.js';
import {setClock} from './clock.js';
import {connectLive} from './live.js';
import {sleep} from './stream.js';

const SIDE_MS = 1000; // the numbers of the side are fetched at most so often
const TOAST_MS = 6000;
const FIRST_MS = 150; // then the page is shown without its data
const AREAS = ['runs', 'schedules', 'callbacks', 'clock', 'journal', 'faults', 'assumptions', 'workspaces', 'coverage'];

/* Of the address: #/w/WORKSPACE/VIEW?QUERY, #/w/WORKSPACE/VIEW/ID, #/requests/ID (its workspace is looked for), or
 * nothing (the workspace used last). Others write these links down: they stay as they are. */
function decode(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}

function readRoute(hash = location.hash) {
  const [path, search] = hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').map(decode);
  const workspace = parts[0] === 'w' ? parts.splice(0, 2)[1] : null;
  return {workspace, view: parts[0] || 'runs', id: parts[1] || null, query: new URLSearchParams(search || '')};
}

export function link(workspace, view, id, query) {
  const search = new URLSearchParams(query || {}).toString();
  return `#/${workspace ? `w/${workspace}/` : ''}${view}${id ? `/${encodeURIComponent(id)}` : ''}${search ? `?${search}` : ''}`;
}

export const page = {
  route: readRoute(),
  view: null,
  data: null,         // of its load(); null: not yet
  problem: null,      // why it could not be loaded
  info: null,
  asksKey: false,     // a key has to be given first
  live: 'connecting', // 'live', 'reconnecting', 'refused'
  workspace: null,    // its row of `workspaces`
  gone: false,        // there is no such workspace
  counts: {},
  get filter() { return page.route.query.get('filter') || ''; }, // of the view
  said: '',           // what readers are told
  toast: null,
  dialog: null,       // {title, show, filter}
};

let hooks, follow = () => {}, painting = false, arrived;

export function paint() {
  if (painting) return;
  painting = true;
  requestAnimationFrame(() => {
    painting = false;
    const focused = document.activeElement, row = focused?.closest('[data-row]');
    hooks.show();
    if (arrived && page.data) arrive();
    else if (focused?.isConnected === false) focusInstead(focused, row);
  });
}

/* What had the focus is gone: its row has it, or the button that says the same, or the heading. */
function focusInstead({textContent}, row) {
  const same = [...document.querySelectorAll('main button')].find(each => each.textContent === textContent);
  (row?.querySelector('a') || same || document.querySelector('main h1'))?.focus({preventScroll: true});
}

/* On the way back the row that was open has the focus, else the heading. */
function arrive() {
  const row = arrived.id && document.querySelector(`[data-row="${CSS.escape(arrived.id)}"] a`);
  (row || document.querySelector('main h1'))?.focus({preventScroll: !row});
  arrived = null;
}

/* Within a view its filter stays. */
export const here = (view, id, members) => link(page.route.workspace, view, id, view === page.route.view && page.filter ? {...members, filter: page.filter} : members);
export const canWrite = () => page.info?.options.page.value === 'on';

export function toast(text, go, label = 'Go there') {
  const shown = page.toast = {text, go, label};
  setTimeout(() => {
    if (page.toast === shown) page.toast = null;
    paint();
  }, TOAST_MS);
  paint();
}

export function setFilter(text) {
  if (page.dialog) page.dialog.filter = text;
  else {
    const {workspace, view, id, query} = page.route;
    query.set('filter', text);
    if (!text) query.delete('filter');
    history.replaceState(null, '', link(workspace, view, id, query));
  }
  paint();
}

export function openDialog(title, show) {
  page.dialog = {title, show, filter: ''};
  paint();
}

export function closeDialog() {
  page.dialog = null;
  paint();
}

/* Tells what came of it: `said`, or the text that `work` returns. */
export async function act(work, said) {
  page.toast = null;
  try {
    const text = await work();
    if (said || typeof text === 'string') toast(said || text);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    toast(problem.hint ? `${problem.message}. ${problem.hint}` : problem.message);
  }
  change(AREAS);
}

const changed = new Set(), sideChanged = new Set();
let working = false, sideTimer = null, endRest = () => {}, onFirst = () => {};

function note(areas) {
  for (const area of areas) {
    changed.add(area);
    sideChanged.add(area);
  }
  return work();
}

/* What the person did is shown at once, also while the page rests. */
export function change(areas) {
  endRest();
  return note(areas);
}

const has = (areas, ...wanted) => wanted.some(area => areas.has(area));

async function work() {
  if (working) return;
  working = true;
  while (changed.size && page.workspace && page.view && !document.hidden) {
    const areas = new Set(changed), began = performance.now();
    changed.clear();
    await Promise.all([has(areas, ...page.view.areas) && loadView(), has(areas, 'clock', 'runs', 'schedules', 'callbacks') && loadClock()]);
    onFirst();
    paint();
    sideTimer ||= setTimeout(loadSide, page.counts.requests === undefined ? FIRST_MS : SIDE_MS);
    const rest = Math.min(2 * (performance.now() - began), SIDE_MS); // the browser is idle for the most part
    await Promise.race([sleep(rest), new Promise(resolve => { endRest = resolve; })]);
  }
  working = false;
}

/* What a fetch throws: of an emulator that does not answer, the stream tells. */
function onProblem(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status === 401) enter();
  else if (problem.status) page.problem = problem;
}

async function loadView() {
  const {route, view} = page;
  try {
    const shown = page.data?.rows?.length, data = await view.load(route, page.data);
    if (page.route !== route) return;
    if (page.data?.rows?.length !== shown) change(view.areas); // older rows came meanwhile
    else Object.assign(page, {data, problem: null});
  } catch (problem) {
    if (page.route === route) onProblem(problem);
  }
}

const loadClock = () => get('clock').then(setClock, onProblem);

const countOf = path => async () => (await list(path)).total;

const COUNTS = {
  schedules: ['schedules', countOf('schedules')],
  callbacks: ['callbacks', countOf('callbacks?limit=1')],
  waiting: ['callbacks', countOf('callbacks?status=PENDING&limit=1')],
  requests: ['journal', countOf('journal?limit=1')],
  faults: ['faults', async () => (await get('faults')).rules.filter(rule => !rule.used_up).length],
};

async function loadSide() {
  const areas = new Set(sideChanged);
  sideChanged.clear();
  if (page.workspace) await Promise.all([
    has(areas, 'runs', 'workspaces') && loadWorkspace(page.route.workspace),
    ...Object.entries(COUNTS).map(async ([name, [area, count]]) => {
      if (areas.has(area)) page.counts[name] = await count();
    }),
  ]).catch(onProblem);
  sideTimer = sideChanged.size ? setTimeout(loadSide, SIDE_MS) : null;
  paint();
}

async function loadWorkspace(uid) {
  const [row] = await get(`workspaces?workspace=${uid}`);
  if (page.route.workspace === uid) page.workspace = row || null;
}

/* Finds the workspace of the address. While there is none, it is looked for again. */
async function enter() {
  const {route} = page, {workspace, view, id} = route;
  try {
    const [row = null] = await get(`workspaces?${query({limit: 1, workspace, request_id: !workspace && view === 'requests' ? id : null})}`);
    if (page.route !== route) return;
    Object.assign(page, {workspace: row, asksKey: false, gone: !row});
    access.workspace = row?.workspace_uid;
    if (row && !workspace) {
      history.replaceState(null, '', link(access.workspace, view, id, route.query));
      page.route = readRoute();
    }
    follow(row && accessHeaders());
    change(AREAS);
  } catch (problem) {
    if (problem.status !== 401) onProblem(problem);
    else {
      rememberKey('');
      page.asksKey = true;
    }
  }
  if (!page.workspace && !page.asksKey) setTimeout(() => page.route === route && !page.workspace && enter(), SIDE_MS);
  paint();
}

export function useKey(key) {
  rememberKey(key);
  enter();
}

async function onHash() {
  const {hash} = location, view = await hooks.viewOf(readRoute(hash));
  if (hash !== location.hash) return;
  const before = page.route;
  page.route = readRoute(hash);
  const moved = page.route.workspace !== before.workspace;
  if (moved || view !== page.view || (page.route.id !== before.id && !view.keepsList)) page.data = null;
  if (view !== page.view) arrived = before;
  Object.assign(page, {view, problem: null, dialog: null});
  if (moved) Object.assign(page, {counts: {}, workspace: null});
  if (moved || !page.workspace) enter();
  else change(AREAS);
  paint();
}

/* After a new connection another process may answer, with other options. */
async function onMessage(message) {
  if (message.versions) return note(Object.keys(message.versions));
  const before = page.live;
  page.live = message.state;
  if (message.state === 'live' && before !== 'connecting') await loadInfo();
  if (message.state === 'refused' || before !== 'connecting') enter();
  paint();
}

const loadInfo = () => get('info').then(info => {
  page.info = info;
  paint();
}, onProblem);

/* hooks: viewOf(route), show(). At first the page is shown once, with its data; then the stream tells what has changed. */
export async function start(given) {
  hooks = given;
  painting = true;
  const known = Promise.all([loadInfo(), enter()]);
  page.view = await hooks.viewOf(page.route);
  addEventListener('hashchange', onHash);
  document.addEventListener('visibilitychange', () => change(AREAS));
  const loaded = new Promise(resolve => { onFirst = resolve; });
  work();
  await Promise.race([Promise.all([known, loaded]), sleep(FIRST_MS)]);
  painting = false;
  hooks.show();
  await sleep(FIRST_MS);
  follow = connectLive(onMessage);
  follow(page.workspace && accessHeaders());
}
