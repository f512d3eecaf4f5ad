/* The state machine as a drawing, with the number of runs in each status. */
import {get, list} from './api.js';
import {when} from './clock.js';
import {h, s} from './dom.js';
import {count} from './format.js';
import {causeOf} from './life.js';
import {here, page} from './page.js';
import {faint, grow, heading, number, row, runOf, table} from './parts.js';
import {icon, shownOf, statusOf, tone, word} from './status.js';

export const areas = ['runs', 'assumptions', 'workspaces'];

const WIDTH = 166, HEIGHT = 36;

/* Of each status, the upper left corner of its box. */
const PLACES = {
  CREATED: [104, 90], SCHEDULED: [104, 154], QUEUED: [104, 218], RUNNING: [424, 148], SUCCEEDED: [800, 50], PARTIAL_SUCCEEDED: [800, 106], FAILED: [800, 168], BLOCKED: [800, 224],
  INVALID: [104, 352], CANCELLED: [320, 352], STOPPED: [536, 352], CANCELLED_FAILED: [320, 400],
};
const WAITING = ['CREATED', 'SCHEDULED', 'QUEUED'], ALIVE = [...WAITING, 'RUNNING'];
const HALTED = ['BLOCKED', 'STOPPED', 'CANCELLED', 'CANCELLED_FAILED'], BACK = 'M619 388V458M920 260V450a8 8 0 0 1-8 8';

/* Event, from, to, path, place of its word. An arrow is drawn when the state machine has one
 * of its transitions, under the assumptions in force. */
const ARROWS = [
  ['SCHEDULE', ['CREATED'], 'SCHEDULED', 'M140 126V148', [148, 144]],
  ['QUEUE', ['SCHEDULED'], 'QUEUED', 'M176 190V212', [184, 208]],
  ['SCHEDULE', ['QUEUED'], 'SCHEDULED', 'M156 218V196', [92, 208]],
  ['QUEUE', ['CREATED'], 'QUEUED', 'M270 108h8a8 8 0 0 1 8 8v112a8 8 0 0 1-8 8h-2', [240, 144]],
  ['START', WAITING, 'RUNNING', 'M324 166H418', [352, 159]],
  ['FINISH', ['RUNNING'], 'SUCCEEDED', 'M590 166H640a8 8 0 0 0 8-8V76a8 8 0 0 1 8-8H794', [664, 61]],
  ['FINISH_PARTIALLY', ['RUNNING'], 'PARTIAL_SUCCEEDED', 'M648 150V132a8 8 0 0 1 8-8H794', [664, 117]],
  ['FAIL', ['SCHEDULED', 'QUEUED', 'RUNNING'], 'FAILED', 'M620 186H794', [664, 179]],
  ['BLOCK', ['SCHEDULED', 'QUEUED', 'RUNNING'], 'BLOCKED', 'M620 242H794', [664, 235]],
  ['INVALIDATE', WAITING, 'INVALID', 'M187 272V346', [195, 322]],
  ['CANCEL', ALIVE, 'CANCELLED', 'M403 288V346', [411, 322]],
  ['STOP', ALIVE, 'STOPPED', 'M580 288V346', [588, 322]],
  ['STOP', ['BLOCKED'], 'STOPPED', 'M850 260V362a8 8 0 0 1-8 8H708', [800, 363]],
  ['CANCEL', ALIVE, 'CANCELLED_FAILED', 'M403 288V320a8 8 0 0 1-8 8H310a8 8 0 0 0-8 8V410a8 8 0 0 0 8 8H314', [411, 322]],
  ['RESUME', HALTED, 'SCHEDULED', `${BACK}H40a8 8 0 0 1-8-8V180a8 8 0 0 1 8-8H98`, [640, 451]],
  ['RESUME', HALTED, 'QUEUED', `${BACK}H40a8 8 0 0 1-8-8V244a8 8 0 0 1 8-8H98`, [640, 451]],
  ['RESUME', HALTED, 'RUNNING', `${BACK}H700a8 8 0 0 1-8-8V210a8 8 0 0 0-8-8H515a8 8 0 0 1-8-8V190`, [740, 451]],
];

