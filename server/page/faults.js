/* The fault rules of the workspace. The form is made from the contract, so a new effect shows here by itself. */
import {get, post, put, remove} from './api.js';
import {h} from './dom.js';
import {count} from './format.js';
import {act, canWrite, here, paint} from './page.js';
import {button, cell, empty, faint, field, form, grow, heading, mono, number, quiet, row, submit, table, uidOf} from './parts.js';

export const name = 'faults';
export const areas = ['faults', 'journal', 'callbacks'];
export const title = () => 'Faults';

const BESIDE = ['label', 'retry_after', 'retry-after', 'delay_ms']; // may stand beside an effect

let contract = null, chosen = 'status';

export async function load() {
  const [faults, document] = await Promise.all([get('faults'), contract || get('openapi.json')]);
  contract = document;
  return faults;
}

const schemaOf = name => contract.components.schemas[name].properties;
const words = key => key.replaceAll('_', ' ');
const effectText = effect => Object.entries(effect).map(([key, value]) => (value === true ? key : `${key}=${value}`)).join('; ');

/* The effects by their keys; a delay alone is the last. */
function effects() {
  const all = schemaOf('Effect');
  return {...Object.fromEntries(Object.entries(all).filter(([key]) => !BESIDE.includes(key))), delay_ms: all.delay_ms};
}

function operations() {
  return Object.entries(contract.paths).filter(([path]) => path.startsWith('/v1/')).flatMap(([, methods]) => Object.values(methods).map(each => each.operationId).filter(Boolean));
}

function describe(rule) {
  const when = ['nth', 'every', 'times', 'probability'].filter(key => rule[key] && !(key === 'probability' && rule[key] === 1)).map(key => `${key} ${rule[key]}`).join(', ');
  return row(String(rule.id), {},
    cell('main', rule.callback ? 'callbacks' : mono(rule.operation || 'every call')),
    cell('c-run', rule.run ? uidOf(rule.run, here('runs', rule.run)) : faint('any run')),
    cell('', when || faint('always')), cell('mono c-effect', effectText(rule.effect)),
    cell('num', rule.calls), cell('num', number(rule.fired)),
    canWrite() && cell('c-act', button('Remove', {kind: 'small danger', aria: `Remove rule ${rule.id}`, go: () => act(() => remove(`faults/${rule.id}`), `Rule ${rule.id} is removed`)})));
}

/* A field of the form, from the schema of its member. */
function control(name, schema, more = {}) {
  if (schema.type === 'boolean') return h('input', {name, type: 'checkbox', ...more});
  const numeric = schema.type === 'integer' || schema.type === 'number';
  return h('input', {name, type: numeric ? 'number' : 'text', step: schema.type === 'number' ? 'any' : null, min: schema.minimum, max: schema.maximum, maxlength: schema.maxLength, placeholder: 'any', spellcheck: 'false', ...more});
}

function valueOf(control) {
  if (control.type === 'checkbox') return control.checked || undefined;
  if (!control.value.trim()) return undefined;
  return control.type === 'number' ? Number(control.value) : control.value.trim();
}

function ruleOf(elements) {
  const rule = {}, effect = {};
  for (const control of elements) {
    const [part, key] = control.name.split('.');
    const value = key && valueOf(control);
    if (value !== undefined && key) (part === 'effect' ? effect : rule)[key] = value;
  }
  if (effects()[chosen].type === 'boolean') effect[chosen] = true;
  return {...rule, effect};
}

function ruleForm() {
  const rule = schemaOf('NewFault'), effect = schemaOf('Effect'), all = effects();
  const choose = event => {
    chosen = event.target.value;
    paint();
  };
  const beside = chosen === 'status' ? ['label', 'retry_after', 'delay_ms'] : chosen === 'delay_ms' ? [] : ['delay_ms'];
  return form('form grid', elements => act(async () => `Rule ${(await post('faults', ruleOf(elements))).id} is added`),
    field('effect', h('select', {name: 'effect', onchange: choose}, Object.keys(all).map(key => h('option', {value: key, selected: key === chosen}, words(key))))),
    all[chosen].type !== 'boolean' && field(words(chosen), control(`effect.${chosen}`, all[chosen], {key: chosen, required: true, placeholder: null, value: chosen === 'status' ? 503 : 100})),
    beside.map(key => field(words(key), control(`effect.${key}`, effect[key], {placeholder: 'none'}))),
    field('operation', h('select', {name: 'rule.operation'}, h('option', {value: ''}, 'every call'), operations().map(each => h('option', {value: each}, each)))),
    Object.entries(rule).filter(([key]) => key !== 'effect' && key !== 'operation').map(([key, schema]) => field(words(key), control(`rule.${key}`, schema))),
    submit('Add the rule'));
}

function rateLimit(limit) {
  const now = limit?.per_minute ?? limit;
  const set = ({perMinute: {value}}) => act(() => put('faults/rate-limit', {per_minute: value ? Number(value) : null}), value ? `At most ${count(value, 'call')} a minute` : 'There is no rate limit');
  return h('section.card', h('div.cardhead', h('h2', 'Rate limit'), quiet(now ? `${count(now, 'call')} a minute` : 'none')),
    canWrite() && form('form inline', set, field('calls a minute', h('input', {name: 'perMinute', type: 'number', min: 1, max: 1000000, placeholder: 'no limit', value: now})), submit('Set')));
}

const COLUMNS = [['Of', 'main'], ['Run', 'c-run'], ['When'], ['Effect', 'c-effect'], ['Met', 'num'], ['Fired', 'num'], ['Action', 'c-act', true]];

export function show(data) {
  if (!data) return heading('Faults');
  return [
    heading('Faults', grow, canWrite() && data.rules.length > 0 && button('Remove all', {kind: 'danger', go: () => act(() => remove('faults'), 'All rules and the rate limit are removed')})),
    h('div.card', data.rules.length ? table('Fault rules', 'rows faults', COLUMNS, data.rules.map(describe))
      : empty('No fault rules', h('p', 'A rule makes some calls fail, stall or break, so that a client of the API is tested for it.'))),
    h('div.two',
      canWrite() && h('section.card', h('div.cardhead', h('h2', 'Add a rule'), quiet('for one call alone, send the header Emulator-Fault with it')), ruleForm()),
      rateLimit(data.rate_limit)),
  ];
}
