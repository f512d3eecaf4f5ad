/* What stands around every view: the side says where, the bar says when. */
import {call, get} from './api.js';
import {clockBar} from './clock.js';
import {h} from './dom.js';
import {age, count, curlOf, short} from './format.js';
import {KEYS} from './keys.js';
import {act, canWrite, closeDialog, here, link, openDialog, page, useKey} from './page.js';
import {breaks, button, dash, empty, faint, field, form, quiet, row, search, stop, submit, table} from './parts.js';
import {icon} from './status.js';

/* view, title, the key after g; null is a line */
export const VIEWS = [
  ['runs', 'Runs', 'r'], ['schedules', 'Schedules', 's'], ['callbacks', 'Callbacks', 'c'], ['requests', 'Requests', 'q'], ['faults', 'Faults', 'f'],
  null, ['states', 'States', 't'], ['assumptions', 'Assumptions', 'a'], ['coverage', 'Coverage', 'v'],
];

const titleOf = view => VIEWS.find(each => each?.[0] === view)?.[1];

export const runsOf = workspace => Object.values(workspace.runs).reduce((sum, n) => sum + n, 0);
const nameOf = workspace => workspace.label || `Key ${workspace.key_hash.slice(0, 8)}`;

/* Of a long label the middle goes: the end tells tests apart. */
const brief = label => label.replace(/^(.{9}).{4,}(.{20})$/, '$1…$2');

function entry(view) {
  if (!view) return h('hr');
  const [name, title, key] = view;
  const number = name === 'runs' ? page.workspace && runsOf(page.workspace) : page.counts[name];
  const {waiting} = page.counts;
  return h('a', {href: here(name), 'aria-current': page.route.view === name && 'page', 'aria-keyshortcuts': `g ${key}`}, h('span', title),
    name === 'callbacks' && waiting > 0 && h('span.alert', {title: count(waiting, 'callback waits', 'callbacks wait')}, `${waiting} waiting`),
    number > 0 && h('span.n', number));
}

const LIVE = {connecting: 'Connecting', live: 'Live'};

function side() {
  const {workspace} = page;
  return h('header.side',
    h('button.workspace', {type: 'button', 'aria-haspopup': 'dialog', title: workspace && `${nameOf(workspace)}, workspace ${workspace.workspace_uid}`, onclick: openWorkspaces},
      h('span.logo', {'aria-hidden': 'true'}, 'E'), h('span.sr', 'Workspace '),
      h('span.name', h('b', breaks(workspace ? brief(nameOf(workspace)) : 'No workspace')), workspace && !workspace.label && h('small', 'no label')), icon('down')),
    workspace && h('nav', {'aria-label': 'Views'}, VIEWS.map(entry)),
    h('p.foot', workspace && h('span', {class: `live${page.live === 'live' ? ' is-live' : ''}`, role: 'status'}, LIVE[page.live] || 'Reconnecting'),
      h('button.b.ghost.small.keys', {type: 'button', onclick: openKeys}, h('kbd', '?'), ' keys')));
}

export function openKeys() {
  openDialog('Keys', () => h('dl.keylist', [...KEYS, ...VIEWS.filter(Boolean).map(([, title, key]) => [['g', key], title])].map(([keys, what]) => h('div', h('dt', keys.map(key => [h('kbd', key), ' '])), h('dd', what)))));
}

export async function openWorkspaces() {
  const found = await get('workspaces').catch(() => []);
  const ago = instant => (instant ? h('span', {title: instant}, `${age(Date.now() - Date.parse(instant))} ago`) : dash());
  const columns = [['Label', 'main'], ['Key', 'mono quiet'], ['Clock', 'quiet'], ['Runs', 'num'], ['First used', 'num quiet c-first'], ['Last used', 'num quiet']];
  const describe = each => row(columns, each.workspace_uid, {'aria-current': each.workspace_uid === page.route.workspace},
    h('a.whole', {href: link(each.workspace_uid, page.route.view), onclick: closeDialog, title: `Workspace ${each.workspace_uid}`}, each.label || faint('No label')), each.key_hash.slice(0, 8),
    each.clock === 'real' ? 'running' : `frozen at ${each.clock.slice(0, 19).replace('T', ' ')}`,
    runsOf(each), ago(each.first_used_at), ago(each.last_used_at));
  openDialog('Workspaces', () => [
    h('p.quiet', 'The header Emulator-Label gives a workspace its label. Of its API key only a hash is kept.'), search('Filter by label, hash of the key, uid', page.dialog),
    table('Workspaces, last used first', 'rows', columns,
      found.filter(each => [each.label, each.workspace_uid, each.key_hash].join(' ').toLowerCase().includes(page.dialog.filter.trim())).slice(0, 200).map(describe),
      empty('No workspace fits the filter'))]);
}

