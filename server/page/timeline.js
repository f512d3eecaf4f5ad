/* The timeline of a run, on the clock of its workspace.
 *
 * A grid: each instant begins a column, with the room that it needs. What is left of the width goes by the logarithm of
 * the gaps, since 50 ms and ten minutes stand side by side. All times are milliseconds since the run was created. */
import {goTitle, goTo, inTime, nextAttempt, now, when} from './clock.js';
import {h} from './dom.js';
import {span} from './format.js';
import {canWrite, here} from './page.js';
import {isOk, isWaiting, mono} from './parts.js';
import {code, icon, shownOf, statusOf, tone, verdict, word} from './status.js';

const LABELS = 3;                     // columns before the first instant, and that
const PAST_MOST = 40, AHEAD_MOST = 8; // instants that are shown; the list below has all
const RETRIED_MOST = 4, STEPS_MOST = 6; // callbacks that were tried again, steps
const HEARD = ['axis', 'calls'];      // lanes with buttons and links; of the others the list below tells
export const ENDS = ['SUCCEEDED', 'PARTIAL_SUCCEEDED', 'FAILED', 'INVALID', 'STOPPED'];

const isPlan = each => !('cause' in each);
const isLong = ({attempts, next}) => attempts.length + (next != null) > 1; // a callback of several attempts

function read(run, life) {
  const zero = Date.parse(run.created_at), at = instant => Date.parse(instant) - zero;
  const present = now() - zero, all = [...life.past, ...life.next].map(each => ({...each, at: at(each.at)}));
  const changes = all.filter(each => !each.step_uid).map((each, i, list) => ({...each, to: shownOf(each.to || 'CREATED'), passed: list.slice(0, i).filter(other => other.at === each.at)}));
  const outputs = new Map(); // of instant and step: what is made together is one mark
  for (const each of all.filter(one => one.step_uid)) {
    const key = `${each.at} ${each.step_uid}`;
    outputs.set(key, {...each, outputs: each.outputs + (outputs.get(key)?.outputs || 0)});
  }
  const callbacks = life.callbacks.map((callback, i) => ({
    number: i + 1, attempts: callback.attempts.map(attempt => ({...attempt, at: at(attempt.at)})),
    next: isWaiting(callback) && callback.next_attempt_at ? Math.max(present, at(callback.next_attempt_at)) : null,
  })).filter(callback => callback.attempts.length || callback.next != null);
  const hidden = new Set(callbacks.filter(isLong).slice(0, -RETRIED_MOST));
  const model = {zero, present, changes, outputs: [...outputs.values()], callbacks: callbacks.filter(each => !hidden.has(each))};
  model.times = timesOf(model);
  model.calls = groupCalls(life.requests.map(request => ({...request, at: at(request.at)})), model.times);
  return model;
}

/* The instants of the axis. Calls of the API lie between them. */
function timesOf({changes, outputs, callbacks}) {
  const times = [...changes, ...outputs, ...callbacks.flatMap(each => each.attempts)].map(each => each.at);
  return [...new Set([0, ...times, ...callbacks.map(each => each.next).filter(t => t != null)])].sort((a, b) => a - b);
}

const repeated = n => (n > 1 ? ` ×${n}` : '');

/* Calls with nothing else between them are one mark; when one was refused it counts them by status. */
function groupCalls(requests, bounds) {
  const groups = new Map();
  for (const request of requests) {
    const bound = bounds.findLastIndex(t => t <= request.at);
    if (!groups.has(bound)) groups.set(bound, []);
    groups.get(bound).push(request);
  }
  return [...groups.values()].map(list => {
    const same = list.every(each => each.method === list[0].method), statuses = Object.entries(Object.groupBy(list, each => each.status ?? 'no reply'));
    const told = statuses.some(([status]) => !(status < 400)) && statuses.map(([status, {length}], i) => [i ? ', ' : ' ', h('span', {class: !(status < 400) && 'bad'}, status, repeated(length))]);
    return {at: list[0].at, list, label: [same ? list[0].method : `${list.length} calls`, told || (same && repeated(list.length))]};
  });
}

function axisOf({present, times, changes}) {
  const ahead = times.filter(t => t > present).slice(0, AHEAD_MOST);
  const shown = [...times.filter(t => t < present).slice(-PAST_MOST), present, ...ahead];
  const over = !ahead.length && ENDS.includes(changes.at(-1).to); // then how long ago it was tells nothing
  const columns = shown.map((t, i) => {
    const gap = over && shown[i + 1] === present ? 1000 : (shown[i + 1] ?? t) - t;
    return `minmax(min-content, ${Math.round(20 + 100 * Math.log2(1 + gap / 1000))}fr)`;
  });
  const column = t => Math.max(0, shown.findLastIndex(each => each <= t)) + LABELS;
  return {shown, ahead, column, columns: columns.join(' '), first: shown[0], last: shown.at(-1)};
}

