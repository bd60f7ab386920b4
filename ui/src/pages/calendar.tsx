// A month of stock by room type. Wide: all room types, a column a day. Narrow: one room type, a week a row.
import { useState } from 'preact/hooks';
import { all, asProblem, at, call, get, query as addQuery } from '../api';
import { useLoad } from '../load';
import { announce } from '../parts/announce';
import { Button, Empty, LinkButton, Shown, Tag } from '../parts/basics';
import { Dialog } from '../parts/dialog';
import { TextField } from '../parts/field';
import { DayHeads, MonthBar, monthOf, WeekTable } from '../parts/month';
import { Page } from '../parts/page';
import { History } from '../parts/history';
import { Attention, guestName, ReservationTag } from '../parts/terms';
import { useWide } from '../parts/wide';
import { refine, to, withQuery } from '../route';
import { useHotel, useMayChange } from '../session';
import type { Calendar, CalendarRoom, Night, Reservation } from '../types';
import { addDays, day, t, today, weekday } from '../words';

type Picked = { room: CalendarRoom; night: Night };

function state(n: Night): 'over' | 'full' | 'held' | 'some' | 'free' {
    if (n.oversold) return 'over';
    if (n.available <= 0) return 'full';
    if (n.held > 0) return 'held';
    return n.sold > 0 || n.outOfOrder > 0 ? 'some' : 'free';
}

function said(room: CalendarRoom, n: Night): string {
    const parts = [
        `${room.name}, ${day(n.date, 'long')}`,
        t('nightAvailable', { n: Math.max(0, n.available) }),
        t('nightSold', { n: n.sold }),
        n.held ? t('nightHeld', { n: n.held }) : '',
        n.outOfOrder ? t('nightOut', { n: n.outOfOrder }) : '',
        n.oversold ? t('oversold') : '',
    ];
    return parts.filter(Boolean).join(', ');
}

function Cell({
    room,
    night,
    pick,
    stop,
    number,
}: {
    room: CalendarRoom;
    night: Night;
    pick: (p: Picked) => void;
    stop: boolean; // the one that Tab reaches; the arrows go on from it
    number?: boolean;
}) {
    const s = state(night);
    return (
        <button
            type="button"
            class={`night ${s}${night.date === today() ? ' now' : ''}`}
            tabIndex={stop ? 0 : -1}
            data-night={night.date}
            data-room={room.roomType}
            aria-label={said(room, night)}
            onClick={() => pick({ room, night })}
        >
            {number && <span class="night-day">{Number(night.date.slice(8))}</span>}
            <span class="night-left">{s === 'over' ? `−${night.sold + night.held - (night.physical - night.outOfOrder)}` : night.available}</span>
            {night.held > 0 && <span class="night-held" />}
        </button>
    );
}