/* Of more runs than one call gives, the counts are by what the API shows. */
export async function load() {
  const [machine, {rows, total}, [{runs, last_changed_run: run}]] = await Promise.all([get('state-machine'), list('runs?limit=1000'), get(`workspaces?workspace=${page.route.workspace}`)]);
  const change = run && (await get(`runs/${run}/life`)).past.findLast(each => each.event);
  return {...machine, counts: total > rows.length ? runs : rows.reduce((all, {state}) => ({...all, [state]: (all[state] || 0) + 1}), {}), last: change && {...change, run}};
}

function arrowOf(data, [event, from, to, d, [x, y]]) {
  const steps = data.transitions.filter(each => each.event === event && each.to === to && each.from !== to && from.includes(each.from));
  if (!steps.length) return null;
  const {last} = data, lit = last?.event === event && last.to === to && from.includes(last.from) && 'lit';
  return s('g', {key: `${event} ${to} ${from}`, 'data-steps': steps.map(each => `${each.from} ${event} ${to}`).join(',')},
    s('path.edge', {class: lit, d, 'marker-end': `url(#${lit || 'plain'})`}), s('text.event', {class: lit, x, y}, event));
}

function boxOf(data, {name: status, shown}) {
  const [x, y] = PLACES[status], n = data.counts[status] || 0, note = shown !== status && 'cancelled';
  return s('a', {key: status, href: here('runs', null, {status: shown}), class: `${tone(shown)}${n ? '' : ' zero'}`, 'data-status': status, 'aria-label': `${word(shown)}${note ? `, ${note}` : ''}: ${count(n, 'run')}`},
    s('rect', {class: `box${data.last?.to === status ? ' lit' : ''}`, x, y, width: WIDTH, height: HEIGHT, rx: 6}), icon(shown, '', {x: x + 12, y: y + 10, width: 16, height: 16}),
    s('text', {x: x + 36, y: y + (note ? 16 : 23)}, word(shown)), note && s('text.note', {x: x + 36, y: y + 29}, note), s('text.n', {x: x + WIDTH - 12, y: y + 23}, n));
}

const marker = id => s('marker', {id, viewBox: '-7 -4 7 8', markerWidth: 7, markerHeight: 8, markerUnits: 'userSpaceOnUse', orient: 'auto', overflow: 'visible'}, s('path', {class: `tip ${id}`, d: 'M6 0-1-4v8z'}));

function drawing(data) {
  return s('svg.machine', {viewBox: '0 0 1000 480', role: 'group', 'aria-label': 'State machine of a run'}, s('defs', marker('plain'), marker('lit')),
    s('rect.super', {x: 60, y: 20, width: 560, height: 268, rx: 10}), s('text.note', {x: 76, y: 40}, 'can be cancelled, can be stopped; all but Created can fail or block'),
    s('rect.super', {x: 80, y: 54, width: 244, height: 218, rx: 8}), s('text.note', {x: 96, y: 74}, 'waiting'),
    ARROWS.map(arrow => arrowOf(data, arrow)), data.statuses.map(status => boxOf(data, status)));
}

function lastOf(last) {
  if (!last) return null;
  return h('span.last', `last change: ${word(shownOf(last.from))} to ${word(shownOf(last.to))}, `, runOf(last.run),
    ` at ${when(last.at)} `, causeOf(last.cause, []));
}

const COLUMNS = [['Status', 'c-status'], ['Runs', 'num'], ['Means', 'wrap'], ['What can happen', 'wrap c-events']];

function describe(data, {name: status, meaning, shown}) {
  const events = data.transitions.filter(each => each.from === status && each.to && each.to !== status).map(each => each.event);
  return row(COLUMNS, status, {}, [h('a.whole', {href: here('runs', null, {status: shown})}, statusOf(shown)), shown !== status && ' cancelled'], number(data.counts[status]), meaning, events.length ? h('span.events', events.join(' ')) : faint('nothing, it has ended'));
}

export function show(data) {
  return [
    heading('States of a run', grow, data && lastOf(data.last)),
    data && h('div.card.drawing', {key: 'drawing', tabindex: 0, role: 'group', 'aria-label': 'Diagram. The table below has the same.'}, drawing(data)),
    data && table('Statuses', 'states', COLUMNS, data.statuses.map(status => describe(data, status))),
  ];
}
