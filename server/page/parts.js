/* The parts that views are made of. */
import {keyOf} from './api.js';
import {h} from './dom.js';
import {count, short} from './format.js';
import {act, canWrite, here, page, paint, setFilter, toast} from './page.js';
import {icon} from './status.js';

/* options: icon, kind (classes), hint (a key), title, aria (a label for readers), key, pressed,
 * go (what it does), why (it does nothing now: it can be reached, and says this). */
export function button(label, options = {}) {
  const {key, kind, hint, title, aria, pressed, why} = options, id = why && `why-${label.replaceAll(' ', '-')}`;
  const go = event => {
    options.go(event);
    paint();
  };
  const control = h('button.b', {
    key, type: 'button', class: kind, title, 'aria-label': aria, 'aria-keyshortcuts': hint, 'aria-pressed': pressed?.toString(),
    'aria-disabled': !!why, 'aria-describedby': id, onclick: why ? () => toast(why) : go,
  }, options.icon && icon(options.icon), label && h('span', label), hint && h('kbd', {'aria-hidden': 'true'}, hint));
  return why ? h('span.refused', {key}, control, h('span.why', {role: 'tooltip', id}, why)) : control;
}

/* A button that changes something, by act(): none where the page is read-only. */
export const doing = (label, work, {said, ...options} = {}) => canWrite() && button(label, {...options, go: () => act(work, said)});

export function form(kind, send, ...children) {
  return h('form', {class: kind, onsubmit: event => {
    event.preventDefault();
    send(event.target.elements);
  }}, children);
}

export const submit = (label, kind) => h('button.b', {type: 'submit', class: kind}, label);

export function copyButton(label, what, text) {
  return button(label, {icon: 'copy', kind: label ? '' : 'ghost small', aria: label ? null : `Copy ${what}`, title: `Copy ${what}`,
    go: () => act(async () => {
      if (!navigator.clipboard) return text(); // http to a name that is not local has none: the text is shown
      await navigator.clipboard.writeText(text());
      return `Copied ${what}`;
    })});
}

export const runOf = (uid, more) => uidOf(uid, here('runs', uid), more);
export const uidOf = (uid, href, more) => h(href ? 'a.uid' : 'span.uid', {class: more, href, title: uid}, h('b', uid.slice(0, 8)), short(uid).slice(8));

export function json(value, label = 'JSON') {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2) ?? '';
  const parts = text.split(/("(?:[^"\\]|\\.)*"\s*:)/).map(part => (/^".*:$/s.test(part) ? h('i', part) : part));
  return h('pre.json', {tabindex: 0, role: 'region', 'aria-label': label}, parts);
}

export function bodyOf(body, label) {
  if (!body?.size) return h('p.faint', 'no body');
  let value = body.text;
  try { value = JSON.parse(body.text); } catch { /* shown as text */ }
  return json(value, label);
}

export const facts = (kind, ...rows) => h('dl', {class: kind}, rows.filter(Boolean).map(([name, ...value]) => h('div', {key: name}, h('dt', name), h('dd', value))));

/* columns: [title, class, whether it is of writes; readers alone see its title]. At 390 px the rows of `rows` are blocks,
 * and roles say that they are a table. */
const ofReader = ([, , write]) => !write || canWrite();

export function table(caption, kind, columns, rows, none) {
  return h('div.card', {key: 'list'}, rows.length ? h('table', {class: kind, role: 'table'}, h('caption.sr', caption),
    h('thead', {role: 'rowgroup'}, h('tr', {role: 'row'}, columns.filter(ofReader).map(([title, more, write]) =>
      h('th', {scope: 'col', role: 'columnheader', class: more}, write ? h('span.sr', title) : title)))),
    h('tbody', {role: 'rowgroup'}, rows)) : none);
}

export const panes = (list, open) => h('div.panes', {key: 'panes'}, h('div', list), open);

/* The rows of the list may have moved: the one that is open stays in view. */
function reveal(node) {
  document.querySelector('tr[aria-current]')?.scrollIntoView({block: 'nearest'});
  if (node.getBoundingClientRect().top < 0) node.scrollIntoView();
}

/* Where the screen is narrow, what was chosen stands in the place of the list. */
export function detail(key, label, title, meta, ...sections) {
  const {view, id, query} = page.route, chosen = id || query.has('schedule') || query.has('callback'), run = query.get('run');
  return h('article.card.detail', {key, class: chosen && 'chosen', 'aria-label': label, made: reveal},
    h('header', h('h2', title), chosen && h('a.b.ghost.small', {href: here(view, null, run && {run}), 'aria-label': 'Back to the list'}, icon('close')), h('p.meta', meta)), sections);
}

export const card = (id, title, beside, ...content) => h('section.card', {key: id, id, 'aria-labelledby': `${id}-title`}, h('div.cardhead', h('h2', {id: `${id}-title`}, title), beside), content);

/* `name` is the last part of the link of what it is about. The whole row follows its link of the class `whole`. */
export const row = (columns, name, props, ...cells) => h('tr', {key: name, role: 'row', 'data-row': name, ...props},
  columns.map((column, i) => ofReader(column) && h('td', {class: column[1], role: 'cell', 'data-title': column[0]}, cells[i])));

export const empty = (title, ...content) => h('div.empty', h('h2', title), content);
export const stop = (title, ...content) => h('div.empty', h('h1', {tabindex: -1}, title), content); // in the place of a view

export const isWaiting = callback => callback.status === 'PENDING';
export const isOk = attempt => attempt.http_status >= 200 && attempt.http_status < 300;

export const faint = (...text) => h('span.faint', ...text);
export const quiet = (...text) => h('span.quiet', ...text);
export const mono = (...text) => h('span.mono', ...text);
export const outputsOf = each => [count(each.outputs, 'output'), ' of ', mono(each.step_uid)];
export const breaks = text => text.split(/(?<=[_.:/])/).map(part => [part, h('wbr')]); // between words
export const dash = () => faint('–');
export const number = n => (n ? h('span', n) : faint(0));

export const heading = (title, ...more) => h('div.head', h('h1', {tabindex: -1}, title), more);
export const grow = h('span.grow');

export function search(label, of = page) {
  return h('input', {type: 'search', placeholder: label, 'aria-label': label, 'aria-keyshortcuts': '/', value: of.filter, oninput: event => setFilter(event.target.value.toLowerCase())});
}

export const matches = (...texts) => texts.join(' ').toLowerCase().includes(page.filter.trim());

/* `load` fetches what is older than the last row. */
export function older(data, load) {
  if (!(data.total > data.rows.length)) return null;
  return h('p.more', {key: 'older'}, button('Load older', {go: () => act(async () => {
    const {rows} = await load(data.rows.at(-1)), known = new Set(data.rows.map(keyOf));
    data.rows.push(...rows.filter(each => !known.has(keyOf(each))));
  })}), quiet(` ${data.rows.length} of ${data.total}`));
}

export const showAll = (all, shown, go) => all > shown && h('p.more', button(`Show all ${all}`, {go}));

export const field = (label, control, hint) => h('label.field', {key: label}, h('span', label), control, hint && h('small', hint));

export const segment = (label, ...buttons) => h('div.seg', {role: 'group', 'aria-label': label}, buttons);
