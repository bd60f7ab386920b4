// Booking at the desk, and changing what is booked: rooms, dates, guest, money.
import { useState } from 'preact/hooks';
import { all, asProblem, at, call, get, query as addQuery, type Problem } from '../api';
import { useLoad } from '../load';
import { announce } from '../parts/announce';
import { Button, Empty, Failure, LinkButton, Note, Shown } from '../parts/basics';
import { Field, SelectField, TextField } from '../parts/field';
import { Page, Section } from '../parts/page';
import { useUnsaved } from '../parts/unsaved';
import { go, setGuard, to } from '../route';
import { useHotel } from '../session';
import type { Calendar, Collect, Reservation, ReservationWhole, RoomType, Stay } from '../types';
import { addDays, moment, t, today } from '../words';

type Room = {
    was: Stay | null; // as it is stored; null: a new one
    reference: string;
    code: string; // '' while a channel's name is not matched
    arrival: string;
    departure: string;
    adults: string;
    children: string;
    amount: string;
};
type Extra = { name: string; quantity: string; unitPrice: string; per: 'stay' | 'night' };
type Tax = { name: string; amount: string; included: '' | 'yes' | 'no'; collect: Collect };
type Form = {
    reference: string;
    firstName: string;
    lastName: string;
    email: string;
    phone: string;
    notes: string;
    status: string;
    hold: string; // hours from now, '' without an end, 'same'
    total: string;
    collect: Collect;
    rooms: Room[];
    extras: Extra[];
    taxes: Tax[];
};

const amount = (s: string) => s.trim().replace(',', '.');

