/* The timeline of a run, on the clock of its workspace.
 *
 * The axis is elastic: each instant at which something happened, or will, gets room for what stands there, and gaps grow
 * with their logarithm, since 50 ms and a retry after ten minutes stand side by side. What has not happened is dashed,
 * right of the line at now. All times are milliseconds since the run was created. */
import {goTo, inTime, now, when} from './clock.js';
import {h} from './dom.js';
import {span} from './format.js';
import {canWrite, here} from './page.js';
import {isOk, isWaiting, mono} from './parts.js';
import {code, icon, statusOf, tone, verdict, word} from './status.js';

const LABEL = 148;                     // px of the column of labels
const BEFORE = 26, BEHIND = 100;        // px of the track before the first instant, behind the last
const ROOM = 40, ROOM_OUTPUTS = 60, ROOM_ATTEMPT = 84, ROOM_AHEAD = 88; // the least px behind an instant
const PAST_MOST = 40, AHEAD_MOST = 8;  // instants that are shown; the list below has all
const ROWS_MOST = 4, STEPS_MOST = 6;   // lanes of callbacks, of steps
const HEARD = ['axis', 'calls'];       // lanes with buttons and links; of the others the list below tells
const ENDS = ['SUCCEEDED', 'PARTIAL_SUCCEEDED', 'FAILED', 'INVALID', 'STOPPED', 'CANCELLED', 'CANCELLED_FAILED'];

const px = n => `${Math.round(n * 2) / 2}px`;
const isPlan = each => !('cause' in each);

/* What there is to show. */
function read(run, life) {
  const zero = Date.parse(run.created_at), at = instant => Date.parse(instant) - zero;
  const present = now() - zero, all = [...life.past, ...life.next].map(each => ({...each, at: at(each.at)}));
  const changes = all.filter(each => each.to);
  const outputs = new Map(); // of instant and step: what is made together is one mark
  for (const each of all.filter(one => one.step_uid)) {
    const key = `${each.at} ${each.step_uid}`;
    outputs.set(key, {...each, outputs: each.outputs + (outputs.get(key)?.outputs || 0)});
  }
  const callbacks = life.callbacks.map((callback, i) => ({
    number: i + 1, tries: callback.tries.map(attempt => ({...attempt, at: at(attempt.at)})),
    next: isWaiting(callback) && callback.next_try_at ? Math.max(present, at(callback.next_try_at)) : null,
  })).filter(callback => callback.tries.length || callback.next != null);
  const model = {zero, present, changes: changes.length ? changes : [{at: 0, to: run.status}], outputs: [...outputs.values()], callbacks};
  model.times = timesOf(model);
  model.calls = groupCalls(life.requests.map(request => ({...request, at: at(request.at)})), model.times);
  return model;
}

/* The instants of the axis. Calls of the API lie between them. */
function timesOf({changes, outputs, callbacks}) {
  const times = [...changes, ...outputs, ...callbacks.flatMap(each => each.tries)].map(each => each.at);
  return [...new Set([0, ...times, ...callbacks.map(each => each.next).filter(t => t != null)])].sort((a, b) => a - b);
}

/* Calls with nothing else between them are one mark. */
function groupCalls(requests, bounds) {
  const groups = new Map();
  for (const request of requests) {
    const bound = bounds.findLastIndex(t => t <= request.at);
    if (!groups.has(bound)) groups.set(bound, []);
    groups.get(bound).push(request);
  }
  return [...groups.values()].map(list => {
    const same = list.every(each => each.method === list[0].method), refused = list.findLast(each => !(each.status < 400));
    const label = same ? list[0].method + (list.length > 1 ? ` ×${list.length}` : '') : `${list.length} calls`;
    return {at: list[0].at, list, refused, label: refused ? `${label} ${refused.status ?? 'no reply'}` : label};
  });
}

