/* What is guessed of the vendor's behaviour, why, and what replies rested on it. */
import {get, put} from './api.js';
import {h} from './dom.js';
import {act, canWrite, here} from './page.js';
import {button, empty, form, heading, matches, mono, number, row, search, submit, table} from './parts.js';

export const areas = ['assumptions', 'coverage'];

const ANY = '*';

export const load = () => get('assumptions');

const isOverridden = each => each.value !== each.default;

const override = (id, value) => act(() => put('assumptions', {[id]: value}), value === null ? `${id} is as the emulator was started` : `${id} is ${value} in this workspace`);

function control(each) {
  if (!canWrite()) return mono(each.value);
  const label = `Value of ${each.id}`;
  if (each.also.includes(ANY)) {
    return form('inline', ({value}) => override(each.id, value.value), h('input.mono', {name: 'value', value: each.value, 'aria-label': label, spellcheck: 'false'}), submit('Set', 'small'));
  }
  return h('select.mono', {'aria-label': label, value: each.value, onchange: event => override(each.id, event.target.value)},
    [each.default, ...each.also].map(value => h('option', {value, selected: value === each.value}, value === each.default ? `${value} (default)` : value)));
}

const COLUMNS = [['Assumption', 'main mono'], ['Value', 'c-value'], ['Why', 'wrap'], ['Replies', 'num']];

function describe(each, chosen) {
  return row(COLUMNS, each.id, {'aria-current': chosen},
    [h('a', {href: here('assumptions', each.id)}, each.id), isOverridden(each) && h('span.tag', 'overridden')],
    [control(each), canWrite() && isOverridden(each) && button('Undo', {kind: 'small', aria: `Undo the override of ${each.id}`, go: () => override(each.id, null)})],
    each.why, number(each.replies));
}

export function show(data, route) {
  const rows = data?.filter(each => matches(each.id, each.why, each.value)) || [];
  return [
    heading('Assumptions', search('Filter by name, value, reason')),
    h('p.quiet.of', {key: 'what'}, 'The vendor does not document everything. A reply that rests on one of these says so in Emulator-Fidelity.'),
    data && table('Assumptions', 'rows assumptions', COLUMNS, rows.map(each => describe(each, each.id === route.id)), empty('No assumption fits the filter')),
  ];
}
