/** Formats numbers, with a constant width where possible. */

/** The value is unknown. */
export const UNKNOWN = '?';
/** There was nothing to count or measure. */
export const NOTHING = '–';

const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function count(value) {
  return value < 100_000 ? plain.format(value) : `${plain.format(value / 1000)}k`;
}

export function rate(value) {
  if (value === 0) {
    return '0';
  }
  return value < 0.1 ? value.toFixed(2) : value < 10 ? value.toFixed(1) : count(value);
}

export function percent(share) {
  return share > 0 && share < 0.1 ? `${(share * 100).toFixed(1)} %` : `${Math.round(share * 100)} %`;
}

export function dollars(value) {
  if (value === 0) {
    return '$0';
  }
  return value < 0.01 ? `$${value.toFixed(4)}` : value < 1000 ? `$${value.toFixed(2)}` : `$${plain.format(value)}`;
}

/** What answers cost in an hour; at least, if the cost of some is not known. */
export function costPerHour({ ended, priced, cost_usd_per_hour }) {
  return ended > 0 && priced === 0 ? UNKNOWN : `${priced < ended ? '≥ ' : ''}${dollars(cost_usd_per_hour)}`;
}

/** The mean cost of the answers whose cost is known. */
export function costEach({ seconds, priced, cost_usd_per_hour }) {
  return priced === 0 ? UNKNOWN : `${dollars((cost_usd_per_hour * seconds) / 3600 / priced)} an answer`;
}

/** Milliseconds in about three digits. */
export function time(millis) {
  return `${number(millis)} ${unit(millis)}`;
}

/** The median and the 95th percentile, with one unit if they share it. */
export function pair({ p50, p95 }) {
  return unit(p50) === unit(p95) ? `${number(p50)} · ${time(p95)}` : `${time(p50)} · ${time(p95)}`;
}

function unit(millis) {
  return millis < 1000 ? 'ms' : millis < 100_000 ? 's' : 'min';
}

function number(millis) {
  const value = millis < 1000 ? millis : millis < 100_000 ? millis / 1000 : millis / 60_000;
  return value === 0 ? '0' : value < 10 ? value.toFixed(1) : plain.format(value);
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function timeOfDay(instant) {
  return clock.format(new Date(instant));
}
