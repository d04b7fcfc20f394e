/** Where numbers stand on the axes: round values, and moments as calendars and clocks divide them. */

import { dateFormat, plainNumber, type Origin } from "../../core/moments";
import { inLocale } from "../../core/i18n";
import { timeAt, type TimeView } from "../../geometry/timeline";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;
/** Of what lengths, in milliseconds, a clock divides time below a month. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500], ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE), ...[1, 2, 3, 6, 12].map((n) => n * HOUR), ...[1, 2, 7, 14].map((n) => n * DAY),
];
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200];

export interface Tick {
  /** Seconds since the first row, or a value. */
  readonly at: number;
  readonly text: string;
}

/** Moments for the ruler, at least `apart` pixels from each other. */
export function timeTicks(view: TimeView, width: number, apart: number, origin: Origin): readonly Tick[] {
  if (origin.clock === "plain") {
    const shift = origin.start;
    const from = view.start + shift;
    const { values, digits } = roundValues(from, timeAt(view, width) + shift, width / apart);
    const format = inLocale((locale) => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
    return values.map((value) => ({ at: value - shift, text: format.format(value) }));
  }
  const least = (apart / view.scale) * 1000;
  const [from, to] = [view.start, timeAt(view, width)].map((seconds) => origin.start + seconds * 1000) as [number, number];
  const step = STEPS.find((one) => one >= least);
  const moments = step === undefined ? wholeMonths(from, to, least, origin) : wholeSteps(from, to, step, origin);
  const format = formatFor(step ?? MONTH, step === undefined && least > 11 * MONTH, origin);
  return moments.map((moment) => ({ at: (moment - origin.start) / 1000, text: format(moment) }));
}

/** How many milliseconds the reader's clock is ahead of UTC at a moment. */
function ahead(moment: number, origin: Origin): number {
  return origin.clock === "utc" ? -new Date(moment).getTimezoneOffset() * MINUTE : 0;
}

function wholeSteps(from: number, to: number, step: number, origin: Origin): number[] {
  const shift = ahead(from, origin);
  // Weeks begin on Mondays: the first of 1970 was the fifth day.
  const week = step % (7 * DAY) === 0 ? 4 * DAY : 0;
  const found: number[] = [];
  for (let at = Math.ceil((from + shift - week) / step) * step + week; at <= to + shift; at += step) found.push(at - shift);
  return found;
}

function wholeMonths(from: number, to: number, least: number, origin: Origin): number[] {
  const step = MONTHS.find((one) => one * MONTH >= least) ?? 1200;
  const first = new Date(from + ahead(from, origin));
  const found: number[] = [];
  for (let month = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / step) * step; ; month += step) {
    const date = new Date(0);
    date.setUTCFullYear(Math.floor(month / 12), month % 12, 1);
    const at = date.getTime() - ahead(date.getTime(), origin);
    if (at > to) return found;
    if (at >= from) found.push(at);
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(step: number, isYears: boolean, origin: Origin): (moment: number) => string {
  const clock = { hour: "2-digit", minute: "2-digit" } as const;
  const kept = (name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    const key = `${origin.clock}:${name}`;
    const known = formats.get(key) ?? dateFormat(origin, options);
    formats.set(key, known);
    return known;
  };
  const day = kept("day", { day: "numeric", month: "short" });
  const year = kept("year", { year: "numeric" });
  const within = isYears ? year
    : step >= MONTH ? kept("month", { month: "short", year: "numeric" })
    : step >= DAY ? day
    : step >= MINUTE ? kept("clock", clock)
    : step >= SECOND ? kept("seconds", { ...clock, second: "2-digit" })
    : kept("fine", { ...clock, second: "2-digit", fractionalSecondDigits: 3 });
  // Where a day begins, the day itself says more than 00:00.
  const isMidnight = (moment: number): boolean => (moment + ahead(moment, origin)) % DAY === 0;
  return (moment) => (step < DAY && isMidnight(moment) ? day : within).format(moment);
}

/** About so many round values between two others, and how many decimals tell them apart. */
export function roundValues(from: number, to: number, most: number): { readonly values: readonly number[]; readonly digits: number } {
  const rough = Math.max((to - from) / Math.max(most, 1), Number.MIN_VALUE * 1e6);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999) ?? 10 * power;
  const values: number[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index <= to / step + 1e-9 && values.length < 100; index++) {
    values.push(Number((index * step).toPrecision(12)));
  }
  return { values, digits: Math.max(0, Math.min(12, -Math.floor(Math.log10(step) + 1e-9))) };
}

/** Values for a strip of this height. */
export function valueTicks(low: number, high: number, height: number): readonly Tick[] {
  if (!(high > low)) return [{ at: low, text: plainNumber(low, 5) }];
  const { values } = roundValues(low, high, Math.max(1, Math.floor(height / 34)));
  return values.map((value) => ({ at: value, text: plainNumber(value, 5) }));
}
