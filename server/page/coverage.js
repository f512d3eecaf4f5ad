/* What the clients of all workspaces have tried, what not, and what they do wrong. */
import {get, remove} from './api.js';
import {h} from './dom.js';
import {count} from './format.js';
import {card, copyButton, doing, empty, grow, heading, mono, number, quiet, row, showAll, table} from './parts.js';
import {icon} from './status.js';

export const areas = ['coverage'];

const FIRST = 12;
let showsAll;

export const load = () => get('coverage');

const NOISE = / -s\b| -H "X-API-Key[^"]*"|http:..[^/]*/g;
const MISSING = [['Never tried', 'main'], ['Of', 'quiet'], ['Command', 'c-next text mono'], ['Copy']];

const missingRow = ({dimension, cell, command}) => row(MISSING, `${dimension} ${cell}`, {}, cell, dimension, h('span', {title: command}, command.replace(NOISE, '')), copyButton('', `the command for ${cell}`, () => command));

const FINDINGS = [['Level', 'c-status'], ['Rule', 'mono'], ['What the client did', 'wrap'], ['What goes wrong', 'wrap'], ['Times', 'num'], ['Requests', 'wrap']];

/* A finding at a delivery names that by callback and attempt, which is no request. */
const findingRow = ({rule, level, finds, says, count: times, request_ids: ids}) => row(FINDINGS, rule, {},
  h('span.status', {class: level === 'error' ? 'bad' : 'warn'}, icon(level === 'error' ? 'FAILED' : 'BLOCKED'), level), rule, finds, says, number(times),
  ids.map(id => [rule.startsWith('callback-') ? mono(id) : h('a.mono', {href: `#/requests/${encodeURIComponent(id)}`}, id), ' ']));

function dimensionOf({dimension, what, why, cells, covered, counts}) {
  return h('details.dimension', {key: dimension}, h('summary', icon('down'), h('b', dimension), h('span', what), h('progress', {max: cells, value: covered, 'aria-label': `${covered} of ${cells}`}), h('b', `${covered} of ${cells}`)),
    h('p.hint', why), h('ul', counts.map(({cell, count: times, then}) => h('li', {key: cell, class: times ? '' : 'faint'}, icon(times ? 'SUCCEEDED' : 'CREATED'), `${cell} `, number(times),
      then?.tried_again + then?.went_on > 0 && quiet(` then tried again ${then.tried_again}, went on ${then.went_on}`)))));
}

export function show(data) {
  if (!data) return heading('Coverage');
  const {missing, findings, dimensions, covered, cells, percent, requests, since} = data, shown = showsAll ? missing : missing.slice(0, FIRST);
  return [
    heading('Coverage', quiet(`${percent} %, ${covered} of ${cells}, by ${count(requests, 'request')} since ${since.slice(0, 16).replace('T', ' ')} UTC`), grow,
      doing('Start counting anew', () => remove('coverage'), {kind: 'danger', said: 'Counting begins anew'})),
    table('What was never tried, the most useful first', 'rows coverage', MISSING, shown.map(missingRow), empty('All of it was tried')),
    showAll(missing.length, shown.length, () => { showsAll = true; }),
    card('findings', 'What clients do wrong', null, table('What clients do wrong', 'rows', FINDINGS, findings.map(findingRow), h('p.none', 'Nothing was found.'))),
    card('dimensions', 'What can be tried', quiet('in all workspaces'), dimensions.map(dimensionOf)),
  ];
}
