/* Glyphs, and statuses: each has a shape, a word and a colour, so that none is told by colour alone. */
import {h, s} from './dom.js';

const RING = 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11';
const DISC = 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13';

/* On 16 by 16: [class, path] of each part. cut: cut out of what is filled. */
const GLYPHS = {
  CREATED: [['line dots', RING]],
  SCHEDULED: [['line', `${RING}M8 5v3.2l2.2 1.3`]],
  QUEUED: [['line', 'M2.5 4.5h11M2.5 8h11M2.5 11.5h6']],
  RUNNING: [['line', RING], ['fill', 'M6.5 5.4v5.2L10.8 8z']],
  BLOCKED: [['fill', 'M8 1.6 15 14H1z'], ['cut', 'M8 6v3.6M8 11.6v.2']],
  STOPPED: [['fill', 'M3 3h10v10H3z']],
  CANCELLED: [['line', `${RING}M4.2 11.8l7.6-7.6`]],
  FAILED: [['fill', DISC], ['cut', 'M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8']],
  INVALID: [['fill', 'M8 .9 15.1 8 8 15.1.9 8z'], ['cut', 'M5.2 8h5.6']],
  PARTIAL_SUCCEEDED: [['line', RING], ['fill', 'M8 2.5a5.5 5.5 0 0 0 0 11z']],
  SUCCEEDED: [['fill', DISC], ['cut', 'M5 8.3l2.1 2.1L11.2 6']],
  OUTPUTS: [['line', 'M2.5 9v4h11V9M8 2.5v7M5 6.8l3 3 3-3']],
  CALLBACK: [['line', 'M3 12.5 12.5 3M6 3h6.5v6.5']],
  REQUEST: [['line', 'M5.5 5.5 3 8l2.5 2.5M10.5 5.5 13 8l-2.5 2.5']],
  step: [['fill', 'M3 3.2v9.6L10.5 8z'], ['line', 'M12.5 3v10']],
  frozen: [['line', 'M8 1.5v13M2.4 4.8l11.2 6.4M2.4 11.2l11.2-6.4M6.2 2.6 8 4.2l1.8-1.6M6.2 13.4 8 11.8l1.8 1.6']],
  copy: [['line', 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3']],
  go: [['line', 'M2.5 8h10M8.5 4l4 4-4 4']],
  down: [['line', 'M4 6l4 4 4-4']],
  plus: [['line', 'M8 3v10M3 8h10']],
  pause: [['fill', 'M4 3h3v10H4zM9 3h3v10H9z']],
  again: [['line', 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3']],
  close: [['line', 'M4 4l8 8M12 4l-8 8']],
};
const SAME = {ACTIVE: 'SCHEDULED', PENDING: 'SCHEDULED', real: 'SCHEDULED', COMPLETED: 'SUCCEEDED', SUCCESS: 'SUCCEEDED', PAUSED: 'pause'};

const WORDS = {PENDING: 'Waiting', SUCCESS: 'Delivered', PARTIAL_SUCCEEDED: 'Partial'};
const TONES = {
  RUNNING: 'run', ACTIVE: 'run', SUCCEEDED: 'good', SUCCESS: 'good', COMPLETED: 'good', PARTIAL_SUCCEEDED: 'warn', BLOCKED: 'warn',
  FAILED: 'bad', INVALID: 'bad',
};

/* What the API shows of a run in a state: it does not tell a cancelled one apart. */
const SHOWN = {CANCELLED: 'STOPPED', CANCELLED_FAILED: 'FAILED'};
export const shownOf = state => SHOWN[state] || state;

export const word = status => WORDS[status] || status.charAt(0) + status.slice(1).toLowerCase().replaceAll('_', ' ');
export const tone = status => TONES[status] || 'idle';

export function icon(name, more = '', place = {}) {
  const parts = GLYPHS[SAME[name] || name] || GLYPHS.CREATED;
  return s('svg', {viewBox: '0 0 16 16', class: `icon ${more}`, 'aria-hidden': 'true', ...place},
    parts.map(([kind, d]) => s('path', {class: kind, d})));
}

export const verdict = ok => (ok ? icon('SUCCEEDED', 'good') : icon('FAILED', 'bad'));

export function statusOf(status, more = '') {
  return h('span', {class: `status ${tone(status)} ${more}`, title: status}, icon(status), word(status));
}

/* An HTTP status. Only what was refused is coloured. */
export const code = status => h('span.code', {class: (status == null || status >= 400) && 'bad'}, status ?? 'no reply');
