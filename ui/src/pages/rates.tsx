// A month of prices and restrictions. Wide: a table for each room type, a row a plan. Narrow: one plan of one room type.
import { useState } from 'preact/hooks';
import { at, get, query as addQuery } from '../api';
import { useLoad } from '../load';
import { Button, Empty, LinkButton, Shown } from '../parts/basics';
import { BulkDialog, flags, numbers, type BulkStart } from '../parts/bulk';
import { Dialog } from '../parts/dialog';
import { SelectField } from '../parts/field';
import { fieldName, History, valueText } from '../parts/history';
import { DayHeads, MonthBar, monthOf, WeekTable } from '../parts/month';
import { Page } from '../parts/page';
import { useWide } from '../parts/wide';
import { refine, to, withQuery } from '../route';
import { useHotel, useMayChange } from '../session';
import type { RateDay, RateFrom, RateRoom, RateRow, Rates, RestrictionName } from '../types';
import { addDays, day, money, shortMoney, t, today } from '../words';

type Picked = { room: RateRoom; row: RateRow; day: RateDay };

const planName = (row: RateRow) => (row.ratePlan === '*' ? t('allPlans') : (row.name ?? row.ratePlan));
const given = (d: RateDay, name: RestrictionName) => d.restrictions[name]?.value || 0;

// The little signs below a price, which the label says in words.
function badges(d: RateDay): string[] {
    const least = Math.max(Number(given(d, 'minStayArrival')), Number(given(d, 'minStayThrough')));
    const most = Number(given(d, 'maxStay'));
    const ahead = given(d, 'minAdvanceDays') || given(d, 'maxAdvanceDays');
    return [
        least > 1 ? `≥${least}` : '',
        most > 0 ? `≤${most}` : '',
        given(d, 'closedToArrival') ? '⇥' : '',
        given(d, 'closedToDeparture') ? '↦' : '',
        ahead ? '◷' : '',
    ].filter(Boolean);
}

function said(room: RateRoom, row: RateRow, d: RateDay): string {
    const price = row.ratePlan === '*' ? '' : d.price ? money(d.price, row.currency ?? '') : t('noPrice');
    const rules = [...flags, ...numbers]
        .filter((n) => given(d, n))
        .map((n) => (flags.includes(n) ? fieldName(n) : `${fieldName(n)} ${String(given(d, n))}`));
    return [`${room.name}, ${planName(row)}, ${day(d.date, 'long')}`, price, ...rules].filter(Boolean).join(', ');
}

function Cell({ room, row, of, pick, stop, number }: {
    room: RateRoom;
    row: RateRow;
    of: RateDay;
    pick: (p: Picked) => void;
    stop: boolean; // the one that Tab reaches; the arrows go on from it
    number?: boolean;
}) {
    const shut = given(of, 'stopSell');
    const state = shut ? ' shut' : of.from === 'parent' ? ' derived' : '';
    return (
        <button
            type="button"
            class={`night rate${state}${of.date === today() ? ' now' : ''}`}
            tabIndex={stop ? 0 : -1}
            data-night={of.date}
            data-row={`${room.roomType} ${row.ratePlan}`}
            aria-label={said(room, row, of)}
            onClick={() => pick({ room, row, day: of })}
        >
            {number && <span class="night-day">{Number(of.date.slice(8))}</span>}
            <span class="rate-price">{row.ratePlan === '*' ? '' : of.price ? shortMoney(of.price) : '–'}</span>
            <span class="rate-badges">{badges(of).join(' ')}</span>
        </button>
    );
}

// Arrow keys walk through the nights; up and down go to the next plan, or a week on.
function walk(e: KeyboardEvent, wide: boolean): void {
    const b = e.target as HTMLElement;
    const date = b.dataset['night'];
    const row = b.dataset['row'];
    if (!date || !row) return;
    const root = (e.currentTarget as HTMLElement).closest('.rates') ?? document;
    const rows = [...new Set([...root.querySelectorAll<HTMLElement>('[data-row]')].map((x) => x.dataset['row']!))];
    const steps: Record<string, [number, number]> = wide
        ? { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }
        : { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [0, -7], ArrowDown: [0, 7] };
    const step = steps[e.key];
    if (!step) return;
    const next = rows[rows.indexOf(row) + step[0]];
    e.preventDefault();
    if (next !== undefined) {
        root.querySelector<HTMLElement>(`[data-night="${addDays(date, step[1])}"][data-row="${CSS.escape(next)}"]`)?.focus();
    }
}

