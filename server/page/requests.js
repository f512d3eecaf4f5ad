/* The API calls of the workspace, newest first, and one of them with its explanation. */
import {call, get, newest, remove, send} from './api.js';
import {when} from './clock.js';
import {h} from './dom.js';
import {bytes, count, duration, short, time, tiny} from './format.js';
import {act, canWrite, change, here, page, toast} from './page.js';
import {bodyOf, button, copyButton, detail, doing, empty, facts, faint, grow, heading, json, matches, mono, older, panes, quiet, row, runOf, search, segment, table} from './parts.js';
import {shownCurl} from './shell.js';
import {code, statusOf, verdict} from './status.js';

export const areas = ['journal'];
export const title = route => (route.id ? `Request ${short(route.id)}` : 'Requests');
export const keepsList = true;

const SHOWS = [['All', () => true], ['Refused', entry => !(entry.status < 400)], ['Faults', entry => entry.fault]];
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const AGAIN = ['Content-Type', 'Emulator-Fault', 'Emulator-Race'];

let shows = 'All', paused = false, workspace, cleared; // both a workspace

/* While it is paused the list stays; only the request that is open is fetched. */
export async function load(route, before) {
  if (workspace !== route.workspace) {
    ({workspace} = route);
    [shows, paused] = ['All', false];
  }
  const run = route.query.get('run'), kept = before?.run === run ? before : null;
  const open = route.id && (before?.open?.request_id === route.id && !before.open.old ? before.open : await get(`explain/${encodeURIComponent(route.id)}`));
  if (paused && kept) return {...kept, open};
  return {run, open, ...await newest('journal', {run}, kept?.rows)};
}

const pathOf = request => `${request.path}${request.query ? `?${request.query}` : ''}`;
const brief = path => path.replace(/^\/v1(?=\/)/, '').replace(UID, tiny);

const COLUMNS = [['Time, took', 't'], ['Method', 'method'], ['Path', 'c-next'], ['Reply', 'num c-code']];

function describe(entry, open, run) {
  const {request} = entry;
  return row(COLUMNS, entry.request_id, {key: entry.number, 'aria-current': open},
    h('span.quiet', {title: entry.at}, time(entry.at), faint(` ${duration(entry.duration_us)}`)),
    h('a.mono.whole', {href: here('requests', entry.request_id, run && {run}), 'aria-label': `${request.method} ${entry.operation || request.path} ${entry.status || 'no reply'}`}, request.method),
    [mono({title: pathOf(request)}, brief(request.path), request.query && faint(`?${request.query}`)), entry.fault && h('span.tag', faultOf(entry)),
      entry.workspace_header && h('span.tag', 'page')],
    code(entry.status || null));
}

const faultOf = ({fault, fault_rule: rule}) => `${fault}${rule ? ` by rule ${rule}` : ''}`;

const fits = ({request, ...entry}) => matches(request.method, pathOf(request), entry.status, entry.operation, entry.request_id, entry.run);

async function sendAgain({request}) {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([header]) => AGAIN.includes(header)));
  const reply = await send(request.method, pathOf(request), request.body.text || null, headers);
  return `Sent again: ${reply.status} ${reply.json?.error_label || ''}`;
}

/* Behind it the advice is another: it is fetched again. */
async function doAdvice(open, ...advice) {
  let said;
  open.old = true;
  for (const {method, path, body} of advice) said = `${method} ${path.replace(UID, short)}: ${(await call(method, path, body)).status}`;
  return said;
}

function adviceOf(open) {
  const advice = open.would_have_worked || [], {run} = open.state;
  const other = ({path}) => (run && !path.includes(run) ? path.match(UID)?.[0] : null);
  return h('section.advice', advice.length > 0 && [h('h3', 'What would work now'),
    h('ol', advice.map((request, i) => h('li', {key: i}, mono(`${i + 1}. ${request.method} ${brief(request.path)}`, request.body && faint(' ', JSON.stringify(request.body))), other(request) && h('span.tag.alert', 'another run'),
      doing(other(request) ? `Do it to ${tiny(other(request))}` : 'Do it', () => doAdvice(open, request), {kind: 'small', title: `${request.method} ${request.path}`}))))],
  h('div.buttons', advice.length > 1 && doing('Do all', () => doAdvice(open, ...advice), {icon: 'step'}),
    open.curl && doing('Send it again', () => sendAgain(open.exchange), {icon: 'again'}),
  open.curl ? copyButton('Copy as curl', 'a curl command that repeats it', () => open.curl) : quiet(`No curl command: ${open.no_curl}`)));
}