// Arrow keys walk through the nights.
function walk(e: KeyboardEvent, rooms: CalendarRoom[], wide: boolean): void {
    const b = e.target as HTMLElement;
    const date = b.dataset['night'];
    const code = b.dataset['room'];
    if (!date || !code) return;
    const row = rooms.findIndex((r) => r.roomType === code);
    const steps: Record<string, [number, number]> = wide
        ? { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }
        : { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [0, -7], ArrowDown: [0, 7] };
    const step = steps[e.key];
    const days = rooms[row]?.days ?? [];
    const target =
        e.key === 'Home' ? [row, days[0]?.date] : e.key === 'End' ? [row, days.at(-1)?.date] : step && [row + step[0], addDays(date, step[1])];
    if (!target) return;
    const next = rooms[target[0] as number];
    const found =
        next && (e.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-night="${target[1]}"][data-room="${CSS.escape(next.roomType)}"]`);
    e.preventDefault();
    found?.focus();
}

function Matrix({ c, pick }: { c: Calendar; pick: (p: Picked) => void }) {
    const dates = c.rooms[0]!.days.map((d) => d.date);
    return (
        <div class="matrix" tabIndex={-1}>
            <table role="grid" aria-label={t('calendar')} onKeyDown={(e) => walk(e, c.rooms, true)}>
                <DayHeads dates={dates} what={t('room')} />
                <tbody>
                    {c.rooms.map((room, i) => (
                        <tr key={room.roomType}>
                            <th scope="row">
                                {room.name} <span class="code">{room.roomType}</span>
                            </th>
                            {room.days.map((n, k) => (
                                <td key={n.date} class={weekday(n.date) > 4 ? 'weekend' : undefined}>
                                    <Cell room={room} night={n} pick={pick} stop={i === 0 && k === 0} />
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

function StockForm({ room, night, saved }: Picked & { saved: () => void }) {
    const hotel = useHotel();
    const [out, setOut] = useState(String(night.outOfOrder));
    const [limit, setLimit] = useState(String(night.overbookingLimit));
    const [busy, setBusy] = useState(false);
    const [wrong, setWrong] = useState<string>();
    const save = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        setBusy(true);
        try {
            await call('PUT', at(hotel.slug, 'stock'), {
                body: {
                    roomType: room.roomType,
                    from: night.date,
                    to: night.date,
                    outOfOrder: Number(out),
                    overbookingLimit: Number(limit),
                },
            });
            announce(t('saved'), 'good');
            saved();
        } catch (x) {
            setWrong(asProblem(x).message);
            setBusy(false);
        }
    };
    return (
        <form class="fields" onSubmit={(e) => void save(e)}>
            <TextField label={t('outOfOrder')} help={t('outOfOrderHelp')} type="number" min={0} value={out} set={setOut} error={wrong} required />
            <TextField label={t('overbooking')} help={t('overbookingHelp')} type="number" min={0} value={limit} set={setLimit} required />
            <div class="actions">
                <Button type="submit" kind="main" busy={busy}>
                    {t('save')}
                </Button>
            </div>
        </form>
    );
}

function NightDialog({ room, night, close, changed }: Picked & { close: () => void; changed: () => void }) {
    const hotel = useHotel();
    const may = useMayChange();
    const who = useLoad(`night ${hotel.slug} ${night.date} ${room.roomType}`, async (signal) => {
        const list = await all<Reservation>(addQuery(at(hotel.slug, 'reservations'), { from: night.date, to: night.date }), signal, 2);
        return list.filter(
            (r) =>
                !['cancelled', 'no_show', 'inquiry'].includes(r.status) &&
                r.rooms.some((s) => s.arrival <= night.date && night.date < s.departure && (s.roomType === room.roomType || !s.mapped)),
        );
    });
    const facts: [string, number][] = [
        [t('physical'), night.physical],
        [t('outOfOrder'), night.outOfOrder],
        [t('sold'), night.sold],
        [t('held'), night.held],
        [t('available'), night.available],
    ];
    return (
        <Dialog title={`${room.name} · ${day(night.date, 'long')}`} close={close} side>
            <div class="tags">
                {night.oversold && <Tag tone="bad">{t('oversold')}</Tag>}
                {night.held > 0 && <Tag tone="warn">{t('nightHeld', { n: night.held })}</Tag>}
            </div>
            <dl class="sum">
                {facts.map(([name, n]) => (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>{n}</dd>
                    </div>
                ))}
            </dl>
            {night.held > 0 && <p class="help">{t('heldHelp')}</p>}
            <h3>{t('whoSleeps')}</h3>
            <Shown of={who}>
                {(list) =>
                    list.length ? (
                        <ul class="people">
                            {list.map((r) => (
                                <li key={r.id}>
                                    <a href={to(hotel.slug, 'reservations', r.id)}>
                                        <span class="people-name">{guestName(r)}</span>
                                        <span class="people-what">{r.reference}</span>
                                        <ReservationTag status={r.status} />
                                        <Attention of={r} />
                                    </a>
                                </li>
                            ))}
                        </ul>
                    ) : (
                        <p class="muted">{t('nobodySleeps')}</p>
                    )
                }
            </Shown>
            {may && (
                <details class="more-settings">
                    <summary>{t('changeNight')}</summary>
                    <StockForm room={room} night={night} saved={changed} />
                </details>
            )}
            <h3>{t('history')}</h3>
            <History roomType={room.roomType} night={night.date} stock changed={changed} />
        </Dialog>
    );
}

function Legend() {
    return (
        <ul class="legend" aria-label={t('legend')}>
            {(
                [
                    ['free', 'legendFree'],
                    ['some', 'legendSome'],
                    ['held', 'legendHeld'],
                    ['full', 'legendFull'],
                    ['over', 'legendOver'],
                ] as const
            ).map(([s, word]) => (
                <li key={s}>
                    <span class={`night ${s}`} aria-hidden="true">
                        {s === 'held' && <span class="night-held" />}
                    </span>
                    {t(word)}
                </li>
            ))}
        </ul>
    );
}

export function CalendarPage({ query }: { query: URLSearchParams }) {
    const hotel = useHotel();
    const wide = useWide();
    const [picked, setPicked] = useState<Picked>();
    const month = monthOf(query);
    const { first, last } = month;
    const loaded = useLoad(
        `calendar ${hotel.slug} ${first}`,
        (signal) => get<Calendar>(addQuery(at(hotel.slug, 'calendar'), { from: first, to: last }), signal),
        ['reservation.', 'stock.', 'room.', 'mapping.'],
    );
    const show = (month: string, room?: string) =>
        refine(withQuery(to(hotel.slug, 'calendar'), { month: month.slice(0, 7), room: room ?? query.get('room') ?? '' }));
    return (
        <Page title={t('calendar')}>
            <MonthBar of={month} show={show} />
            <Shown of={loaded}>
                {(c) => {
                    const room = c.rooms.find((r) => r.roomType === query.get('room')) ?? c.rooms[0];
                    if (!room) {
                        return (
                            <Empty title={t('noRooms')}>
                                <p>{t('noRoomsText')}</p>
                                <LinkButton kind="main" icon="plus" href={to(hotel.slug, 'rooms')}>
                                    {t('addRoom')}
                                </LinkButton>
                            </Empty>
                        );
                    }
                    return (
                        <>
                            {wide ? (
                                <Matrix c={c} pick={setPicked} />
                            ) : (
                                <>
                                    <div class="segments" role="group" aria-label={t('room')}>
                                        {c.rooms.map((r) => (
                                            <button
                                                key={r.roomType}
                                                type="button"
                                                aria-pressed={r === room}
                                                onClick={() => show(first, r.roomType)}
                                            >
                                                {r.name}
                                            </button>
                                        ))}
                                    </div>
                                    <WeekTable
                                        label={room.name}
                                        days={room.days}
                                        walk={(e) => walk(e, [room], false)}
                                        cell={(n) => <Cell room={room} night={n} pick={setPicked} stop={n === room.days[0]} number />}
                                    />
                                </>
                            )}
                            <p class="help">{t('calendarHelp')}</p>
                            <Legend />
                        </>
                    );
                }}
            </Shown>
            {picked && (
                <NightDialog
                    {...picked}
                    close={() => setPicked(undefined)}
                    changed={() => {
                        setPicked(undefined);
                        loaded.reload();
                    }}
                />
            )}
        </Page>
    );
}
