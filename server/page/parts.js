/* The parts that views are made of. */
import {h} from './dom.js';
import {short} from './format.js';
import {act, canWrite, page, paint, toast} from './page.js';
import {icon} from './status.js';

/* options: icon, after (an icon behind), kind (classes), hint (a key), title, aria (a label for readers), key, pressed,
 * go (what it does), why (the reason why it does nothing now: it can be reached, and says it). */
export function button(label, options = {}) {
  const {key, kind, hint, title, aria, pressed, why, go} = options, id = why && `why-${label.replaceAll(' ', '-')}`;
  const control = h('button.b', {
    key, type: 'button', class: kind, title, 'aria-label': aria, 'aria-keyshortcuts': hint, 'aria-pressed': pressed == null ? null : String(pressed),
    'aria-disabled': why && 'true', 'aria-describedby': id, onclick: why ? () => toast(why) : go,
  }, options.icon && icon(options.icon), label && h('span', label), options.after && icon(options.after), hint && h('kbd', {'aria-hidden': 'true'}, hint));
  return why ? h('span.refused', {key}, control, h('span.why', {role: 'tooltip', id}, why)) : control;
}

/* A form that is sent by the script: `send` gets its elements. */
export function form(kind, send, ...children) {
  return h('form', {class: kind, onsubmit: event => {
    event.preventDefault();
    send(event.target.elements);
  }}, children);
}

export const submit = (label, kind) => h('button.b', {type: 'submit', class: kind}, label);

export function copyButton(label, what, text, more = {}) {
  return button(label, {icon: 'copy', aria: label ? null : `Copy ${what}`, title: `Copy ${what}`, ...more,
    go: () => act(async () => {
      if (!navigator.clipboard) return text(); // http to a name that is not local has none: the text is shown
      await navigator.clipboard.writeText(text());
      return `Copied ${what}`;
    })});
}

export const uidOf = (uid, href, more) => h(href ? 'a.uid' : 'span.uid', {class: more, href, title: uid}, h('b', uid.slice(0, 8)), short(uid).slice(8));

/* Pretty JSON, its keys quiet. */
export function json(value, label = 'JSON') {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2) ?? '';
  const parts = text.split(/("(?:[^"\\]|\\.)*"\s*:)/).map(part => (/^".*:$/s.test(part) ? h('i', part) : part));
  return h('pre.json', {tabindex: 0, role: 'region', 'aria-label': label}, parts);
}

/* A body as it came: JSON is made pretty, anything else stays as it is. */
export function bodyOf(body, label) {
  if (!body?.size) return h('p.faint', 'no body');
  let value = body.text;
  try { value = JSON.parse(body.text); } catch { /* shown as text */ }
  return json(value, label);
}

export const facts = (kind, ...rows) => h('dl', {class: kind}, rows.filter(Boolean).map(([name, ...value]) => h('div', {key: name}, h('dt', name), h('dd', value))));

/* columns: [title, class, whether readers alone see it; then it is of writes]. At 390 px the rows of `rows` are blocks,
 * and roles say again that they are a table. */
export function table(caption, kind, columns, rows) {
  return h('table', {class: kind, role: 'table'}, h('caption.sr', caption),
    h('thead', {role: 'rowgroup'}, h('tr', {role: 'row'}, columns.filter(([, , write]) => !write || canWrite()).map(([title, more, write]) =>
      h('th', {scope: 'col', role: 'columnheader', class: more}, write ? h('span.sr', title) : title)))),
    h('tbody', {role: 'rowgroup'}, rows));
}

/* A list, and beside it the one that is open. */
export const panes = (list, open) => h('div.panes', {key: 'panes', class: open ? '' : 'alone'}, h('div.list', list), open);

/* `name` is the last part of the link of what the row is about. The whole row follows its link of the class `whole`. */
export const row = (name, props, ...cells) => h('tr', {key: name, role: 'row', 'data-row': name, ...props}, cells);
export const cell = (more, ...content) => h('td', {class: more, role: 'cell'}, content);

export const empty = (title, ...content) => h('div.empty', h('h2', title), content);

export const faint = (...text) => h('span.faint', ...text);
export const quiet = (...text) => h('span.quiet', ...text);
export const mono = (...text) => h('span.mono', ...text);
export const dash = () => faint('–');
export const number = n => (n ? h('span', n) : faint(0));

/* One dot each for n things, with its class. */
export function pips(label, n, classOf) {
  return h('span.pips', {role: 'img', 'aria-label': label, title: label}, Array.from({length: n}, (_, i) => h('i', {class: classOf(i)})));
}

export const heading = (title, ...more) => h('div.head', h('h1', {tabindex: -1}, title), more);
export const grow = h('span.grow');

/* The filter of the view: the words that a row has to have. */
export function search(label) {
  return h('input', {type: 'search', placeholder: label, 'aria-label': label, 'aria-keyshortcuts': '/', value: page.filter, oninput: event => {
    page.filter = event.target.value.trim().toLowerCase();
    paint();
  }});
}

export const matches = (...texts) => texts.join(' ').toLowerCase().includes(page.filter);

/* Under a list that has not all: `load` fetches what is older than the last row. */
export function older(data, load) {
  if (!(data.total > data.rows.length)) return null;
  return h('p.more', {key: 'older'}, button('Load older', {go: () => act(async () => {
    data.rows.push(...await load(data.rows.at(-1)));
    data.older = true;
  })}), quiet(` ${data.rows.length} of ${data.total}`));
}

export const field = (label, control) => h('label.field', {key: label}, h('span', label), control);

export const segment = (label, ...buttons) => h('div.seg', {role: 'group', 'aria-label': label}, buttons);