let wrong; // with the inputs

async function startRun({flow, inputs, url}) {
  const body = {callback: url.value ? {url: url.value} : undefined};
  try { body.inputs = JSON.parse(inputs.value); } catch (error) {
    wrong = `This is not JSON: ${error.message}`;
    return inputs.focus();
  }
  const {json} = await call('POST', `/v1/flows/${encodeURIComponent(flow.value)}/run/async`, body);
  closeDialog();
  location.hash = here('runs', json.uid);
  return `Started ${short(json.uid)}`;
}

export async function openStart() {
  if (!canWrite() || !page.workspace) return;
  const flows = await get('flows').catch(() => []);
  wrong = null;
  openDialog('Start a run', () => form('form', elements => act(() => startRun(elements)),
    field('Flow', h('select', {name: 'flow'}, flows.map(flow => h('option', {value: flow.slug, selected: flow.slug === ENRICH}, flow.name ? `${flow.slug}: ${flow.name}` : flow.slug)))),
    field('Inputs', h('textarea', {name: 'inputs', rows: 6, spellcheck: 'false', value: ADA, 'aria-invalid': !!wrong, 'aria-describedby': wrong && 'wrong'}), wrong && h('b.bad', {id: 'wrong', role: 'alert'}, wrong)),
    field('Callback URL', h('input', {name: 'url', type: 'url', placeholder: 'none'})),
    submit('Start the run', 'primary')));
}

/* Its first field has the focus. */
function showDialog(node) {
  node.showModal();
  node.querySelector('header ~ input, header ~ * :is(select, input, a)')?.focus();
}

function dialog() {
  if (!page.dialog) return null;
  const {title, show} = page.dialog;
  return h('dialog', {key: `dialog ${title}`, made: showDialog, onclose: closeDialog, 'aria-labelledby': 'dialog-title', closedby: 'any'},
    h('div.inner', h('header', h('h2', {id: 'dialog-title'}, title), button('', {icon: 'close', kind: 'ghost small', aria: 'Close', go: event => event.target.closest('dialog').close()})), show()));
}

function toasts() {
  const shown = page.toast;
  return h('div.toasts', {role: 'status', 'aria-live': 'polite'}, shown && h('p.toast', h('span', shown.text),
    shown.go && button(shown.label, {kind: 'small', go: shown.go})));
}

function askKey() {
  return stop('This emulator wants an API key', h('p', 'It was started with --api-key. The key stays in this tab.'),
    form('inline', ({key}) => useKey(key.value), h('input', {name: 'key', type: 'password', autocomplete: 'off', 'aria-label': 'API key', required: true}), submit('Use it', 'primary')));
}

const ENRICH = 'linkedin-people-enrich', ADA = '[{"linkedin_profile_url": "https://www.linkedin.com/in/ada-lovelace"}]'; // inputs of a flow
export const curlRun = () => curlOf(`/v1/flows/${ENRICH}/run/async`, `{"inputs": ${ADA}}`);
export const shownCurl = () => h('pre.json', {tabindex: 0}, curlRun());

function noWorkspace() {
  const {workspace, view, id} = page.route;
  const ways = h('p', h('a.b', {href: '#/'}, 'Go to the workspace used last'), ' ', button('Choose another', {go: openWorkspaces}));
  if (workspace) return stop('This workspace is gone', h('p', 'The emulator was started again, or has forgotten it.'), ways);
  if (view === 'requests' && id) {
    return stop('No workspace has this request', h('p', h('span.mono', id), ' belongs to no workspace, such as a call that was answered 401; or it is no longer in a journal.'), ways);
  }
  return stop('No workspace yet', h('p', 'Each API key has a workspace of its own. It shows here after its first call, such as:'), shownCurl());
}

function content() {
  if (page.asksKey) return askKey();
  if (!page.workspace) return page.gone ? noWorkspace() : null;
  const {problem} = page;
  if (problem) return stop(problem.status === 404 ? 'Not found' : 'That did not work', h('p', problem.message), problem.hint && h('p.quiet', problem.hint), h('a.b', {href: here(page.route.view)}, 'Go to the list'));
  return page.view.show(page.data, page.route);
}

export function describePage() {
  document.title = [page.view.title?.(page.route) || titleOf(page.route.view), page.workspace && nameOf(page.workspace), 'edges-emulator'].filter(Boolean).join(' · ');
  return [
    h('button.b.skip', {type: 'button', onclick: () => document.getElementById('main').focus()}, 'Skip to the content'),
    side(), clockBar(), h('p.sr', {role: 'status'}, page.said), h('main', {id: 'main', tabindex: -1, key: page.view}, content()), toasts(), dialog(),
  ];
}
