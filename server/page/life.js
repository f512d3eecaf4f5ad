/* The life of a run as a list: what comes, and what came. It is the accessible form of the timeline, and the only one
 * where the screen is narrow. */
import {goThere, happens, nowText, until} from './clock.js';
import {h} from './dom.js';
import {count, day, short, time} from './format.js';
import {here} from './page.js';
import {button, card, isWaiting, mono, quiet} from './parts.js';
import {code, icon, tone, word} from './status.js';

const FIRST = 100; // items that are shown at first
let showsAll = null; // the uid of the run of which all is shown

const outputsOf = each => [count(each.outputs, 'output'), ' of ', mono(each.step_uid)];
const sentence = text => text[0].toUpperCase() + text.slice(1);

export function causeOf(cause, requests) {
  if (cause?.kind === 'plan') return 'by its plan';
  if (cause?.kind === 'schedule') return h('a', {href: here('schedules', null, {schedule: cause.schedule_uid})}, `by schedule ${short(cause.schedule_uid)}`);
  if (cause?.kind === 'hand') return 'by hand';
  const request = cause && requests.find(each => each.request_id === cause.request_id);
  return cause && [h('a', {href: here('requests', cause.request_id)}, `by ${request?.operation || 'a call'}`), request?.workspace_header && ' from this page'];
}

/* Calls of the same operation with the same reply, one after the other, are one item. */
function merge(items) {
  const merged = [], same = (a, b) => a && b && a.operation === b.operation && a.status === b.status;
  for (const item of items) {
    if (same(merged.at(-1)?.request, item.request)) merged.at(-1).times++;
    else merged.push({...item, times: 1});
  }
  return merged;
}

/* In one instant a call comes before what it changed, and that before what it sent: sorting is stable. */
function pastOf(uid, life) {
  const requests = life.requests.map(request => ({at: request.at, request, glyph: 'REQUEST', why: request.workspace_header && 'by this page', what: times => [
    h('a', {href: times > 1 ? here('requests', null, {run: uid}) : here('requests', request.request_id)}, request.operation || `${request.method} ${request.path}`), times > 1 && ` ×${times}`, ' ', code(request.status)]}));
  const changes = life.past.map(each => ({at: each.at, why: causeOf(each.cause, life.requests), ...(each.step_uid
    ? {glyph: 'OUTPUTS', what: () => outputsOf(each)} : {glyph: each.to || 'CREATED', tone: tone(each.to), what: () => word(each.to || 'CREATED')})}));
  const attempts = life.callbacks.flatMap((callback, i) => callback.tries.map((attempt, nth) => ({at: attempt.at, glyph: 'CALLBACK', why: attempt.http_status == null && attempt.error, what: () => [
    h('a', {href: here('callbacks', null, {callback: callback.uid})}, `Callback ${i + 1}`), nth ? `, attempt ${nth + 1} ` : `, ${count(callback.results_count || 0, 'result')} `, code(attempt.http_status)]})));
  return merge([...requests, ...changes, ...attempts].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))).reverse();
}

function comingOf(life) {
  const plan = life.next.map(each => ({at: each.at, ...(each.step_uid ? {glyph: 'OUTPUTS', what: outputsOf(each)} : {glyph: each.to || 'CREATED', what: sentence(happens(each.event))})}));
  const attempts = life.callbacks.map((each, i) => isWaiting(each) && each.next_try_at && until(each.next_try_at) > 0 && {at: each.next_try_at, glyph: 'CALLBACK', what: `Callback ${i + 1}, attempt ${each.tries.length + 1}`});
  return [...plan, ...attempts.filter(Boolean)].sort((a, b) => (a.at < b.at ? -1 : 1)).slice(0, FIRST).reverse();
}

const line = (key, more, item, what, ...behind) => h('li', {key, class: more}, h('time', {datetime: item.at, title: item.at}, time(item.at)),
  h('span.node', {class: item.tone}, icon(item.glyph)), h('span.say', what, item.why && [' ', h('small', item.why)]), behind);

export function lifeList(uid, life) {
  const past = pastOf(uid, life), shown = showsAll === uid ? past : past.slice(0, FIRST);
  return card('life', 'Life', quiet('newest first; what is to come is on top'),
    h('ol.life', {reversed: true}, comingOf(life).map(item => line(`plan ${item.at} ${item.glyph}`, 'plan', item, item.what, goThere(item.at))),
      h('li.nowrow', {key: 'now'}, h('time', {datetime: nowText()}, time(nowText())), h('span.node'), h('b', 'now ', h('small', day(nowText())))),
      shown.map((item, i) => line(past.length - i, '', item, item.what(item.times)))),
    past.length > shown.length && h('p.more', button(`Show all ${past.length}`, {go: () => { showsAll = uid; }})));
}
