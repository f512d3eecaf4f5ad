/* The clock of the workspace, and what moves it. */
import {post, put} from './api.js';
import {h} from './dom.js';
import {count, day, short, span, time} from './format.js';
import {act, canWrite, closeDialog, openDialog, page, paint, toast} from './page.js';
import {button, doing, field, form, segment, submit} from './parts.js';
import {icon} from './status.js';

let clock = {mode: 'frozen', at: 0}, ticking; // as it was read, and when

const isFrozen = () => clock.mode === 'frozen';

/* Milliseconds since 1970, by the workspace's clock. */
export const now = () => clock.at + (isFrozen() ? 0 : performance.now() - clock.readAt);
export const nowText = () => new Date(now()).toISOString();
export const until = instant => Date.parse(instant) - now();

/* The time, with its day when that is not today of the workspace. */
export const when = instant => (day(instant) === day(nowText()) ? time(instant) : `${day(instant)} ${time(instant)}`);

export const whenBrief = instant => when(instant).slice(0, -4); // to the second

/* An instant that is to come. Farther than a year it is a date, without urgency. */
const FAR = 365 * 86400e3;
export const isFar = instant => until(instant) > FAR;
const distance = instant => (isFar(instant) ? day(instant) : span(until(instant)));
export const inTime = instant => `${isFar(instant) ? 'on' : 'in'} ${distance(instant)}`;
export const ahead = instant => h(isFar(instant) ? 'span.in.quiet' : 'b.in', {title: instant}, distance(instant));

export const hasTime = ({status, next_attempt_at: at}) => status === 'PENDING' && at && until(at) > 0;
export const tried = ({attempts}) => attempts.at(-1)?.attempt || 0;
export const nextAttempt = callback => `attempt ${tried(callback) + 1}`;

function tick() {
  clearTimeout(ticking);
  if (isFrozen()) return;
  ticking = setTimeout(() => {
    paint();
    tick();
  }, 1000 - (now() % 1000));
}

export function setClock(read) {
  clock = {...read, at: Date.parse(read.now), readAt: performance.now()};
  tick();
}

const HAPPENS = {
  QUEUE: 'is queued', START: 'starts', FINISH: 'succeeds', FINISH_PARTIALLY: 'succeeds partially', FAIL: 'fails', BLOCK: 'blocks',
  INVALIDATE: 'turns out invalid', SCHEDULE: 'is scheduled', STOP: 'is stopped', CANCEL: 'is cancelled', RESUME: 'is resumed',
};
export const happens = event => HAPPENS[event] || event;

function sayFired(reply) {
  const [first, ...more] = reply.fired;
  const about = !first ? 'no run changed' : first.schedule ? `schedule ${short(first.schedule)} started a run`
    : first.step_uid ? `${short(first.run)} made ${count(first.outputs, 'output')}` : `${short(first.run)} ${happens(first.event)}`;
  return `${time(reply.now)} · ${about}${more.length ? `, and ${more.length} more` : ''}`;
}

const freeze = () => put('clock', {mode: 'frozen'});

const advance = async how => sayFired(await post('clock/advance', how));

const ASKS = 30 * 86400e3; // farther than this it asks first

/* A real clock is frozen first: only a frozen one can be moved. All that is due then fires, and nothing after it. Back it
 * goes only where nothing has happened: else the emulator says what would help. */
export function goTo(instant, what = 'That') {
  const go = () => act(async () => {
    if (!isFrozen()) await freeze();
    return advance({to: instant});
  });
  if (until(instant) < 0) act(() => put('clock', {mode: 'frozen', now: instant}));
  else if (until(instant) > ASKS) toast(`${what} is ${inTime(instant)}. All that is due before it happens too.`, go);
  else go();
}

export const goTitle = instant => `${isFrozen() ? 'Go' : 'Freeze the clock, and go'} to ${instant}`;

/* The way to an instant that is to come; read-only, how far it is. */
export function goThere(instant, label = inTime(instant)) {
  if (!canWrite()) return h('small.quiet', label);
  return button(label, {kind: 'small', icon: 'go', aria: `Go to ${instant}, ${label}`, title: goTitle(instant), go: () => goTo(instant)});
}

const NOTHING = 'Nothing is due in this workspace';

export function step() {
  const next = clock.next_due_at;
  if (!canWrite() || !page.workspace) return;
  if (!isFrozen()) return toast('The clock is real. Freeze it first, then it can be stepped.');
  if (!next) return toast(NOTHING);
  goTo(next, 'The next thing due');
}

function openClock() {
  const value = nowText().slice(0, 19);
  openDialog('Set the clock', () => form('inline', ({at}) => {
    closeDialog();
    goTo(new Date(`${at.value}Z`).toISOString());
  }, field('Day and time, UTC', h('input', {name: 'at', type: 'datetime-local', step: 1, required: true, value})), submit('Go there', 'primary')));
}

const STEPS = [['+1 min', 'PT1M'], ['+1 h', 'PT1H'], ['+1 d', 'P1D']];

async function followSystem() {
  if (clock.ahead_ms > 0) await put('clock', {mode: 'real', now: new Date().toISOString()});
  await put('clock', {mode: 'real'});
}

const buttons = (next, off) => (isFrozen() ? [
  button('Step to next', {icon: 'step', hint: 'n', kind: next && !isFar(next) ? 'primary' : '', why: !next && NOTHING,
    title: next && `Go to ${next}, and fire what is due in that instant`, go: step}),
  segment('Advance the clock', STEPS.map(([label, by]) => doing(label, () => advance({by})))),
  doing('Unfreeze', () => put('clock', {mode: 'real', now: nowText()}), {title: 'Let the clock run on from here'}),
] : [
  off && doing('To system time', followSystem, {title: clock.ahead_ms > 0 && 'Only in a workspace in which nothing has happened. Else reset it.'}),
  doing('Freeze', freeze, {icon: 'frozen', title: 'Stop the clock. Then it can be stepped.'}),
]);

export function clockBar() {
  const text = nowText(), frozen = isFrozen(), {next_due_at: next, ahead_ms: ahead = 0} = clock;
  const off = Math.abs(ahead) > 999 && `${span(Math.abs(ahead))} ${ahead < 0 ? 'behind' : 'ahead of'} the system's time`;
  const known = page.workspace && clock.readAt;
  return h('section.clock', {class: known && frozen && 'frozen', 'aria-label': 'Clock of this workspace'}, known && [
    h('span.mode', icon(clock.mode), frozen ? 'Frozen' : off || 'Real time'),
    h(canWrite() ? 'button.now' : 'p.now', canWrite() && {type: 'button', title: 'Set the clock', onclick: openClock},
      h('b', text.slice(11, 19), frozen && h('small', text.slice(19, 23))), h('span.day', day(text), ' UTC')),
    h('p.due.text', next ? ['Next ', h(isFar(next) ? 'span' : 'b', {title: next}, inTime(next))] : 'Nothing is due'),
    canWrite() && h('div.actions', buttons(next, off))]);
}
