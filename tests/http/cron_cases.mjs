// Writes cron_cases.json: what cron-parser makes of expressions around the changes of daylight
// saving. npm install cron-parser@5 && node cron_cases.mjs > cron_cases.json
//
// Left out: what it cannot say of Lord Howe's half-hour changes ("loop limit exceeded"), and its
// October, where it misses the half hour after the gap.
import { CronExpressionParser } from 'cron-parser';

const changes = {
  'Europe/Paris': ['2026-03-28T23:10:00Z', '2026-10-24T23:10:00Z'],
  'America/New_York': ['2026-03-08T05:10:00Z', '2026-11-01T04:10:00Z'],
  'America/St_Johns': ['2026-03-08T03:40:00Z', '2026-11-01T02:40:00Z'],
  'Australia/Lord_Howe': ['2026-04-04T13:10:00Z'],
  'Asia/Kolkata': ['2026-03-28T23:10:00Z'],
};
const expressions = [
  '*/30 * * * *', '0 * * * *', '*/15 */1 * * *', '*/30 0-23 * * *', '7 * * * 0', '0 */2 * * *', '0 9 * * *',
  '0 9 * * 1-5', '30 2 * * *', '30 1 * * *', '15 1,2 * * *', '0 0 1 * *', '59 23 * * 6',
];

function next(expression, tz, currentDate, count) {
  try {
    const found = CronExpressionParser.parse(expression, { tz, currentDate });
    return Array.from({ length: count }, () => found.next().toISOString());
  } catch {
    return undefined;
  }
}

const cases = Object.entries(changes).flatMap(([zone, starts]) =>
  starts.flatMap((start) => expressions.map((each) => [each, zone, start, next(each, zone, start, 6)])))
  .filter((each) => each[3]);
console.log('[\n' + cases.map((each) => JSON.stringify(each)).join(',\n') + '\n]');
