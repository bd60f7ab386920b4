// Words, numbers, dates and amounts in the language of the page. The words themselves are in catalogue.ts.
import { catalogue } from './catalogue';
import type { Lang, Text } from './types';

type Plural = { one: string; other: string };
type Whole = typeof catalogue;
export type Key = keyof Whole;

// The {names} in a text: what t() must be given with it.
type Names<S> = S extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never;
type NamesOf<E> = E extends { one: infer A; other: infer B } ? Names<A> | Names<B> | 'n' : Names<E>;
type Args<K extends Key> = NamesOf<Whole[K]['en']>;
type Given<K extends Key> = [Args<K>] extends [never]
    ? []
    : [values: { [N in Args<K>]: N extends 'n' ? number : string }];
// Keys whose texts need nothing: what a table of enum values may name.
export type Plain = { [K in Key]: [Args<K>] extends [never] ? K : never }[Key];

const locales: Record<Lang, string> = { en: 'en-GB', fr: 'fr-FR' };
let current: Lang = 'en';
const made = new Map<string, unknown>();

export function lang(): Lang {
    return current;
}

export function setLang(l: Lang): void {
    current = l;
    made.clear();
    document.documentElement.lang = l;
}

// Null when the browser asks for neither.
export function langOfBrowser(): Lang | null {
    const first = navigator.languages.find((l) => /^(en|fr)\b/i.test(l));
    return first ? (first.toLowerCase().startsWith('fr') ? 'fr' : 'en') : null;
}

// Formatters are slow to make and quick to use.
function keep<T>(name: string, make: () => T): T {
    const key = `${current} ${name}`;
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as T;
}

// French puts a space that does not break before these, and inside guillemets.
function typeset(s: string): string {
    if (current !== 'fr') return s;
    return s.replace(/ (?=[;!?»])/g, '\u202f').replace(/ :/g, '\u00a0:').replace(/« /g, '«\u202f');
}

export function t<K extends Key>(key: K, ...[values]: Given<K>): string {
    const entry: string | Plural = catalogue[key][current];
    const given = (values ?? {}) as Record<string, string | number>;
    let text: string;
    if (typeof entry === 'string') {
        text = entry;
    } else {
        const rules = keep('plural', () => new Intl.PluralRules(locales[current]));
        text = rules.select(Number(given['n'])) === 'one' ? entry.one : entry.other;
    }
    return typeset(text).replace(/\{(\w+)\}/g, (all, name: string) => {
        const v = given[name];
        return v === undefined ? all : typeof v === 'number' ? number(v) : v;
    });
}

export function pick(text: Text): string {
    return said(text[current]);
}

// A text of the server, which begins in small letters where it may go on a sentence, set as the page's own are.
export function said(s: string): string {
    return s && typeset(s[0]!.toLocaleUpperCase(current) + s.slice(1));
}

export function number(n: number): string {
    return keep('number', () => new Intl.NumberFormat(locales[current])).format(n);
}

// An amount is exact: it stays a decimal string until the formatter has it.
export function money(amount: string, currency: string): string {
    try {
        const f = keep(`money ${currency}`, () => new Intl.NumberFormat(locales[current], { style: 'currency', currency }));
        return f.format(amount as Intl.StringNumericLiteral);
    } catch {
        return `${amount} ${currency}`;
    }
}

// The same without the currency and without idle zeros, where there is little room: "120", "120,50".
export function shortMoney(amount: string): string {
    const places = /\.0*$/.test(amount) ? 0 : (amount.split('.')[1]?.length ?? 0);
    const digits = { minimumFractionDigits: places, maximumFractionDigits: places };
    const f = keep(`short ${places}`, () => new Intl.NumberFormat(locales[current], digits));
    return f.format(amount as Intl.StringNumericLiteral);
}

export function bytes(n: number): string {
    const [unit, size] = n < 1000 ? (['byte', n] as const) : n < 1e6 ? (['kilobyte', n / 1e3] as const) : (['megabyte', n / 1e6] as const);
    const unitDisplay = unit === 'byte' ? 'long' : 'short';
    return keep(
        unit,
        () => new Intl.NumberFormat(locales[current], { style: 'unit', unit, unitDisplay, maximumFractionDigits: 1 }),
    ).format(size);
}

// --- days: "2027-01-05", without any zone ---

const DAY = 86400000;

function utc(day: string): number {
    return Date.parse(`${day}T00:00:00Z`);
}

export function addDays(day: string, n: number): string {
    return new Date(utc(day) + n * DAY).toISOString().slice(0, 10);
}

export function nights(from: string, to: string): number {
    return Math.round((utc(to) - utc(from)) / DAY);
}

// Monday is 0.
export function weekday(day: string): number {
    return (new Date(utc(day)).getUTCDay() + 6) % 7;
}

const dayForms = {
    short: { day: 'numeric', month: 'short' },
    medium: { day: 'numeric', month: 'short', year: 'numeric' },
    long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
    month: { month: 'long', year: 'numeric' },
    weekday: { weekday: 'short' },
    initial: { weekday: 'narrow' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;
export type DayForm = keyof typeof dayForms;

function dayFormat(form: DayForm): Intl.DateTimeFormat {
    return keep(`day ${form}`, () => new Intl.DateTimeFormat(locales[current], { timeZone: 'UTC', ...dayForms[form] }));
}

export function day(d: string, form: DayForm = 'medium'): string {
    return dayFormat(form).format(utc(d));
}

export function stay(arrival: string, departure: string): string {
    return dayFormat('medium').formatRange(utc(arrival), utc(departure));
}

// --- instants, in the hotel's zone ---

let zone = 'UTC';
export function setZone(z: string): void {
    zone = z;
    made.clear();
}

export function today(): string {
    // Sweden writes dates as ISO 8601 does.
    return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date());
}

export function moment(instant: string): string {
    const f = keep('moment', () => new Intl.DateTimeFormat(locales[current], { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' }));
    return f.format(new Date(instant));
}

export function exactMoment(instant: string): string {
    const f = keep('exact', () => new Intl.DateTimeFormat(locales[current], { timeZone: zone, dateStyle: 'long', timeStyle: 'long' }));
    return f.format(new Date(instant));
}

// "5 minutes ago", up to a day; then the moment itself.
export function ago(instant: string): string {
    const s = Math.round((Date.parse(instant) - Date.now()) / 1000);
    const f = keep('ago', () => new Intl.RelativeTimeFormat(locales[current], { numeric: 'auto' }));
    if (s > -45 && s < 45) return t('justNow');
    if (Math.abs(s) < 3600) return f.format(Math.round(s / 60), 'minute');
    if (Math.abs(s) < DAY / 1000) return f.format(Math.round(s / 3600), 'hour');
    return moment(instant);
}
