/* The runs of the workspace, and what comes next or why each ended. */
import {call, newest} from './api.js';
import {ahead, goTitle, goTo, happens, inTime, until} from './clock.js';
import {h} from './dom.js';
import {age, short, span, tiny} from './format.js';
import {canWrite, here, link, page} from './page.js';
import {button, copyButton, dash, doing, empty, grow, heading, matches, number, older, outputsOf, quiet, row, runOf, search, table} from './parts.js';
import {curlRun, openStart, runsOf, shownCurl} from './shell.js';
import {icon, statusOf, tone, word} from './status.js';

export const areas = ['runs', 'workspaces'];

const ORDER = ['RUNNING', 'QUEUED', 'SCHEDULED', 'CREATED', 'BLOCKED', 'SUCCEEDED', 'PARTIAL_SUCCEEDED', 'FAILED', 'INVALID', 'STOPPED'];
const CANCELLABLE = ORDER.slice(0, 4);

const fetchRows = (route, shown, before) => newest('runs', {status: route.query.getAll('status'), before}, shown);

export async function load(route, before) {
  const search = route.query.getAll('status').join(), kept = before?.search === search ? before : null;
  const {rows, total} = await fetchRows(route, kept?.rows), last = kept?.rows[0]?.id ?? 0;
  const fresh = kept ? rows.filter(run => run.id > last).map(run => run.uid) : [];
  return {search, rows, total, fresh: fresh.length ? fresh : kept?.fresh || fresh};
}

const nextOf = next => (next.step_uid ? outputsOf(next) : happens(next.event));

/* Why nothing comes next. The state alone tells a cancelled run. */
const RESTS = {BLOCKED: 'blocked until it is resumed or stopped', STOPPED: 'stopped'};

function whatNext(run) {
  if (run.next) return [ahead(run.next.at), ' ', nextOf(run.next)];
  const rests = run.state === run.status ? RESTS[run.status] : 'cancelled';
  if (rests) return quiet(rests);
  if (run.last_error) return [h('span.mono.label', run.last_error.label), ' ', quiet(run.last_error.message)];
  if (run.finished_at) return null;
  return quiet('stays so: nothing is planned');
}

const COLUMNS = [['Status', 'c-status'], ['Run'], ['Flow', 'c-flow'], ['Age', 'num c-age'], ['Took', 'num c-took'], ['Outputs', 'num c-outputs'], ['Next, or why it ended', 'c-next'], ['Action', 'c-act', true]];

function describe(run, fresh) {
  return row(COLUMNS, run.uid, {class: fresh && 'new'},
    statusOf(run.status), runOf(run.uid, 'whole'), run.flow_slug || dash(),
    h('span', {title: run.created_at}, age(-until(run.created_at))),
    run.started_at ? h('span', {class: !run.finished_at && 'quiet'}, span((run.finished_at ? until(run.finished_at) : 0) - until(run.started_at))) : dash(),
    number(run.output_count), whatNext(run),
    CANCELLABLE.includes(run.status) && doing('Cancel', () => call('POST', `/v1/flows/runs/${run.uid}/cancel`), {kind: 'small', aria: `Cancel ${short(run.uid)}`, said: `${short(run.uid)} is cancelled`}));
}

function upNext(rows) {
  const due = rows.filter(run => run.next).sort((one, other) => (one.next.at < other.next.at ? -1 : 1)).slice(0, 5);
  return due.length > 0 && h('section.upnext', {'aria-labelledby': 'upnext'}, h('h2', {id: 'upnext'}, 'Up next'), h('ol', due.map(({uid, next}) => {
    const inside = [h('span', icon(next.step_uid ? 'OUTPUTS' : next.to), h('b', inTime(next.at))), h('span', h('span.uid', tiny(uid)), ' ', nextOf(next))];
    return h('li', {key: uid}, canWrite() ? h('button', {type: 'button', title: goTitle(next.at), onclick: () => goTo(next.at)}, inside) : h('a', {href: here('runs', uid)}, inside));
  })));
}

function statusFilter(route) {
  const chosen = route.query.getAll('status');
  const counts = page.workspace.runs, all = runsOf(page.workspace);
  const entry = (key, more, href, pressed, ...inside) => h('a.b.ghost', {key, class: more, href, 'aria-current': pressed}, inside);
  return h('nav.filter', {key: 'filter', 'aria-label': 'Filter by status'},
    entry('all', '', here('runs'), !chosen.length, 'All ', h('b', all)),
    ORDER.map(status => entry(status, tone(status) + (counts[status] ? '' : ' zero'), here('runs', null, {status}), chosen.includes(status),
      icon(status), word(status), ' ', h('b', counts[status] || 0))));
}

function noRuns(route) {
  if (page.filter || route.query.has('status')) return empty('No run fits the filter', h('p', h('a.b', {href: link(page.route.workspace, 'runs')}, 'Show all runs')));
  return empty('No runs yet', h('p', 'A run shows here the moment it is made. Start one from your client, or with:'), shownCurl(),
    copyButton('Copy', 'the command', curlRun));
}

const fits = run => matches(run.uid, run.flow_slug, run.state, run.last_error?.label, run.last_error?.message);

export function show(data, route) {
  const rows = data?.rows.filter(fits) || [];
  return [
    heading('Runs', search('Filter by uid, flow, error'), grow, canWrite() && button('Start a run', {icon: 'plus', kind: 'fold', hint: 's', go: openStart})),
    upNext(rows), statusFilter(route),
    data && [table('Runs of this workspace, newest first', 'rows runs', COLUMNS, rows.map(run => describe(run, data.fresh.includes(run.uid))), noRuns(route)),
      older(data, last => fetchRows(route, [], last.uid))],
  ];
}
