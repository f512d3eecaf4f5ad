/* The fault rules of the workspace. The form is made from the contract. */
import {get, post, put, remove} from './api.js';
import {h} from './dom.js';
import {count} from './format.js';
import {act, canWrite, paint} from './page.js';
import {button, card, doing, empty, faint, field, form, grow, heading, mono, number, quiet, row, runOf, segment, submit, table} from './parts.js';

export const areas = ['faults', 'journal', 'callbacks'];

const BESIDE = ['label', 'retry_after', 'retry-after', 'delay_ms', 'html', 'body'];
const OF_CALLBACKS = ['duplicate', 'drop', 'hold_behind_next', 'without_headers'], OF_BOTH = ['status', 'truncate', 'delay_ms'];
const DEFAULTS = {status: 503, delay_ms: 1000, truncate: 20, wrong_length: 10, bytes_per_second: 50, duplicate: 1, race: 'finish-wins', times: 1};

let contract = null, callbacks = false, chosen = 'status';

export async function load() {
  const [faults, document] = await Promise.all([get('faults'), contract || get('openapi.json')]);
  contract = document;
  return faults;
}

const schemaOf = name => contract.components.schemas[name];
const words = key => key.replaceAll('_', ' ').replace(/ ms$/, ' in ms');
const effectText = effect => Object.entries(effect).map(([key, value]) => (value === true ? key : `${key}=${key === 'body' ? JSON.stringify(value).replace(/(.{59}).+/, '$1…') : value}`)).join('; ');

/* The effects on calls or on callbacks; a delay alone is the last. */
function effects() {
  const all = Object.keys(schemaOf('Effect').properties).filter(key => !BESIDE.includes(key));
  return [...all, 'delay_ms'].filter(key => OF_BOTH.includes(key) || OF_CALLBACKS.includes(key) === callbacks);
}

const COLUMNS = [['Rule', 'main'], ['Run', 'c-run'], ['When'], ['Effect', 'mono c-effect'], ['Met', 'num'], ['Fired', 'num'], ['Action', 'c-act', true]];

function describe(rule) {
  const when = ['nth', 'every', 'times', 'probability'].filter(key => rule[key] && !(key === 'probability' && rule[key] === 1)).map(key => `${key} ${rule[key]}`).join(', ');
  return row(COLUMNS, String(rule.id), {},
    [quiet(`${rule.id} `), rule.callback ? 'callbacks' : mono(rule.operation || 'every call')], rule.run ? runOf(rule.run) : faint('any run'), [when || faint('always'), rule.used_up && [' ', h('span.tag', 'used up')]],
    effectText(rule.effect), rule.calls, number(rule.fired),
    doing('Remove', () => remove(`faults/${rule.id}`), {kind: 'small danger', aria: `Remove rule ${rule.id}`, said: `Rule ${rule.id} is removed`}));
}

function member(part, key, more = {}) {
  const schema = schemaOf(part === 'effect' ? 'Effect' : 'NewFault').properties[key], type = schema.type || 'string';
  return field(words(key), h('input', {name: `${part}.${key}`, type: type === 'string' ? 'text' : 'number', step: type === 'number' && 'any', min: schema.minimum, max: schema.maximum, maxlength: schema.maxLength, spellcheck: 'false', ...more}), key !== chosen && schema.description);
}

function ruleOf(elements) {
  const rule = {effect: {}}, {properties} = schemaOf('Effect');
  for (const {name, value, type} of elements) {
    const [part, key] = name.split('.');
    if (key && value.trim()) (part === 'effect' ? rule.effect : rule)[key] = type === 'number' ? Number(value) : value.trim();
  }
  if (properties[chosen].type === 'boolean') rule.effect[chosen] = true;
  if (callbacks) rule.callback = true;
  return rule;
}

function ruleForm() {
  const {properties} = schemaOf('Effect'), beside = chosen === 'status' ? ['label', 'retry_after', 'delay_ms'] : chosen === 'delay_ms' ? [] : ['delay_ms'];
  const about = (label, value) => button(label, {pressed: callbacks === value, go: () => {
    callbacks = value;
    [chosen] = effects();
  }});
  const effect = key => h('label.effect', {key}, h('input', {type: 'radio', name: 'effect', value: key, checked: key === chosen, onchange: () => {
    chosen = key;
    paint();
  }}), h('b', words(key)), h('span', properties[key].description));
  const choice = h('select', {name: 'rule.operation'}, h('option', {value: ''}, 'every call'), schemaOf('ApiOperation').enum.map(each => h('option', {value: each, selected: each === 'cancelFlowRun'}, each)));
  return form('form fault', elements => act(async () => `Rule ${(await post('faults', ruleOf(elements))).id} is added`),
    segment('What the rule is about', about('Calls of the API', false), about('Callbacks', true)),
    h('fieldset', h('legend', 'What happens'), effects().map(effect)),
    h('fieldset.grid', h('legend', 'How'), properties[chosen].type !== 'boolean' && member('effect', chosen, {key: chosen, required: true, value: DEFAULTS[chosen]}), beside.map(key => member('effect', key))),
    h('fieldset.grid', h('legend', callbacks ? 'To which attempts' : 'To which calls'), !callbacks && field('operation', choice, 'only calls of this operation'),
      ['run', 'nth', 'every', 'probability', 'times'].map(key => member('rule', key, {value: DEFAULTS[key]}))),
    submit('Add the rule', 'primary'));
}

function rateLimit(limit) {
  const now = limit?.per_minute;
  const set = ({perMinute: {value}}) => act(() => put('faults/rate-limit', {per_minute: value ? Number(value) : null}), value ? `At most ${count(value, 'call')} a minute` : 'There is no rate limit');
  return card('limit', 'Rate limit', quiet(now ? `${count(now, 'call')} a minute` : 'none'),
    canWrite() && form('form inline', set, field('calls a minute', h('input', {name: 'perMinute', type: 'number', min: 1, max: 1000000, placeholder: 'no limit', value: now})), submit('Set')), h('p.hint.more', 'What exceeds it is answered 429 with Retry-After.'));
}

export function show(data) {
  if (!data) return heading('Faults');
  return [
    heading('Faults', grow, data.rules.length > 0 && doing('Remove all', () => remove('faults'), {kind: 'danger', said: 'All rules and the rate limit are removed'})),
    table('Fault rules', 'rows faults', COLUMNS, data.rules.map(describe),
      empty('No fault rules', h('p', 'A rule makes some calls fail, stall or break, so that a client of the API is tested for it.'))),
    h('div.two', canWrite() && card('rule', 'Add a rule', quiet('for one call alone, send the header Emulator-Fault with it'), ruleForm()), rateLimit(data.rate_limit)),
  ];
}
