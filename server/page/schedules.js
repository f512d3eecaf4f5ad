/* The schedules of the workspace, when each fires next, and the runs it made. */
import {call, get} from './api.js';
import {ahead, goThere, goTitle, goTo, isFar, now, when, whenBrief} from './clock.js';
import {h} from './dom.js';
import {day, short} from './format.js';
import {canWrite, here} from './page.js';
import {button, detail, doing, empty, facts, faint, heading, mono, panes, quiet, row, runOf, table} from './parts.js';
import {statusOf} from './status.js';

export const areas = ['schedules', 'runs'];

const FIRINGS = 200, LISTED = 12, RUNS = 10;
const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];

export async function load(route) {
  const rows = await get('schedules');
  rows.sort((a, b) => ((a.next_execution_at || '9') < (b.next_execution_at || '9') ? -1 : 1));
  const uid = route.query.get('schedule') || rows[0]?.uid;
  const open = rows.find(schedule => schedule.uid === uid);
  const [firings, runs] = open ? await Promise.all([get(`schedules/${uid}/next?count=${FIRINGS}`), get('runs?limit=1000')]) : [[], []];
  return {rows, open, firings, runs: runs.filter(run => run.scheduled_flow_run_uid === uid).slice(0, RUNS)};
}

const RESTS = {PAUSED: 'paused until resumed'}; // why nothing comes next
const ACTIONS = {ACTIVE: ['Pause', 'Cancel'], PAUSED: ['Resume', 'Cancel']};

const actionsOf = ({uid, status}) => (ACTIONS[status] || []).map(action => doing(action, () => call('POST', `/v1/flows/schedules/${uid}/${action.toLowerCase()}`),
  {key: action, kind: action === 'Cancel' && 'danger', said: `${action}: schedule ${short(uid)}`}));

const COLUMNS = [['Status', 'c-status'], ['Schedule', 'main'], ['Cron', 'c-cron'], ['Zone', 'c-zone quiet'], ['Next', 'c-next']];

function describe(schedule, open) {
  const next = schedule.next_execution_at;
  return row(COLUMNS, schedule.uid, {'aria-current': open},
    statusOf(schedule.status), h('a.whole', {href: here('schedules', null, {schedule: schedule.uid}), title: schedule.uid}, nameOf(schedule)),
    schedule.cron ? mono(schedule.cron) : faint('once'), schedule.timezone,
    next ? [!isFar(next) && ahead(next), ' ', quiet(`${whenBrief(next)} UTC`)] : quiet(RESTS[schedule.status] || 'fires no more'));
}

/* The day in a time zone, as 2026-01-31: so it is written in Sweden. */
const dayIn = (zone, instant) => new Date(instant).toLocaleDateString('sv-SE', {timeZone: zone});

/* The month of the next firing, in the schedule's zone. */
function month({open, firings}) {
  const perDay = Object.groupBy(firings, firing => day(firing.local)), today = dayIn(open.timezone, now());
  const cut = firings.length === FIRINGS && day(firings.at(-1).local); // its count is not whole, and behind it there are more
  const shown = firings[0].local.slice(0, 7), first = new Date(`${shown}-01`), blank = (first.getUTCDay() + 6) % 7;
  const cell = place => {
    const date = day(new Date(+first + (place - blank) * 86400e3).toISOString()), fires = perDay[date], noted = fires?.some(each => each.note);
    return date.startsWith(shown) ? h('td', {class: `${fires ? 'fires' : ''} ${date === today ? 'today' : ''} ${noted ? 'noted' : ''}`, title: noted && 'Clocks change'},
      h('span', Number(date.slice(8))), fires ? h('b', date === cut ? `${fires.length}+` : fires[1] ? `×${fires.length}` : '●') : cut && date > cut && h('b', '…')) : h('td');
  };
  const weeks = [0, 7, 14, 21, 28, 35].map(place => DAYS.map((_, i) => cell(place + i)));
  return h('table.month', h('caption', first.toLocaleDateString('en', {month: 'long', year: 'numeric', timeZone: 'UTC'}), ', ', open.timezone),
    h('thead', h('tr', DAYS.map(name => h('th', {scope: 'col'}, name)))), h('tbody', weeks.filter(week => week.some(cell => cell.children.length)).map(week => h('tr', week))));
}

const firingItem = firing => h('li.plan', {key: firing.at}, h('time', {datetime: firing.at, title: `${firing.local}, ${firing.at} in UTC`}, firing.local.slice(0, 16).replace('T', ' ')),
  firing.note && h('small.note', firing.note), goThere(firing.at));

function firingsOf(data) {
  if (!data.firings.length) return h('p.none', data.open.status === 'PAUSED' ? 'It is paused: it fires again when it is resumed.' : 'It fires no more.');
  return h('div.firings', h('ol', data.firings.slice(0, LISTED).map(firingItem), data.firings.length > LISTED && h('li.quiet', {key: 'more'}, 'and so on')), month(data));
}

function runsOf({runs}) {
  if (!runs.length) return h('p.none', 'It has not started a run yet.');
  return h('ol.made', runs.map(run => h('li', {key: run.uid}, statusOf(run.status), runOf(run.uid), quiet(when(run.created_at)))));
}

const nameOf = schedule => schedule.flow_preset_name || schedule.flow_slug || short(schedule.uid);

function openOf(data) {
  const {open} = data;
  return detail(open.uid, 'The schedule', nameOf(open), [statusOf(open.status), mono(open.uid)],
    h('section', facts('kv', ['Cron', mono(open.cron || 'none, it fires once'), quiet(open.timezone)],
      ['Last fired', open.last_executed_at ? `${when(open.last_executed_at)} UTC` : faint('never')]),
    canWrite() && h('div.buttons', data.firings.length > 0 && button('Go to the next', {icon: 'go', title: goTitle(data.firings[0].at), go: () => goTo(data.firings[0].at)}), actionsOf(open))),
    h('section.coming', h('h3', `Next firings, local time in ${open.timezone}`), firingsOf(data)),
    h('section', h('h3', 'Runs it made, newest first, in UTC'), runsOf(data)));
}

export function show(data) {
  return [
    heading('Schedules'),
    data && panes(table('Schedules, the one that fires next first', 'rows schedules', COLUMNS, data.rows.map(schedule => describe(schedule, schedule === data.open)),
      empty('No schedules yet', h('p', 'A schedule starts runs by cron, in a time zone. Make one with POST /v1/flows/{flow_slug}/run/schedule.'))), data.open && openOf(data)),
  ];
}
