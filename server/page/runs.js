/* The runs of the workspace, live: what each is, and what comes next or why it ended. */
import {call, get, list, query} from './api.js';
import {goTo, happens, now, until} from './clock.js';
import {h, memo} from './dom.js';
import {age, count, short, span} from './format.js';
import {act, canWrite, here, page} from './page.js';
import {button, cell, copyButton, dash, empty, faint, grow, heading, matches, mono, number, older, pips, quiet, row, search, table, uidOf} from './parts.js';
import {curlRun, runsOf} from './shell.js';
import {openStart} from './start.js';
import {icon, statusOf, tone, word} from './status.js';

export const name = 'runs';
export const areas = ['runs', 'workspaces'];
export const title = () => 'Runs';

const PAGE = 200, MOST = 1000; // rows at a time, and what one call gives at most
const ORDER = ['RUNNING', 'QUEUED', 'SCHEDULED', 'CREATED', 'BLOCKED', 'SUCCEEDED', 'PARTIAL_SUCCEEDED', 'FAILED', 'INVALID', 'STOPPED'];
const CANCELLABLE = ['CREATED', 'QUEUED', 'SCHEDULED', 'RUNNING'];

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/* The newest rows are fetched again; older ones that were loaded stay as they are. Rows that did not change stay the
 * same objects, so that they are not described again. */
export async function load(route, before) {
  const kept = before?.search === route.query.toString() ? before : null;
  const limit = Math.min(MOST, Math.max(PAGE, kept?.rows.length || 0));
  const {rows, total} = await list(`runs?${query({status: route.query.getAll('status'), limit})}`);
  const known = new Map(kept?.rows.map(run => [run.uid, run]));
  const merged = rows.map(run => (same(known.get(run.uid), run) ? known.get(run.uid) : run));
  const older = kept && kept.rows.length > MOST && rows.length ? kept.rows.filter(run => run.id < rows.at(-1).id) : [];
  const fresh = kept ? new Set(rows.filter(run => !known.has(run.uid) && run.id > (kept.rows[0]?.id ?? 0)).map(run => run.uid)) : new Set();
  return {search: route.query.toString(), rows: [...merged, ...older], total, fresh: fresh.size ? fresh : kept?.fresh || fresh};
}

const loadOlder = async (route, last) => (await list(`runs?${query({status: route.query.getAll('status'), before: last.uid, limit: PAGE})}`)).rows;

function progress(run) {
  if (!run.plan?.items) return null;
  const {position, items} = run.plan;
  const label = `${Math.min(position, items)} of ${items} items of its plan are done`;
  if (items > 8) return h('span.pips', {title: label}, h('small.faint', `${position}/${items}`));
  return pips(label, items, i => (i < position ? 'done' : i === position && run.next && 'next'));
}

const nextOf = next => (next.step_uid ? [count(next.outputs, 'output'), ' of ', mono(next.step_uid)] : happens(next.event));

function whatNext(run) {
  if (run.next) return [h('b.in', {title: run.next.at}, span(until(run.next.at))), ' ', nextOf(run.next)];
  if (run.last_error) return [h('span.mono.label', run.last_error.label), ' ', quiet(run.last_error.message)];
  if (run.finished_at) return null;
  if (run.status === 'RUNNING' && run.plan) return quiet('its plan is over; it runs until somebody acts');
  return faint('no plan');
}

const cancel = uid => act(() => call('POST', `/v1/flows/runs/${uid}/cancel`), `${short(uid)} is cancelled`);

/* The second is not used, but ages change with it. */
const describe = memo((run, fresh) => {
  const began = run.started_at && Date.parse(run.started_at);
  return row(run.uid, {class: fresh ? 'new' : null},
    cell('c-status', statusOf(run.state)),
    cell('c-uid', uidOf(run.uid, here('runs', run.uid), 'whole')),
    cell('c-flow', run.flow_slug || dash()),
    cell('num c-age', h('span', {title: run.created_at}, age(now() - Date.parse(run.created_at)))),
    cell('num c-took', began ? h('span', {class: run.finished_at ? null : 'quiet'}, span((run.finished_at ? Date.parse(run.finished_at) : now()) - began)) : dash()),
    cell('num c-outputs', number(run.output_count)),
    cell('c-next', h('div', progress(run), h('span.text', whatNext(run)))),
    canWrite() && cell('c-act', CANCELLABLE.includes(run.status) && button('Cancel', {kind: 'small', aria: `Cancel ${short(run.uid)}`, go: () => cancel(run.uid)})));
});

/* Of the runs that are shown. */
function upNext(rows) {
  const due = rows.filter(run => run.next).sort((one, other) => (one.next.at < other.next.at ? -1 : 1)).slice(0, 5);
  return due.length > 0 && h('section.upnext', {'aria-labelledby': 'upnext'}, h('h2', {id: 'upnext'}, 'Up next'), h('ol', due.map(({uid, next}) => {
    const inside = [h('span', icon(next.step_uid ? 'OUTPUTS' : next.to), 'in ', h('b', span(until(next.at)))), h('span', h('span.uid', `${uid.slice(0, 4)}…${uid.slice(-4)}`), ' ', nextOf(next))];
    return h('li', {key: uid}, canWrite() ? h('button', {type: 'button', title: `Go to ${next.at}`, onclick: () => goTo(next.at)}, inside) : h('a', {href: here('runs', uid)}, inside));
  })));
}

function statusFilter(route) {
  const chosen = route.query.getAll('status');
  const counts = page.workspace.runs, all = runsOf(page.workspace);
  const entry = (key, more, href, pressed, ...inside) => h('a', {key, class: more, href, 'aria-current': pressed && 'true'}, inside);
  return h('nav.filter', {key: 'filter', 'aria-label': 'Filter by status'},
    entry('all', '', here('runs'), !chosen.length, 'All ', h('b', all)),
    ORDER.map(status => entry(status, tone(status) + (counts[status] ? '' : ' zero'), here('runs', null, {status}), chosen.includes(status),
      icon(status), word(status), ' ', h('b', counts[status] || 0))));
}

function noRuns(route) {
  if (page.filter || route.query.has('status')) return empty('No run fits the filter', h('p', h('a.b', {href: here('runs')}, 'Show all runs')));
  return empty('No runs yet', h('p', 'A run shows here the moment it is made. Start one from your client, or with:'), h('pre.json', {tabindex: 0}, curlRun()),
    copyButton('Copy', 'the command', curlRun));
}

const COLUMNS = [['Status', 'c-status'], ['Run', 'c-uid'], ['Flow', 'c-flow'], ['Age', 'num c-age'], ['Took', 'num c-took'], ['Outputs', 'num c-outputs'], ['Next, or why it ended', 'c-next'], ['Action', 'c-act', true]];

const fits = run => matches(run.uid, run.flow_slug, run.state, run.last_error?.label, run.last_error?.message);

export function show(data, route) {
  const rows = data?.rows.filter(fits) || [];
  const second = Math.floor(now() / 1000);
  return [
    heading('Runs', search('Filter by uid, flow, error'), grow, canWrite() && button('Start a run', {icon: 'plus', kind: 'fold', go: openStart})),
    upNext(rows), statusFilter(route),
    data && h('div.card', {key: 'list'}, rows.length
      ? table('Runs of this workspace, newest first', 'rows runs', COLUMNS, rows.map(run => describe(run.uid, run, data.fresh.has(run.uid), second, route.workspace)))
      : noRuns(route)),
    data && older(data, last => loadOlder(route, last)),
  ];
}
