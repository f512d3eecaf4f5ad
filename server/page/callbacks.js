/* The callbacks of the workspace, and the attempts of one. */
import {newest, post} from './api.js';
import {ahead, goThere, hasTime, inTime, nextAttempt, tried, when, whenBrief} from './clock.js';
import {h} from './dom.js';
import {duration, short} from './format.js';
import {canWrite, here, page} from './page.js';
import {bodyOf, breaks, dash, detail, doing, empty, facts, faint, heading, isOk, isWaiting, json, mono, older, panes, quiet, row, runOf, segment, table, uidOf} from './parts.js';
import {code, statusOf, verdict, word} from './status.js';

export const areas = ['callbacks'];

const ATTEMPTS = 5; // at most
const STATUSES = ['PENDING', 'RUNNING', 'FAILED', 'SUCCESS'];

const fetchRows = (status, shown, offset) => newest('callbacks', {status, sort: '-created_at', offset}, shown);

export async function load(route, before) {
  const status = route.query.get('status');
  return {status, ...await fetchRows(status, before?.status === status ? before.rows : [])};
}

function whatNext(callback) {
  if (hasTime(callback)) return [ahead(callback.next_attempt_at), ' ', nextAttempt(callback)];
  return isWaiting(callback) ? quiet('is sent as soon as the one before is done') : callback.error && quiet(callback.error);
}

const COLUMNS = [['Status', 'c-status'], ['URL', 'c-url'], ['Run', 'c-run'], ['Says', 'c-says'], ['Made', 'c-age'], ['Attempts', 'num'], ['Reply', 'num c-code'], ['Next, or why it failed', 'c-next']];

function describe(callback, open) {
  return row(COLUMNS, callback.uid, {'aria-current': open},
    statusOf(callback.status),
    h('a.mono.whole', {href: here('callbacks', null, {callback: callback.uid}), title: callback.url}, breaks(callback.url.replace(/^https?:../, ''))),
    uidOf(callback.flow_run_uid), statusOf(callback.flow_run_status),
    h('span', {title: callback.created_at}, whenBrief(callback.created_at)),
    `${tried(callback)} of ${Math.max(tried(callback), ATTEMPTS)}`, tried(callback) ? code(callback.http_status) : dash(), whatNext(callback));
}

function attemptOf(attempt, i) {
  return h('section', {key: i}, h('h3', `Attempt ${attempt.attempt}`, quiet(` ${when(attempt.at)}${attempt.duration_us == null ? '' : `, took ${duration(attempt.duration_us)}`}`)),
    h('p.verdict', verdict(isOk(attempt)), code(attempt.http_status), attempt.error && quiet(attempt.error)),
    attempt.response?.body?.size > 0 && [h('h4', 'What came back'), bodyOf(attempt.response.body, 'What came back')],
    attempt.request ? h('details', h('summary', 'What was sent'), json(attempt.request.headers, 'Headers sent'), bodyOf(attempt.request.body, 'Body sent'))
      : h('p.faint', 'What was sent is no longer kept.'));
}

function open(callback) {
  return detail(callback.uid, 'The callback', mono('POST ', callback.url), [statusOf(callback.status), mono(callback.uid)],
    h('section', facts('kv', ['Run', runOf(callback.flow_run_uid), statusOf(callback.flow_run_status), quiet('is what it says')],
      callback.step_uid && ['Step', mono(callback.step_uid)], callback.results_count != null && ['Results', callback.results_count]),
    canWrite() && h('div.buttons', hasTime(callback) && goThere(callback.next_attempt_at, `Go to ${nextAttempt(callback)}, ${inTime(callback.next_attempt_at)}`),
      doing('Send again', () => post(`callbacks/${callback.uid}/replay`), {icon: 'again', why: callback.status === 'RUNNING' && 'It is on its way', said: `${short(callback.uid)} is sent again`}))),
    callback.attempts.map(attemptOf).reverse());
}

export function show(data, route) {
  const chosen = route.query.get('status'), {waiting} = page.counts;
  const shown = data?.rows.find(callback => callback.uid === route.query.get('callback'));
  const choice = status => h('a.b', {key: status || 'all', href: here('callbacks', null, status && {status}), 'aria-current': chosen === status},
    status ? word(status) : 'All', status === 'PENDING' && waiting > 0 && ` ${waiting}`);
  return [
    heading('Callbacks', segment('Show', [null, ...STATUSES].map(choice))),
    data && panes([table('Callbacks, newest first', 'rows callbacks', COLUMNS, data.rows.map(callback => describe(callback, callback === shown)),
      empty(chosen ? 'No callback has this status' : 'No callbacks yet', h('p', 'A run with a callback sends one after each batch of outputs, and when it ends.'))),
    older(data, () => fetchRows(data.status, [], data.rows.length))], shown && open(shown)),
  ];
}