/* Where each instant stands, when the track has this room: {x(t), width, first, last, ahead}. */
function scaleOf(model, room) {
  const {present, times} = model;
  const past = times.filter(t => t < present).slice(-PAST_MOST), ahead = times.filter(t => t > present).slice(0, AHEAD_MOST);
  const shown = [...past, present, ...ahead];
  const attempts = new Set(model.callbacks.flatMap(each => each.tries.map(attempt => attempt.at))), outputs = new Set(model.outputs.map(each => each.at));
  const over = !ahead.length && ENDS.includes(model.changes.at(-1).to);
  const least = shown.slice(1).map((t, i) => (t > present ? ROOM_AHEAD : attempts.has(shown[i]) ? ROOM_ATTEMPT : outputs.has(shown[i]) ? ROOM_OUTPUTS : ROOM));
  const weight = shown.slice(1).map((t, i) => .2 + (over && t === present ? 1 : Math.log2(1 + (t - shown[i]) / 1000)));
  const behind = ahead.length ? BEHIND : 36, sum = list => list.reduce((total, each) => total + each, 0);
  const free = Math.max(0, room - BEFORE - behind - sum(least)) / sum(weight), xs = [BEFORE];
  least.forEach((px, i) => xs.push(xs[i] + px + free * weight[i]));
  const x = t => {
    const i = shown.findLastIndex(each => each <= t);
    if (i < 0) return 0;
    return i === shown.length - 1 ? xs[i] : xs[i] + ((xs[i + 1] - xs[i]) * (t - shown[i])) / (shown[i + 1] - shown[i]);
  };
  return {x, width: Math.max(room, xs.at(-1) + behind), shown, first: shown[0], last: shown.at(-1), ahead};
}

/* Callbacks that would overlap have lanes of their own. */
function rowsOf(callbacks, x) {
  const rows = [];
  for (const callback of callbacks) {
    const from = callback.tries[0]?.at ?? callback.next, to = callback.next ?? callback.tries.at(-1).at;
    let row = rows.find(each => each.end < x(from));
    if (!row && rows.length < ROWS_MOST) rows.push(row = {list: []});
    row?.list.push(callback);
    if (row) row.end = x(to) + ROOM_ATTEMPT - 8;
  }
  return rows.map(row => row.list);
}

/* What all steps begin with, such as linkedin-. */
function prefixOf([first = '', ...others]) {
  let prefix = others.length ? first : '';
  while (!others.every(step => step.startsWith(prefix))) prefix = prefix.slice(0, -1);
  return prefix.slice(0, prefix.lastIndexOf('-') + 1);
}

