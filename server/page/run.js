/* One run: what it is, its timeline, and what can be done with it. */
import {call, get, post} from './api.js';
import {happens, inTime, until, when} from './clock.js';
import {h} from './dom.js';
import {age, count, curlOf, short, span} from './format.js';
import {causeOf, lifeList} from './life.js';
import {canWrite, here, page} from './page.js';
import {button, card, copyButton, dash, doing, facts, faint, grow, heading, isWaiting, json, mono, quiet, segment} from './parts.js';
import {shownOf, statusOf, word} from './status.js';
import {ENDS, timeline} from './timeline.js';

export const areas = ['runs', 'callbacks', 'journal'];
export const title = route => `Run ${route.id.slice(0, 8)}`;

const OUTPUTS = 100; // shown

let tab = 'inputs';

export async function load(route, before) {
  const uid = route.id.toLowerCase();
  const [life, run, flows] = await Promise.all([get(`runs/${uid}/life`), get(`runs/${uid}`), before?.flows || get('flows').catch(() => [])]);
  if (before && before.run.status !== run.status) page.said = `Run ${short(uid)} is now ${word(run.status)}`;
  return {life, run, flows};
}

const refusal = (life, event) => life.events.find(each => each.event === event)?.refusal ?? null;

/* Cancel and resume are calls of the API. */
function eventButton(uid, label, event, options) {
  const isCall = event === 'CANCEL' || event === 'RESUME';
  return doing(label, () => (isCall ? call('POST', `/v1/flows/runs/${uid}/${event.toLowerCase()}`) : post(`runs/${uid}/events`, {event})),
    {...options, said: `${short(uid)} ${happens(event)}`});
}

/* A run without a flow is made by hand. */
const curlRun = ({flow_slug: slug, inputs, callback, status}) => (slug
  ? curlOf(`/v1/flows/${encodeURIComponent(slug)}/run/async`, JSON.stringify({inputs: inputs || [], callback: callback || undefined}))
  : curlOf('/_emulator/runs', JSON.stringify({status})));

function head({run, life, flows}) {
  const flow = flows.find(each => each.slug === run.flow_slug);
  return [
    h('div.crumb', h('a', {href: here('runs')}, 'Runs'), ' / ', h('span.uid', h('b', run.uid)), copyButton('', 'the uid', () => run.uid)),
    heading(flow?.name || run.flow_slug || 'A run without a flow', statusOf(run.status, 'pill'), grow,
      copyButton('As curl', 'a curl command that starts such a run', () => curlRun(run)),
      copyButton('As fixture', 'this run as a fixture', () => JSON.stringify({version: 1, runs: [run]}, null, 2)),
      eventButton(run.uid, 'Resume', 'RESUME', {why: refusal(life, 'RESUME')}),
      eventButton(run.uid, 'Cancel run', 'CANCEL', {kind: 'danger', why: refusal(life, 'CANCEL')})),
  ];
}

const after = (from, to) => [when(to), ' ', h('small', `after ${span(Date.parse(to) - Date.parse(from))}`)];

function finishing(run, life) {
  if (run.finished_at) return after(run.started_at || run.created_at, run.finished_at);
  const end = life.next.find(each => ENDS.includes(each.to));
  return faint(end ? `– ${inTime(end.at)} by its plan` : '–');
}

/* When it was cancelled, stopped or blocked, and who did it. */
function haltOf(run, life) {
  const {status} = run, change = life.past.findLast(each => shownOf(each.to) === status);
  return (run.cancelled || status === 'BLOCKED' || status === 'STOPPED') && change && [word(status), when(change.at), ' ', h('small', causeOf(change.cause, life.requests))];
}

function factsOf({run, life}) {
  const sum = list => list.reduce((all, each) => all + (each.outputs || 0), 0), planned = sum(life.next), lost = run.cancelled && sum(life.past) - run.output_count;
  return facts('facts',
    ['Flow', run.flow_slug ? mono(run.flow_slug) : dash()],
    ['Created', when(run.created_at), ' ', h('small', `${age(-until(run.created_at))} ago`)],
    ['Started', run.started_at ? after(run.created_at, run.started_at) : dash()],
    haltOf(run, life) || ['Finished', finishing(run, life)],
    ['Outputs', planned ? `${run.output_count} of ${run.output_count + planned}` : run.output_count ?? 0, ' ', h('small', count(run.credits, 'credit'), lost > 0 && `, ${lost} discarded by the cancel`)],
    run.last_error && ['Error', h('span.mono.bad', run.last_error.label), ' ', run.last_error.message],
    run.scheduled_flow_run_uid && ['Schedule', h('a.mono', {href: here('schedules', null, {schedule: run.scheduled_flow_run_uid})}, short(run.scheduled_flow_run_uid))],
    run.callback && ['Callback', mono({title: run.callback.url}, run.callback.url.replace(/^https?:../, '')), ' ', h('small', `on: ${run.callback.on || 'all'}`)]);
}

function planDone({life}) {
  const done = life.past.filter(each => each.cause?.kind === 'plan').length, waiting = life.callbacks.filter(isWaiting).length;
  const said = [life.next.length > 0 && `${done} of ${done + life.next.length} items of its plan are done`, waiting > 0 && count(waiting, 'callback waits', 'callbacks wait')];
  return said.filter(Boolean).join(', ') || 'nothing is planned';
}

function timelineCard(data) {
  const {run, life} = data;
  const possible = life.events.filter(each => !each.refusal && each.event !== 'CANCEL' && each.event !== 'RESUME');
  return card('timeline', 'Timeline', [quiet(planDone(data)), grow,
    canWrite() && possible.length > 0 && [quiet('By hand'),
      segment('Events by hand', possible.map(({event, to}) =>
        eventButton(run.uid, word(event), event, {key: event, kind: 'small', title: `Then it is ${word(to)}`})))]],
    h('div.scroll', {tabindex: 0, role: 'group', 'aria-label': 'Timeline. The list below has the same.'}, timeline(run, life)));
}

function dataCard({run}) {
  const {inputs, output_count: all} = run, outputs = run.outputs.slice(0, OUTPUTS), rest = all - outputs.length;
  const [title, shown] = {inputs: ['inputs', inputs || []], outputs: ['outputs', outputs], json: ['run', run]}[tab];
  const choice = (name, label) => button(label, {kind: 'small', pressed: tab === name, go: () => { tab = name; }});
  return card('data', 'Data', [segment('Data', choice('inputs', `Inputs ${(inputs || []).length}`), choice('outputs', `Outputs ${all || 0}`), choice('json', 'JSON')), grow,
    copyButton('', `the ${title}`, () => JSON.stringify(shown, null, 2))],
    h('div.data', {key: tab}, shown.length === 0 ? h('p.none', `No ${title}`) : json(shown, title), tab !== 'inputs' && rest > 0 && h('p.more', `and ${rest} more outputs`)));
}

export function show(data) {
  if (!data) return h('div.crumb', h('a', {href: here('runs')}, 'Runs'));
  return [head(data), factsOf(data), timelineCard(data), h('div.two', lifeList(data.run.uid, data.life), dataCard(data))];
}