function Matrix({ room, pick, first }: { room: RateRoom; pick: (p: Picked) => void; first: boolean }) {
    const dates = room.ratePlans[0]!.days.map((d) => d.date);
    return (
        <div class="matrix rate-matrix" tabIndex={-1}>
            <table role="grid" aria-label={room.name} onKeyDown={(e) => walk(e, true)}>
                <caption>
                    {room.name} <span class="code">{room.roomType}</span>
                </caption>
                <DayHeads dates={dates} what={t('ratePlan')} />
                <tbody>
                    {room.ratePlans.map((row, i) => (
                        <tr key={row.ratePlan}>
                            <th scope="row">{planName(row)}</th>
                            {row.days.map((d, k) => (
                                <td key={d.date}>
                                    <Cell room={room} row={row} of={d} pick={pick} stop={first && i === 0 && k === 0} />
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

function source(from: RateFrom, of: string | null, what: 'price' | 'rule'): string {
    if (from === 'allPlans') return t('fromAllPlans');
    if (from === 'parent' && of) return what === 'price' ? t('fromParent', { plan: of }) : t('inheritedFrom', { plan: of });
    return from === 'own' ? t('ownValue') : '';
}

function NightDialog({ picked, currencyOf, close, changed, edit }: {
    picked: Picked;
    currencyOf: (plan: string | null) => string;
    close: () => void;
    changed: () => void;
    edit: () => void;
}) {
    const may = useMayChange();
    const { room, row, day: d } = picked;
    const currency = row.currency ?? '';
    const prices = d.prices?.length ? d.prices : row.ratePlan === '*' ? [] : [{ occupancy: 0, price: d.price ?? null, from: d.from ?? 'none', of: d.of ?? null }];
    const facts = [
        ...prices.map((p) => ({ name: fieldName('price', p.occupancy), text: p.price ? money(p.price, currency) : t('noPrice'), from: source(p.from, p.of, 'price') })),
        ...[...numbers, ...flags].flatMap((n) => {
            const r = d.restrictions[n];
            return r ? [{ name: fieldName(n), text: valueText(n, r.value, currency), from: source(r.from, r.of, 'rule') }] : [];
        }),
    ];
    return (
        <Dialog title={`${room.name} · ${planName(row)} · ${day(d.date, 'long')}`} close={close} side>
            {facts.length > 0 && (
                <dl class="sum even">
                    {facts.map((f) => (
                        <div key={f.name}>
                            <dt>
                                {f.name}
                                {f.from && <span class="muted small"> {f.from}</span>}
                            </dt>
                            <dd>{f.text}</dd>
                        </div>
                    ))}
                </dl>
            )}
            {may && (
                <div class="actions">
                    <Button onClick={edit}>{t('changeNight')}</Button>
                </div>
            )}
            <h3>{t('history')}</h3>
            <History roomType={room.roomType} ratePlan={row.ratePlan} night={d.date} currencyOf={currencyOf} changed={changed} />
        </Dialog>
    );
}

function Legend() {
    return (
        <ul class="legend" aria-label={t('legend')}>
            <li>
                <span class="night rate shut" aria-hidden="true" /> {t('legendShut')}
            </li>
            {(
                [
                    ['≥2', 'legendMin'],
                    ['≤7', 'legendMax'],
                    ['⇥', 'legendArrival'],
                    ['↦', 'legendDeparture'],
                    ['◷', 'legendAdvance'],
                ] as const
            ).map(([sign, word]) => (
                <li key={word}>
                    <span aria-hidden="true">{sign}</span> {t(word)}
                </li>
            ))}
            <li>{t('legendDerived')}</li>
        </ul>
    );
}

function Narrow({ rates, query, show, pick }: { rates: Rates; query: URLSearchParams; show: (q: { room?: string; plan?: string }) => void; pick: (p: Picked) => void }) {
    const room = rates.rooms.find((r) => r.roomType === query.get('room')) ?? rates.rooms[0]!;
    const row = room.ratePlans.find((p) => p.ratePlan === query.get('plan')) ?? room.ratePlans[1] ?? room.ratePlans[0]!;
    return (
        <div class="rates">
            <div class="inline rates-choice">
                <SelectField
                    label={t('room')}
                    value={room.roomType}
                    set={(v) => show({ room: v })}
                    choices={rates.rooms.map((r) => ({ value: r.roomType, label: r.name }))}
                />
                <SelectField
                    label={t('ratePlan')}
                    value={row.ratePlan}
                    set={(v) => show({ plan: v })}
                    choices={room.ratePlans.map((p) => ({ value: p.ratePlan, label: planName(p) }))}
                />
            </div>
            <WeekTable
                label={`${room.name}, ${planName(row)}`}
                days={row.days}
                walk={(e) => walk(e, false)}
                cell={(d) => <Cell room={room} row={row} of={d} pick={pick} stop={d === row.days[0]} number />}
            />
        </div>
    );
}

function Nothing({ rates }: { rates: Rates }) {
    const hotel = useHotel();
    return rates.rooms.length ? (
        <Empty title={t('noRatePlans')}>
            <p>{t('noRatePlansText')}</p>
            <LinkButton kind="main" icon="plus" href={to(hotel.slug, 'rates', 'plans')}>
                {t('addRatePlan')}
            </LinkButton>
        </Empty>
    ) : (
        <Empty title={t('noRooms')}>
            <p>{t('noRoomsText')}</p>
            <LinkButton kind="main" icon="plus" href={to(hotel.slug, 'rooms')}>
                {t('addRoom')}
            </LinkButton>
        </Empty>
    );
}

export function RatesPage({ query }: { query: URLSearchParams }) {
    const hotel = useHotel();
    const may = useMayChange();
    const wide = useWide();
    const [picked, setPicked] = useState<Picked>();
    const [bulk, setBulk] = useState<BulkStart>();
    const month = monthOf(query);
    const { first, last } = month;
    const loaded = useLoad(
        `rates ${hotel.slug} ${first}`,
        (signal) => get<Rates>(addQuery(at(hotel.slug, 'rates'), { from: first, to: last }), signal),
        ['rates.', 'rate_plan.', 'room.'],
    );
    const show = (q: { month?: string; room?: string; plan?: string }) => {
        const now = { month: first, room: query.get('room') ?? '', plan: query.get('plan') ?? '', ...q };
        refine(withQuery(to(hotel.slug, 'rates'), { ...now, month: now.month.slice(0, 7) }));
    };
    const done = () => {
        setPicked(undefined);
        setBulk(undefined);
        loaded.reload();
    };
    const ready = loaded.data && loaded.data.rooms.length > 0 && loaded.data.rooms[0]!.ratePlans.length > 1;
    const currencyOf = (plan: string | null) => loaded.data?.rooms[0]?.ratePlans.find((p) => p.ratePlan === plan)?.currency ?? hotel.currency;
    const all = (): BulkStart => ({
        rooms: loaded.data!.rooms.map((r) => r.roomType),
        plans: loaded.data!.rooms[0]!.ratePlans.slice(1, 2).map((p) => p.ratePlan),
        from: first < today() && today() <= last ? today() : first,
        to: last,
    });
    return (
        <Page
            title={t('rates')}
            actions={
                <>
                    <LinkButton href={to(hotel.slug, 'rates', 'plans')}>{t('ratePlans')}</LinkButton>
                    <LinkButton href={to(hotel.slug, 'rates', 'changes')}>{t('changes')}</LinkButton>
                    {may && ready && (
                        <Button kind="main" onClick={() => setBulk(all())}>
                            {t('bulkEdit')}
                        </Button>
                    )}
                </>
            }
        >
            <MonthBar of={month} show={(date) => show({ month: date })} />
            <Shown of={loaded}>
                {(rates) =>
                    !ready ? (
                        <Nothing rates={rates} />
                    ) : (
                        <>
                            {wide ? (
                                <div class="rates">
                                    {rates.rooms.map((r, i) => (
                                        <Matrix key={r.roomType} room={r} pick={setPicked} first={i === 0} />
                                    ))}
                                </div>
                            ) : (
                                <Narrow rates={rates} query={query} show={show} pick={setPicked} />
                            )}
                            <p class="help">{t('ratesHelp')}</p>
                            <Legend />
                        </>
                    )
                }
            </Shown>
            {picked && !bulk && (
                <NightDialog
                    picked={picked}
                    currencyOf={currencyOf}
                    close={() => setPicked(undefined)}
                    changed={done}
                    edit={() => setBulk({ rooms: [picked.room.roomType], plans: [picked.row.ratePlan], from: picked.day.date, to: picked.day.date })}
                />
            )}
            {bulk && loaded.data && <BulkDialog rooms={loaded.data.rooms} start={bulk} close={() => setBulk(undefined)} done={done} />}
        </Page>
    );
}
