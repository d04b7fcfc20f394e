/**
 * The time of a series in the reader's words. Regions count seconds since its first row; what that row's own
 * time is stands in the facts: a moment with a zone, shown in the reader's; one without, shown as written; or a number.
 */

import { inLocale } from "./i18n";
import type { Item } from "./types";

export type Clock = "utc" | "local" | "plain";

export interface Origin {
  readonly clock: Clock;
  /** Milliseconds since 1970, or a plain number of seconds. */
  readonly start: number;
}

export function originOf(item: Item): Origin {
  const facts = item.assets?.find((one) => one.role === "original")?.facts ?? {};
  const { start } = facts;
  if (typeof start === "number") return { clock: "plain", start };
  const text = String(start ?? "1970-01-01T00:00:00");
  const isZoned = text.endsWith("Z");
  return { clock: isZoned ? "utc" : "local", start: Date.parse(isZoned ? text : `${text}Z`) };
}

export function dateFormat(origin: Origin, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const zone = origin.clock === "local" ? { timeZone: "UTC" } : {};
  return inLocale((locale) => new Intl.DateTimeFormat(locale, { ...options, ...zone, hourCycle: "h23" }));
}

/** A number with as many digits as it needs, and no more than say anything. */
export function plainNumber(value: number, digits = 7): string {
  const exact = Number(value.toPrecision(15));
  return inLocale((locale) => new Intl.NumberFormat(locale, { maximumSignificantDigits: digits })).format(exact);
}

/** Moments of one series in words, to the millisecond where they have any. */
export function momentsOf(item: Item): (seconds: number) => string {
  const origin = originOf(item);
  if (origin.clock === "plain") {
    const numbers = inLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }));
    return (seconds) => numbers.format(origin.start + seconds);
  }
  const whole = { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" } as const;
  const forms = [whole, { ...whole, second: "2-digit" }, { ...whole, second: "2-digit", fractionalSecondDigits: 3 }] as const;
  const made = forms.map((one) => dateFormat(origin, one));
  return (seconds) => {
    const at = Math.round(origin.start + seconds * 1000);
    const form = at % 60_000 === 0 ? 0 : at % 1000 === 0 ? 1 : 2;
    return (made[form] as Intl.DateTimeFormat).format(at);
  };
}

const DAY = 86_400;

/** From one moment to another, as short as the length of the series allows. */
export function rangeOf(item: Item, from: number, to: number): string {
  const origin = originOf(item);
  if (origin.clock === "plain") {
    const told = momentsOf(item);
    return from === to ? told(from) : `${told(from)}–${told(to)}`;
  }
  const seconds = Number(item.assets?.find((one) => one.role === "original")?.facts?.seconds ?? 0);
  const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  const isShort = seconds < DAY;
  const format = dateFormat(origin, isShort ? { ...clock, second: "2-digit" } : { day: "numeric", month: "short", ...clock });
  const [start, end] = [from, to].map((one) => Math.round(origin.start + one * 1000)) as [number, number];
  return from === to ? format.format(start) : format.formatRange(start, end);
}