export function timeline(run, life) {
  const model = read(run, life), {present, zero} = model;
  const {shown, ahead, column, columns, first, last} = axisOf(model);
  const instant = t => new Date(zero + t).toISOString(), told = t => when(instant(t));

  const place = (from, to, origin = 0) => ({'--from': column(from) - origin, '--to': to == null ? 'auto' : column(to) - origin});
  const lane = (name, label, note, items) => h('div.lane', {key: name, 'aria-hidden': !HEARD.includes(name)}, h('div.lab', h('span', label), note && h('small', note)), items);
  const mark = (key, t, more, place, ...inner) => t >= first && t <= last && h('span', {key, class: `mark ${more}${t > present ? ' plan' : ''}`, title: told(t), ...place}, inner);

  const statuses = ({passed, to}) => [...passed, {to}].map(each => statusOf(shownOf(each.to))); // those that lasted no time, too
  const bar = (key, from, to, change, plan) => from < to && h('span', {key, class: `bar ${tone(change.to)}${plan ? ' plan' : ''}`, ...place(from, to),
    title: plan ? word(change.to) : `${word(change.to)} from ${told(from)}, for ${span(to - from)}`}, !plan && h('span.stays', statuses(change), h('small', span(to - from))));

  const changeMarks = (change, i) => {
    const next = model.changes[i + 1], from = Math.max(change.at, first), to = Math.min(next?.at ?? last, last);
    if (change.at > last || next?.at <= first) return null;
    const end = !next && ENDS.includes(change.to);
    return [
      (end || change.at > present) && mark(`m${i}`, change.at, 'stays', {...place(change.at), '--to': -1}, statuses(change)),
      !end && bar(`s${i}`, from, Math.min(to, present), change),
      next && bar(`p${i}`, Math.max(from, present), to, change, true),
    ];
  };

  const stepLane = step => {
    const all = model.outputs.filter(each => each.step_uid === step);
    const made = all.reduce((sum, each) => sum + (isPlan(each) ? 0 : each.outputs), 0);
    return lane(`step ${step}`, mono({title: step}, step), made > 0 && String(made), all.map(each => mark(`o${each.at}`, each.at, 'out', place(each.at), icon('OUTPUTS'), h('b', `+${each.outputs}`))));
  };

  /* A callback has a grid of its own columns. */
  const callbackOf = ({number, attempts, next}) => {
    const from = Math.max(attempts[0]?.at ?? next, first), end = Math.max(attempts.at(-1)?.at ?? next, first), to = Math.min(next ?? end, last);
    if (from > last || end < first) return null;
    const origin = column(from) - 1, inside = t => place(t, null, origin);
    const wire = (key, one, other) => one < other && h('span.wire', {key, class: key, ...place(one, other, origin)});
    return h('span.callback', {key: number, '--from': column(from), '--to': column(to) + 1},
      wire('', from, next > present ? present : end), next > present && wire('plan', Math.max(end, present), to),
      attempts.map((attempt, i) => mark(i, attempt.at, '', inside(attempt.at), verdict(isOk(attempt)), h('small', code(attempt.http_status)), !i && h('small.quiet', `#${number}`))),
      next > present && mark('next', next, '', inside(next), icon('CALLBACK'), h('small', attempts.length ? nextAttempt({attempts}) : `#${number}`)));
  };

  const callMark = ({at: t, list, label}) => t >= first && h('a.call', {key: t, ...place(t), title: told(t),
    href: list.length === 1 ? here('requests', list[0].request_id) : here('requests', null, {run: run.uid})}, label);

  const tick = t => t < present && h('span.tick', {key: `t${t}`, title: told(t), ...place(t)}, t ? `+${span(t)}` : '0');
  const goButton = t => {
    const label = inTime(instant(t));
    return canWrite() ? h('button.goto', {key: t, type: 'button', ...place(t), title: goTitle(told(t)), 'aria-label': `Go to ${told(t)}, ${label}`, onclick: () => goTo(instant(t))}, label, icon('go'))
      : h('span.goto', {key: t, ...place(t)}, label);
  };

  /* When something has happened the line at now is made anew. */
  const reveal = node => { node.parentElement.parentElement.scrollLeft = node.offsetLeft - node.parentElement.clientWidth / 2; };

  const steps = [...new Set(model.outputs.map(each => each.step_uid))].slice(0, STEPS_MOST);
  const waiting = life.callbacks.filter(isWaiting).length;
  return h('div.tl', {'--columns': columns}, h('div.ahead', {key: `now ${shown.length - ahead.length}`, made: reveal, ...place(present)}),
    shown.map(t => t !== present && h('i.rule', {key: `r${t}`, class: t > present && 'plan', ...place(t)})),
    lane('axis', h('small.quiet', 'since it was made'), null, [shown.map(tick), h('b.nowpill', {key: 'now', ...place(present)}, 'now'), ahead.map(goButton)]),
    lane('status', 'Status', null, model.changes.map(changeMarks)),
    steps.map(stepLane),
    model.callbacks.length > 0 && lane('callbacks', 'Callbacks', waiting > 0 && `${waiting} waiting`, model.callbacks.map(callbackOf)),
    model.calls.length > 0 && lane('calls', 'API calls', String(life.requests.length), model.calls.map(callMark)));
}
