// A month: which one is asked for, the bar that turns to others, and its days side by side or a week a row.
import type { ComponentChildren } from 'preact';
import { addDays, day, t, today, weekday } from '../words';
import { Button } from './basics';
import { Icon } from './icon';

export type Turned = { first: string; last: string; next: string; before: string };

// The month of ?month=2026-07, else this one: its first and last day, and the first of the next and of the one before.
export function monthOf(query: URLSearchParams): Turned {
    const wanted = query.get('month');
    const first = `${wanted && /^\d{4}-(0[1-9]|1[0-2])$/.test(wanted) ? wanted : today().slice(0, 7)}-01`;
    const next = `${addDays(first, 31).slice(0, 7)}-01`;
    return { first, last: addDays(next, -1), next, before: `${addDays(first, -1).slice(0, 7)}-01` };
}

export function MonthBar({ of, show }: { of: Turned; show: (date: string) => void }) {
    return (
        <div class="month-bar">
            <div class="month-turn">
                <button type="button" class="icon-button" aria-label={t('monthBefore')} onClick={() => show(of.before)}>
                    <Icon name="back" />
                </button>
                <p class="month-name" aria-live="polite">
                    {day(of.first, 'month')}
                </p>
                <button type="button" class="icon-button" aria-label={t('monthAfter')} onClick={() => show(of.next)}>
                    <Icon name="next" />
                </button>
            </div>
            <Button kind="quiet" onClick={() => show(today())}>
                {t('today')}
            </Button>
        </div>
    );
}

// The head of a table with a column a day. what: says to a screen reader what the first column is.
export function DayHeads({ dates, what }: { dates: string[]; what: string }) {
    return (
        <thead>
            <tr>
                <th scope="col">
                    <span class="hidden">{what}</span>
                </th>
                {dates.map((d) => (
                    <th key={d} scope="col" class={`${weekday(d) > 4 ? 'weekend' : ''}${d === today() ? ' now' : ''}`}>
                        <abbr title={day(d, 'long')}>
                            <span class="matrix-week">{day(d, 'initial')}</span>
                            {Number(d.slice(8))}
                        </abbr>
                    </th>
                ))}
            </tr>
        </thead>
    );
}

export function WeekTable<T extends { date: string }>({ label, days, walk, cell }: {
    label: string;
    days: T[]; // at least one
    walk: (e: KeyboardEvent) => void;
    cell: (d: T) => ComponentChildren;
}) {
    const first = days[0]!.date;
    const cells: (T | null)[] = [...Array.from({ length: weekday(first) }, () => null), ...days];
    while (cells.length % 7) cells.push(null);
    const weeks = Array.from({ length: cells.length / 7 }, (_, i) => cells.slice(i * 7, i * 7 + 7));
    const monday = addDays(first, -weekday(first));
    return (
        <table class="month" role="grid" aria-label={`${label}, ${day(first, 'month')}`} onKeyDown={walk}>
            <thead>
                <tr>
                    {Array.from({ length: 7 }, (_, i) => (
                        <th key={i} scope="col">
                            {day(addDays(monday, i), 'weekday')}
                        </th>
                    ))}
                </tr>
            </thead>
            <tbody>
                {weeks.map((w, i) => (
                    <tr key={i}>
                        {w.map((d, k) => (
                            <td key={k}>{d && cell(d)}</td>
                        ))}
                    </tr>
                ))}
            </tbody>
        </table>
    );
}
