/* The life of a run as a list: the accessible form of the timeline, and the only one where the screen is narrow. */
import {goThere, happens, hasTime, nextAttempt, nowText} from './clock.js';
import {h} from './dom.js';
import {count, day, short, time} from './format.js';
import {here} from './page.js';
import {card, outputsOf, quiet, showAll} from './parts.js';
import {code, icon, shownOf, tone, word} from './status.js';

const FIRST = 100;
let showsAll; // of this run

const byAt = (a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
const sentence = text => text[0].toUpperCase() + text.slice(1);

export function causeOf(cause, requests) {
  if (cause?.kind === 'plan') return 'by its plan';
  if (cause?.kind === 'schedule') return h('a', {href: here('schedules', null, {schedule: cause.schedule_uid})}, `by schedule ${short(cause.schedule_uid)}`);
  if (cause?.kind === 'hand') return 'by hand';
  const request = cause && requests.find(each => each.request_id === cause.request_id);
  return cause && [h('a', {href: here('requests', cause.request_id)}, `by ${request?.operation || 'a call'}`), request?.workspace_header && ' from this page'];
}

/* Calls in a row with the same reply are one item. */
function merge(items) {
  const merged = [], same = (a, b) => a && b && a.operation === b.operation && a.status === b.status;
  for (const item of items) {
    if (same(merged.at(-1)?.request, item.request)) merged.at(-1).times++;
    else merged.push({...item, times: 1});
  }
  return merged;
}

/* In one instant a call comes before what it changed, and a callback before the run leaves the status that it tells. */
function pastOf(uid, life) {
  const past = life.past.map((each, place) => ({...each, place, to: shownOf(each.to || 'CREATED')}));
  const leaving = (at, status) => past.find(each => status && each.at === at && shownOf(each.from) === status)?.place ?? Infinity;
  const requests = life.requests.map(request => {
    const {at, place} = past.find(each => each.cause?.request_id === request.request_id) || {at: request.at, place: request.past_count};
    return {at, place, request, glyph: 'REQUEST', why: request.workspace_header && 'by this page', what: times => [
      h('a', {href: times > 1 ? here('requests', null, {run: uid}) : here('requests', request.request_id)}, request.operation || `${request.method} ${request.path}`), times > 1 && ` ×${times}`, ' ', code(request.status)]};
  });
  const changes = past.map(each => ({at: each.at, place: each.place, why: causeOf(each.cause, life.requests), ...(each.step_uid
    ? {glyph: 'OUTPUTS', what: () => outputsOf(each)} : {glyph: each.to, tone: tone(each.to), what: () => word(each.to)})}));
  const attempts = life.callbacks.flatMap((callback, i) => callback.attempts.map((attempt, nth) => ({
    at: attempt.at, place: leaving(attempt.at, callback.flow_run_status), glyph: 'CALLBACK', why: attempt.http_status == null && attempt.error, what: () => [
      h('a', {href: here('callbacks', null, {callback: callback.uid})}, `Callback ${i + 1}`), nth ? `, attempt ${attempt.attempt} ` : `, ${count(callback.results_count || 0, 'result')} `, code(attempt.http_status)]})));
  return merge([...attempts, ...requests, ...changes].sort((a, b) => byAt(a, b) || a.place - b.place || 0)).reverse();
}

function comingOf(life) {
  const plan = life.next.map(each => ({at: each.at, ...(each.step_uid ? {glyph: 'OUTPUTS', what: outputsOf(each)} : {glyph: shownOf(each.to), what: sentence(happens(each.event))})}));
  const attempts = life.callbacks.map((each, i) => hasTime(each) && {at: each.next_attempt_at, glyph: 'CALLBACK', what: `Callback ${i + 1}, ${nextAttempt(each)}`});
  return [...plan, ...attempts.filter(Boolean)].sort(byAt).slice(0, FIRST).reverse();
}

const line = (key, more, item, what, ...behind) => h('li', {key, class: more}, h('time', {datetime: item.at, title: item.at}, time(item.at)),
  h('span.node', {class: item.tone}, icon(item.glyph)), h('span.say', what, item.why && [' ', h('small', item.why)]), behind);

export function lifeList(uid, life) {
  const past = pastOf(uid, life), shown = showsAll === uid ? past : past.slice(0, FIRST);
  return card('life', 'Life', quiet('newest first; what is to come is on top'),
    h('ol.life', {reversed: true}, comingOf(life).map(item => line(`plan ${item.at} ${item.glyph}`, 'plan', item, item.what, goThere(item.at))),
      h('li.nowrow', {key: 'now'}, h('time', {datetime: nowText()}, time(nowText())), h('span.node'), h('b', 'now ', h('small', day(nowText())))),
      shown.map((item, i) => line(past.length - i, '', item, item.what(item.times)))),
    showAll(past.length, shown.length, () => { showsAll = uid; }));
}