function newReference(): string {
    const random = Array.from(crypto.getRandomValues(new Uint8Array(4)), (b) => 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'[b % 32]).join('');
    return `D-${today().slice(2).replaceAll('-', '')}-${random}`;
}

function newRoom(rooms: RoomType[], like: Room | undefined, reference: string): Room {
    const arrival = like?.arrival ?? today();
    return {
        was: null,
        reference,
        code: like?.code || (rooms[0]?.code ?? ''),
        arrival,
        departure: like?.departure ?? addDays(arrival, 1),
        adults: '2',
        children: '0',
        amount: '',
    };
}

function formOf(r: Reservation | null, rooms: RoomType[]): Form {
    const text = (n: number | undefined) => (n === undefined ? '' : String(n));
    return {
        reference: r?.reference ?? newReference(),
        firstName: r?.guest.firstName ?? '',
        lastName: r?.guest.lastName ?? '',
        email: r?.guest.email ?? '',
        phone: r?.guest.phone ?? '',
        notes: r?.notes ?? '',
        status: r?.status ?? 'confirmed',
        hold: r ? 'same' : '24',
        total: r?.totalAmount ?? '',
        collect: r?.collect ?? (r ? 'unknown' : 'hotel'),
        rooms: r
            ? r.rooms.map((s) => ({
                  was: s,
                  reference: s.reference ?? '',
                  code: s.code ?? '',
                  arrival: s.arrival,
                  departure: s.departure,
                  adults: text(s.adults),
                  children: text(s.children),
                  amount: s.amount ?? '',
              }))
            : [newRoom(rooms, undefined, '1')],
        extras: (r?.extras ?? []).map((x) => ({
            name: x.name,
            quantity: String(x.quantity ?? 1),
            unitPrice: x.unitPrice ?? x.amount ?? '',
            per: x.per ?? 'stay',
        })),
        taxes: (r?.taxes ?? []).map((x) => ({
            name: x.name,
            amount: x.amount ?? '',
            included: x.included === undefined ? '' : x.included ? 'yes' : 'no',
            collect: x.collect ?? 'unknown',
        })),
    };
}

// What is left out stays: a room's name is said only when it is another one, so that the channel's own stays known.
function roomBody(room: Room, changedCount: boolean) {
    const says = !room.was || (room.code && (room.code !== (room.was.code ?? '') || (!room.reference && changedCount)));
    const number = (s: string) => (s.trim() === '' ? undefined : Number(s));
    return {
        reference: room.reference || undefined,
        roomType: says ? room.code : undefined,
        arrival: room.arrival,
        departure: room.departure,
        adults: number(room.adults),
        children: number(room.children),
        amount: amount(room.amount) || undefined,
    };
}

function bodyOf(f: Form, was: Reservation | null) {
    const text = (now: string, before: string | null | undefined) => (now.trim() === (before ?? '') ? undefined : now.trim());
    const kept = f.rooms.filter((r) => r.was).length;
    const changedCount = was !== null && (kept !== was.rooms.length || f.rooms.length !== kept);
    const end = f.hold === '' || f.hold === 'same' ? undefined : new Date(Date.now() + Number(f.hold) * 3600000).toISOString();
    return {
        ...(was ? {} : { reference: f.reference.trim() }),
        status: was && f.status === was.status ? undefined : f.status,
        expiresAt: f.status === 'hold' ? end : undefined,
        totalAmount: amount(f.total) || undefined,
        collect: f.collect === 'unknown' && !was?.collect ? undefined : f.collect,
        guest: {
            firstName: text(f.firstName, was?.guest.firstName),
            lastName: text(f.lastName, was?.guest.lastName),
            email: text(f.email, was?.guest.email),
            phone: text(f.phone, was?.guest.phone),
        },
        notes: text(f.notes, was?.notes),
        rooms: f.rooms.map((r) => roomBody(r, changedCount)),
        extras:
            f.extras.length || was?.extras
                ? f.extras.map((x) => ({ name: x.name.trim(), quantity: Number(x.quantity), unitPrice: amount(x.unitPrice) || undefined, per: x.per }))
                : undefined,
        taxes:
            f.taxes.length || was?.taxes
                ? f.taxes.map((x) => ({
                      name: x.name.trim(),
                      amount: amount(x.amount) || undefined,
                      included: x.included === '' ? undefined : x.included === 'yes',
                      collect: x.collect === 'unknown' ? undefined : x.collect,
                  }))
                : undefined,
    };
}

type Free = { code: string; name: string; count: number };

// Room types that have a room for all of the nights.
async function freeInstead(hotel: string, room: Room): Promise<Free[]> {
    const c = await get<Calendar>(addQuery(at(hotel, 'calendar'), { from: room.arrival, to: addDays(room.departure, -1) }));
    return c.rooms
        .map((r) => ({ code: r.roomType, name: r.name, count: Math.min(...r.days.map((d) => d.available)) }))
        .filter((r) => r.count > 0);
}

function RoomFields({
    room,
    index,
    types,
    set,
    remove,
    problem,
    free,
}: {
    room: Room;
    index: number;
    types: RoomType[];
    set: (r: Room) => void;
    remove: (() => void) | null;
    problem: Problem | undefined;
    free: Free[] | undefined;
}) {
    const error = (name: string) => problem?.at(`/rooms/${index}/${name}`);
    const put = (part: Partial<Room>) => set({ ...room, ...part });
    const arrive = (v: string) => put({ arrival: v, departure: v && room.departure <= v ? addDays(v, 1) : room.departure });
    const called = room.was && !room.was.code ? [{ value: '', label: t('roomAsCalled', { name: room.was.roomType ?? '?' }) }] : [];
    return (
        <fieldset class="bare sheet">
            <legend>{t('roomNumber', { n: index + 1 })}</legend>
            <SelectField
                label={t('roomTypeLabel')}
                value={room.code}
                set={(v) => put({ code: v })}
                error={error('roomType')}
                choices={[...called, ...types.map((r) => ({ value: r.code, label: `${r.name} (${r.code})` }))]}
            />
            {free && (
                <Note tone="warn">
                    <p>{free.length ? t('insteadFree') : t('nothingFree')}</p>
                    <div class="choices">
                        {free.map((x) => (
                            <Button key={x.code} onClick={() => put({ code: x.code })}>
                                {t('takeInstead', { name: x.name, count: String(x.count) })}
                            </Button>
                        ))}
                    </div>
                </Note>
            )}
            <div class="inline">
                <TextField label={t('arrival')} type="date" value={room.arrival} set={arrive} error={error('arrival')} required />
                <TextField label={t('departure')} type="date" value={room.departure} set={(v) => put({ departure: v })} error={error('departure')} required />
            </div>
            <div class="inline">
                <TextField label={t('adultsLabel')} type="number" min={0} max={200} value={room.adults} set={(v) => put({ adults: v })} error={error('adults')} />
                <TextField label={t('childrenLabel')} type="number" min={0} max={200} value={room.children} set={(v) => put({ children: v })} error={error('children')} />
                <TextField label={t('roomAmount')} value={room.amount} set={(v) => put({ amount: v })} error={error('amount')} optional />
            </div>
            {remove && (
                <div class="actions">
                    <Button kind="quiet" icon="close" onClick={remove}>
                        {t('removeRoom', { n: index + 1 })}
                    </Button>
                </div>
            )}
        </fieldset>
    );
}

function ChargeFields({ f, set, problem }: { f: Form; set: (part: Partial<Form>) => void; problem: Problem | undefined }) {
    const extra = (i: number, part: Partial<Extra>) => set({ extras: f.extras.map((x, k) => (k === i ? { ...x, ...part } : x)) });
    const tax = (i: number, part: Partial<Tax>) => set({ taxes: f.taxes.map((x, k) => (k === i ? { ...x, ...part } : x)) });
    const collects = (['hotel', 'channel', 'unknown'] as const).map((v) => ({ value: v, label: t(`collect_${v}`) }));
    return (
        <>
            <div class="inline">
                <TextField label={t('totalLabel')} value={f.total} set={(v) => set({ total: v })} error={problem?.at('/totalAmount')} optional />
                <SelectField label={t('collects')} value={f.collect} set={(v) => set({ collect: v as Collect })} choices={collects} />
            </div>
            {f.extras.map((x, i) => (
                <fieldset class="bare inline" key={i} aria-label={`${t('extras')} ${i + 1}`}>
                    <TextField label={t('extraName')} value={x.name} set={(v) => extra(i, { name: v })} error={problem?.at(`/extras/${i}/name`)} maxLength={200} required />
                    <TextField label={t('quantity')} type="number" min={0} max={10000} value={x.quantity} set={(v) => extra(i, { quantity: v })} required />
                    <TextField label={t('unitPrice')} value={x.unitPrice} set={(v) => extra(i, { unitPrice: v })} error={problem?.at(`/extras/${i}/unitPrice`)} required />
                    <SelectField
                        label={t('per')}
                        value={x.per}
                        set={(v) => extra(i, { per: v as Extra['per'] })}
                        choices={(['stay', 'night'] as const).map((v) => ({ value: v, label: t(`per_${v}`) }))}
                    />
                    <Button kind="quiet" icon="close" aria-label={t('removeItem', { name: x.name })} onClick={() => set({ extras: f.extras.filter((_, k) => k !== i) })} />
                </fieldset>
            ))}
            {f.taxes.map((x, i) => (
                <fieldset class="bare inline" key={i} aria-label={`${t('taxes')} ${i + 1}`}>
                    <TextField label={t('extraName')} value={x.name} set={(v) => tax(i, { name: v })} error={problem?.at(`/taxes/${i}/name`)} maxLength={200} required />
                    <TextField label={t('amount')} value={x.amount} set={(v) => tax(i, { amount: v })} error={problem?.at(`/taxes/${i}/amount`)} required />
                    <SelectField
                        label={t('inPrice')}
                        value={x.included}
                        set={(v) => tax(i, { included: v as Tax['included'] })}
                        choices={[
                            { value: 'yes', label: t('included') },
                            { value: 'no', label: t('onTop') },
                            { value: '', label: t('includedUnknown') },
                        ]}
                    />
                    <SelectField label={t('collectedBy')} value={x.collect} set={(v) => tax(i, { collect: v as Collect })} choices={collects} />
                    <Button kind="quiet" icon="close" aria-label={t('removeItem', { name: x.name })} onClick={() => set({ taxes: f.taxes.filter((_, k) => k !== i) })} />
                </fieldset>
            ))}
            <div class="actions">
                <Button icon="plus" onClick={() => set({ extras: [...f.extras, { name: '', quantity: '1', unitPrice: '', per: 'stay' }] })}>
                    {t('addExtra')}
                </Button>
                <Button icon="plus" onClick={() => set({ taxes: [...f.taxes, { name: '', amount: '', included: 'yes', collect: 'hotel' }] })}>
                    {t('addTax')}
                </Button>
            </div>
        </>
    );
}

function StatusFields({ f, set, was, problem }: { f: Form; set: (part: Partial<Form>) => void; was: Reservation | null; problem: Problem | undefined }) {
    const early = ['inquiry', 'hold', 'confirmed'].includes(f.status);
    if (!early) return null; // whoever is there, or is not coming, is dealt with on the reservation's page
    const held = was?.status === 'hold';
    const holds = [
        ...(held ? [{ value: 'same', label: t('holdAsItIs', { when: was.expiresAt ? moment(was.expiresAt) : t('holdNoEnd') }) }] : []),
        ...[1, 4].map((n) => ({ value: String(n), label: t('holdHours', { n }) })),
        ...[1, 2, 3, 7].map((n) => ({ value: String(n * 24), label: t('holdDays', { n }) })),
        ...(held ? [] : [{ value: '', label: t('holdNoEnd') }]),
    ];
    return (
        <div class="inline">
            <SelectField
                label={t('howSure')}
                value={f.status}
                set={(v) => set({ status: v, hold: v === 'hold' && !held && f.hold === 'same' ? '24' : f.hold })}
                error={problem?.at('/status')}
                choices={[
                    { value: 'confirmed', label: t('sureConfirmed') },
                    { value: 'hold', label: t('sureHold') },
                    { value: 'inquiry', label: t('sureInquiry') },
                ]}
            />
            {f.status === 'hold' && (
                <SelectField label={t('holdUntil')} value={f.hold} set={(v) => set({ hold: v })} error={problem?.at('/expiresAt')} choices={holds} />
            )}
        </div>
    );
}

function BookingForm({ was, types }: { was: Reservation | null; types: RoomType[] }) {
    const hotel = useHotel();
    const [f, setForm] = useState(() => formOf(was, types));
    const [dirty, setDirty] = useState(false);
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem>();
    const [free, setFree] = useState<Record<number, Free[]>>({});
    const leaving = useUnsaved(dirty);
    const set = (part: Partial<Form>) => {
        setDirty(true);
        setForm((old) => ({ ...old, ...part }));
    };
    const refused = async (p: Problem) => {
        setProblem(p);
        const place = p.status === 409 ? p.errors.map((e) => /^\/rooms\/(\d+)\/roomType$/.exec(e.pointer)?.[1]).find(Boolean) : undefined;
        const room = place === undefined ? undefined : f.rooms[Number(place)];
        setFree(room ? { [Number(place)]: await freeInstead(hotel.slug, room).catch(() => []) } : {});
    };
    const send = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        setBusy(true);
        try {
            const body = bodyOf(f, was);
            const r = await (was
                ? call<Reservation>('PUT', at(hotel.slug, 'reservations', was.id), { body })
                : call<Reservation>('POST', at(hotel.slug, 'reservations'), { body }));
            announce(was ? t('saved') : t('booked', { reference: r.reference }), 'good');
            setDirty(false);
            setGuard(null);
            go(to(hotel.slug, 'reservations', r.id));
        } catch (x) {
            await refused(asProblem(x));
            setBusy(false);
        }
    };
    const reference = () => String(f.rooms.reduce((n, r) => Math.max(n, Number(r.reference) || 0), f.rooms.length) + 1);
    return (
        <form class="fields booking" onSubmit={(e) => void send(e)}>
            {leaving}
            {problem && <Failure problem={problem} />}
            <Section title={t('rooms')} id="rooms">
                <div class="fields">
                    {f.rooms.map((room, i) => (
                        <RoomFields
                            key={i}
                            room={room}
                            index={i}
                            types={types}
                            problem={problem}
                            free={free[i]}
                            set={(r) => set({ rooms: f.rooms.map((x, k) => (k === i ? r : x)) })}
                            remove={f.rooms.length > 1 ? () => set({ rooms: f.rooms.filter((_, k) => k !== i) }) : null}
                        />
                    ))}
                    <div class="actions">
                        <Button icon="plus" onClick={() => set({ rooms: [...f.rooms, newRoom(types, f.rooms.at(-1), reference())] })}>
                            {t('addRoomToBooking')}
                        </Button>
                    </div>
                    <StatusFields f={f} set={set} was={was} problem={problem} />
                </div>
            </Section>
            <Section title={t('guest')} id="guest">
                <div class="fields">
                    <div class="inline">
                        <TextField label={t('firstName')} value={f.firstName} set={(v) => set({ firstName: v })} error={problem?.at('/guest/firstName')} maxLength={200} optional />
                        <TextField label={t('lastName')} value={f.lastName} set={(v) => set({ lastName: v })} error={problem?.at('/guest/lastName')} maxLength={200} required={!was} />
                    </div>
                    <div class="inline">
                        <TextField label={t('email')} type="email" value={f.email} set={(v) => set({ email: v })} error={problem?.at('/guest/email')} maxLength={320} optional />
                        <TextField label={t('phone')} value={f.phone} set={(v) => set({ phone: v })} error={problem?.at('/guest/phone')} maxLength={60} optional />
                    </div>
                    <Field label={t('notes')} error={problem?.at('/notes')} optional>
                        {(w) => <textarea {...w} rows={3} maxLength={10000} value={f.notes} onInput={(e) => set({ notes: e.currentTarget.value })} />}
                    </Field>
                    {!was && (
                        <TextField
                            label={t('reference')}
                            help={t('referenceHelp')}
                            value={f.reference}
                            set={(v) => set({ reference: v })}
                            error={problem?.at('/reference')}
                            maxLength={200}
                            required
                        />
                    )}
                </div>
            </Section>
            <Section title={t('sale')} id="sale">
                <div class="fields">
                    <ChargeFields f={f} set={set} problem={problem} />
                </div>
            </Section>
            <div class="actions end">
                <LinkButton href={was ? to(hotel.slug, 'reservations', was.id) : to(hotel.slug, 'reservations')}>{t('cancel')}</LinkButton>
                <Button type="submit" kind="main" busy={busy}>
                    {was ? t('save') : t('book')}
                </Button>
            </div>
        </form>
    );
}

// id: undefined for a new one.
export function BookingPage({ id }: { id: string | undefined }) {
    const hotel = useHotel();
    const loaded = useLoad(`booking ${hotel.slug} ${id ?? ''}`, async (signal) => {
        const [types, was] = await Promise.all([
            all<RoomType>(at(hotel.slug, 'rooms'), signal),
            id === undefined ? null : get<ReservationWhole>(at(hotel.slug, 'reservations', id), signal),
        ]);
        return { types, was };
    });
    const was = loaded.data?.was;
    return (
        <Page
            title={was ? t('editBooking', { reference: was.reference }) : id === undefined ? t('newBooking') : t('reservation')}
            back={id === undefined ? { href: to(hotel.slug, 'reservations'), label: t('reservations') } : { href: to(hotel.slug, 'reservations', id), label: t('reservation') }}
        >
            <Shown of={loaded}>
                {(d) =>
                    d.types.length ? (
                        <BookingForm was={d.was} types={d.types} />
                    ) : (
                        <Empty title={t('noRoomsToBook')}>
                            <LinkButton href={to(hotel.slug, 'rooms')}>{t('rooms')}</LinkButton>
                        </Empty>
                    )
                }
            </Shown>
        </Page>
    );
}
