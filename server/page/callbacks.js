/* The callbacks of the workspace: each attempt, what was sent, what came back, and the next attempt. */
import {list, post, query} from './api.js';
import {goThere, now, until} from './clock.js';
import {h} from './dom.js';
import {count, duration, short, span, when} from './format.js';
import {act, canWrite, here} from './page.js';
import {bodyOf, button, cell, dash, empty, facts, faint, grow, heading, json, mono, older, panes, pips, quiet, row, segment, table, uidOf} from './parts.js';
import {code, icon, statusOf, word} from './status.js';

export const name = 'callbacks';
export const areas = ['callbacks'];
export const title = () => 'Callbacks';

const PAGE = 200, ATTEMPTS = 5;
const STATUSES = ['PENDING', 'RUNNING', 'FAILED', 'SUCCESS'];

export async function load(route, before) {
  const status = route.query.get('status');
  const limit = Math.min(1000, Math.max(PAGE, before?.status === status ? before.rows.length : 0));
  const {rows, total} = await list(`callbacks?${query({status, sort: '-created_at', limit})}`);
  return {status, rows, total};
}

const loadOlder = async (status, last) => (await list(`callbacks?${query({status, sort: '-created_at', limit: PAGE, before: last.uid})}`)).rows;

const isOk = attempt => attempt.http_status >= 200 && attempt.http_status < 300;

function attempts(callback) {
  const done = callback.tries.length;
  return pips(`${count(done, 'attempt')} of ${ATTEMPTS}`, Math.max(done, ATTEMPTS), i => {
    const attempt = callback.tries[i];
    return attempt ? (isOk(attempt) ? 'done good' : 'done bad') : i === done && callback.status === 'PENDING' && 'next';
  });
}

const waits = callback => callback.status === 'PENDING' && callback.next_try_at && until(callback.next_try_at) > 0;

function whatNext(callback) {
  if (waits(callback)) return [h('b.in', span(until(callback.next_try_at))), ' ', `attempt ${callback.tries.length + 1}`];
  return quiet(callback.status === 'PENDING' ? 'is sent as soon as the one before is done' : callback.error);
}

function describe(callback, open) {
  return row(callback.uid, {'aria-current': open && 'true'},
    cell('c-status', statusOf(callback.status)),
    cell('c-uid', uidOf(callback.uid, here('callbacks', null, {callback: callback.uid}), 'whole')),
    cell('c-age', h('span', {title: callback.created_at}, when(callback.created_at, now()).replace(/\.\d+$/, ''))),
    cell('c-says', statusOf(callback.flow_run_status)),
    cell('c-attempts', attempts(callback)),
    cell('num c-code', callback.tries.length ? code(callback.http_status) : dash()),
    cell('c-next', h('div', h('span.text', whatNext(callback)))));
}

function attemptOf(attempt, i) {
  return h('section', {key: i}, h('h3', `Attempt ${i + 1}`, quiet(` ${when(attempt.at, now())}${attempt.duration_us == null ? '' : `, took ${duration(attempt.duration_us)}`}`)),
    h('p.verdict', icon(isOk(attempt) ? 'SUCCEEDED' : 'FAILED', isOk(attempt) ? 'good' : 'bad'), code(attempt.http_status), attempt.error && quiet(attempt.error)),
    attempt.response?.body?.size > 0 && [h('h4', 'What came back'), bodyOf(attempt.response.body, 'What came back')],
    attempt.request ? h('details', h('summary', 'What was sent'), json(attempt.request.headers, 'Headers sent'), bodyOf(attempt.request.body, 'Body sent'))
      : h('p.faint', 'What was sent is no longer kept.'));
}

function detail(callback) {
  return h('article.card.detail', {key: callback.uid, 'aria-label': 'The callback'},
    h('header', h('h2', 'POST ', callback.url), h('p.meta', statusOf(callback.status), mono(callback.uid))),
    h('section', facts('kv', ['Run', uidOf(callback.flow_run_uid, here('runs', callback.flow_run_uid)), statusOf(callback.flow_run_status), quiet('is what it says')],
      callback.step_uid && ['Step', mono(callback.step_uid)], callback.results_count != null && ['Results', callback.results_count]),
    canWrite() && h('div.buttons', waits(callback) && goThere(callback.next_try_at, `Go to attempt ${callback.tries.length + 1}, in ${span(until(callback.next_try_at))}`),
      button('Send again', {icon: 'again', why: callback.status === 'RUNNING' ? 'It is on its way' : null, go: () => act(() => post(`callbacks/${callback.uid}/replay`), `${short(callback.uid)} is sent again`)}))),
    callback.tries.map(attemptOf).reverse());
}

const COLUMNS = [['Status', 'c-status'], ['Callback', 'c-uid'], ['Made', 'c-age'], ['Says', 'c-says'], ['Attempts', 'c-attempts'], ['Reply', 'num c-code'], ['Next, or why it failed', 'c-next']];

export function show(data, route) {
  const uid = route.query.get('callback'), open = data?.rows.find(callback => callback.uid === uid);
  const chosen = route.query.get('status');
  return [
    heading('Callbacks', segment('Show', [null, ...STATUSES].map(status => h('a.b', {key: status || 'all', href: here('callbacks', null, status ? {status} : null), 'aria-current': chosen === status && 'true'}, status ? word(status) : 'All'))), grow),
    data && panes([h('div.card', data.rows.length ? table('Callbacks, newest first', 'rows callbacks', COLUMNS, data.rows.map(callback => describe(callback, callback === open)))
        : empty(chosen ? 'No callback has this status' : 'No callbacks yet', h('p', 'A run with a callback sends one after each batch of outputs, and when it ends.'))), older(data, last => loadOlder(data.status, last))], open && detail(open)),
  ];
}