function verdictOf(open) {
  const {rule, state, status, fidelity} = open, ok = status && status < 400;
  const label = open.exchange.response?.body.text.match(/"error_label":"([^"]*)"/)?.[1];
  const assumptions = fidelity?.split('rule=')[1]?.split(/, */) || [];
  return h('section',
    h('p.verdict', h('span.status.pill', {class: ok ? 'good' : 'bad'}, verdict(ok), status ? `${status} ${label || ''}` : 'No reply')),
    rule && h('p.because', rule.message || rule.says), open.hint && h('p.hint', open.hint),
    facts('kv',
      state.run && ['Run', runOf(state.run), state.before && statusOf(state.before),
        state.before === state.after ? quiet('before and after') : [quiet('then'), state.after && statusOf(state.after)]],
      rule && ['Rule', mono(rule.error)],
      ['Rests on', assumptions.length ? assumptions.map(id => h('a.mono', {href: here('assumptions', id)}, id)) : faint(fidelity || 'nothing of the API')],
      open.fault && ['Fault', h('a', {href: here('faults')}, faultOf(open.exchange))]));
}

function exchangeOf({exchange}) {
  const {request, response} = exchange;
  return h('section', response ? [h('h3', `Reply, ${bytes(response.body.size)}`), bodyOf(response.body, 'Body of the reply')] : h('p.faint', 'No reply was sent.'),
    h('details', h('summary', `Request: ${count(Object.keys(request.headers).length, 'header')}, ${request.body.size ? bytes(request.body.size) : 'no body'}`),
      json(request.headers, 'Headers of the request'), request.body.size > 0 && bodyOf(request.body, 'Body of the request')));
}

function openOf(open) {
  const {duration_us: took, delay_ms: wait, request} = open.exchange;
  return detail(open.request_id, 'The request', mono(`${request.method} ${pathOf(request)}`),
    [open.operation && h('span', open.operation), h('span', {title: open.at}, when(open.at)), h('span', duration(took), wait && ` and a delay of ${duration(wait * 1000)}`),
      request.headers['User-Agent'] && h('span', request.headers['User-Agent']), h('span', {title: open.request_id}, 'request ', mono(short(open.request_id)))],
    verdictOf(open), adviceOf(open), exchangeOf(open));
}

function noneOf(data) {
  if (data.rows.length) return empty('No request fits the filter');
  if (page.info?.options.journal?.value === '0') return empty('The journal is off', h('p', 'The emulator was started with --journal 0.'));
  return empty(cleared === page.route.workspace ? 'The request log was cleared' : 'No requests yet', h('p', 'Each call of the API shows here, such as:'), shownCurl());
}

export function show(data, route) {
  const rows = data?.rows.filter(fits) || [], chosen = rows.filter(SHOWS.find(([label]) => label === shows)[1]);
  const pause = () => {
    paused = !paused;
    change(areas);
  };
  const clear = async () => {
    await remove('journal');
    cleared = page.route.workspace;
    location.hash = here('requests');
  };
  return [
    heading('Requests', search('Filter by path, status, run'), segment('Show', SHOWS.map(([label, test]) => button(`${label} ${rows.filter(test).length}`, {key: label, pressed: shows === label, go: () => { shows = label; }}))), grow,
      button(paused ? 'Go on' : 'Pause', {icon: paused ? 'go' : 'pause', pressed: paused, go: pause}), canWrite() && button('Clear', {kind: 'danger', go: () => toast('Clear the request log of this workspace?', () => act(clear, 'The journal is empty'), 'Clear it')})),
    h('p.quiet.of', {key: 'of'}, data?.run ? ['Of run ', runOf(data.run), ' ', h('a', {href: here('requests')}, 'show all')]
      : 'Calls of /v1. Those of this page are marked page: no fault rule and no coverage counts them.'),
    data && panes([table('API calls, newest first', 'rows requests', COLUMNS, chosen.map(entry => describe(entry, route.id === entry.request_id, data.run)), noneOf(data)), older(data, last => newest('journal', {run: data.run, before: last.number}))], route.id && data.open && openOf(data.open)),
  ];
}