export function timeline(run, life, box) {
  const model = read(run, life), {present, zero} = model;
  const {x, width, shown, first, last, ahead} = scaleOf(model, Math.max(320, box - LABEL));
  const X = t => ({'--x': px(x(t))}), W = (from, to) => ({...X(from), '--w': px(x(to) - x(from))});
  const instant = t => new Date(zero + t).toISOString(), told = t => when(instant(t));

  const lane = (key, label, note, items) => h('div.lane', {key, 'aria-hidden': !HEARD.includes(key)}, h('div.lab', h('span', label), note && h('small', note)), h('div.track', items));
  const mark = (key, t, more, ...inner) => t >= first && t <= last && h('span', {key, class: `mark ${more}${t > present ? ' plan' : ''}`, title: told(t), ...X(t)}, inner);

  function bar(key, from, to, status, plan) {
    if (from >= to) return null;
    const room = x(to) - x(from) - 60 - 7 * word(status).length;
    return h('span', {key, class: `bar ${tone(status)}${plan ? ' plan' : ''}`, ...W(from, to), title: plan ? word(status) : `${word(status)} from ${told(from)}, for ${span(to - from)}`},
      !plan && [x(to) - x(from) > 24 && icon(status), room > -24 && h('span', word(status), ' ', room > 0 && h('small', span(to - from)))]);
  }

  const changeMarks = (change, i) => {
    const next = model.changes[i + 1], from = Math.max(change.at, first), to = Math.min(next?.at ?? last, last);
    if (change.at > last || next?.at <= first) return null;
    const end = !next && ENDS.includes(change.to);
    return [
      (end || change.at > present) && mark(`m${i}`, change.at, 'end', statusOf(change.to)),
      !end && bar(`s${i}`, from, Math.min(to, present), change.to),
      next && bar(`p${i}`, Math.max(from, present), to, change.to, true),
    ];
  };

  const steps = [...new Set(model.outputs.map(each => each.step_uid))].slice(0, STEPS_MOST), prefix = prefixOf(steps);
  const stepLane = step => {
    const all = model.outputs.filter(each => each.step_uid === step);
    const made = all.reduce((sum, each) => sum + (isPlan(each) ? 0 : each.outputs), 0);
    return lane(`step ${step}`, mono({title: step}, step.slice(prefix.length)), made > 0 && String(made), all.map(each => mark(`o${each.at}`, each.at, 'out', icon('OUTPUTS'), h('b', `+${each.outputs}`))));
  };

  const wire = (key, from, to, more = '') => from < to && h('span.wire', {key, class: more, ...W(from, to)});
  const callbackMarks = ({number, tries, next}) => {
    const from = Math.max(tries[0]?.at, first), end = Math.max(tries.at(-1)?.at, first);
    return [
      wire(`w${number}`, from, next > present ? present : end), next > present && wire(`p${number}`, Math.max(end, present), Math.min(next, last), 'plan'),
      tries.map((attempt, i) => mark(`c${number} ${i}`, attempt.at, 'attempt', verdict(isOk(attempt)), h('small', code(attempt.http_status)), i === 0 && h('small.quiet', `#${number}`))),
      next > present && mark(`n${number}`, next, 'attempt', icon('CALLBACK'), h('small', tries.length ? `attempt ${tries.length + 1}` : `#${number}`)),
    ];
  };

  const callMark = ({at, list, refused, label}, i) => at >= first && h('a.call', {key: `a${at}`, class: refused ? 'bad' : '', ...X(at), '--y': i % 2 ? '23px' : '5px',
    title: told(at),
    href: list.length === 1 ? here('requests', list[0].request_id) : here('requests', null, {run: run.uid})}, label);

  let labelled = -99;
  const tick = t => {
    if (t >= present || x(t) - labelled < 50 || x(present) - x(t) < 46) return null;
    labelled = x(t);
    return h('span.tick', {key: `t${t}`, title: told(t), ...X(t)}, t ? `+${span(t)}` : '0');
  };
  const goButton = t => {
    const label = inTime(instant(t)), title = `Go to ${told(t)}`;
    return canWrite() ? h('button.goto', {key: t, type: 'button', ...X(t), title, 'aria-label': `${title}, ${label}`, onclick: () => goTo(instant(t))}, label, icon('go'))
      : h('span.goto', {key: t, ...X(t)}, label);
  };

  const waiting = life.callbacks.filter(isWaiting).length;
  return h('div.tl', {'--tl': px(width + LABEL), '--now': px(x(present)), '--rest': px(width - x(present))}, h('div.ahead'),
    shown.map(t => t !== present && h('i.rule', {key: `r${t}`, class: t > present ? 'plan' : '', ...X(t)})), h('i.nowline'),
    lane('axis', h('small.quiet', 'since it was made'), null, [shown.map(tick), h('b.nowpill', {key: 'now'}, 'now'), ahead.map(goButton)]),
    lane('status', 'Status', null, model.changes.map(changeMarks)),
    steps.map(stepLane),
    rowsOf(model.callbacks, x).map((list, i) => lane(`callbacks ${i}`, i ? '' : 'Callbacks', !i && waiting > 0 && `${waiting} waiting`, list.map(callbackMarks))),
    model.calls.length > 0 && lane('calls', 'API calls', String(life.requests.length), model.calls.map(callMark)));
}
