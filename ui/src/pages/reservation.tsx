// One reservation: rooms, guest, and its history down to the message or the line of the file it came from.
import { useState } from 'preact/hooks';
import { all, at, call, get } from '../api';
import { useLoad } from '../load';
import { announce } from '../parts/announce';
import { ActButton, Button, Failure, LinkButton, Note, Shown, Tag } from '../parts/basics';
import { ChargeList, Mismatches, Nights } from '../parts/charges';
import { Code } from '../parts/code';
import { Confirm, Dialog } from '../parts/dialog';
import { SwitchField } from '../parts/field';
import { Mapper } from '../parts/mapper';
import { Page, Section } from '../parts/page';
import { Attention, guestName, reservationStatuses, ReservationTag, RevisionTag, revisionTypes } from '../parts/terms';
import { to } from '../route';
import { useHotel, useMayChange } from '../session';
import type { Integration, Json, Mapping, Reservation, ReservationStatus, ReservationWhole, Revision, RoomType, Stay } from '../types';
import { exactMoment, moment, money, nights, stay, t, today } from '../words';

type Ending = { kind: 'cancel' | 'no-show'; room: Stay | null };

// What nobody takes back with one click is asked first.
function Ask({ r, of, close, changed }: { r: Reservation; of: Ending; close: () => void; changed: () => void }) {
    const hotel = useHotel();
    const [keep, setKeep] = useState(false);
    const { kind, room } = of;
    const noShow = kind === 'no-show';
    const act = async () => {
        const body = { ...(room ? { rooms: [{ number: room.number }] } : {}), ...(noShow ? { keepsNights: keep } : {}) };
        await call('POST', at(hotel.slug, 'reservations', r.id, kind), { body });
        announce(
            noShow ? t('noShowNoted') : room ? t('roomCancelled') : t('statusNow', { status: t(reservationStatuses.cancelled[0]) }),
            'good',
        );
        close();
        changed();
    };
    if (!noShow) {
        return (
            <Confirm
                title={room ? t('cancelRoomTitle', { n: room.number, reference: r.reference }) : t('cancelTitle', { reference: r.reference })}
                text={t(room ? 'cancelRoomText' : 'cancelText')}
                yes={t(room ? 'cancelRoomDo' : 'cancelDo')}
                act={act}
                close={close}
            />
        );
    }
    return (
        <Dialog title={t('noShowTitle', { what: room ? t('roomNumber', { n: room.number }) : r.reference })} close={close}>
            <div class="fields">
                <p>{t('noShowText')}</p>
                <SwitchField label={t('noShowKeep')} value={keep} set={setKeep} />
                <div class="actions end">
                    <Button onClick={close}>{t('back')}</Button>
                    <ActButton kind="danger" act={act}>
                        {t('noShowDo')}
                    </ActButton>
                </div>
            </div>
        </Dialog>
    );
}

const over: ReservationStatus[] = ['cancelled', 'no_show', 'checked_out'];

function Room({ r, s, rooms, ask }: { r: Reservation; s: Stay; rooms: RoomType[]; ask: ((e: Ending) => void) | null }) {
    const hotel = useHotel();
    const currency = r.currency ?? hotel.currency;
    const people = [s.adults !== undefined && t('adults', { n: s.adults }), s.children ? t('children', { n: s.children }) : false];
    const several = r.rooms.length > 1;
    return (
        <li class={s.status === 'cancelled' ? 'over' : undefined}>
            <div class="stay-room">
                <strong>{rooms.find((x) => x.code === (s.code ?? s.roomType))?.name ?? s.roomType ?? t('roomUnknown')}</strong>
                {s.ratePlan && <span class="code">{s.ratePlan}</span>}
                {s.status !== r.status && <ReservationTag status={s.status} />}
                {s.keepsNights && <Tag tone="plain">{t('keepsNights')}</Tag>}
                <Attention of={s} />
            </div>
            <div>
                {stay(s.arrival, s.departure)} <span class="muted">· {t('nights', { n: nights(s.arrival, s.departure) })}</span>
            </div>
            <div class="muted">{people.filter(Boolean).join(', ')}</div>
            <div class="right amount">{s.amount && money(s.amount, currency)}</div>
            <div class="stay-more">
                <Nights of={s} currency={currency} />
                <ChargeList of={s} currency={currency} />
                {(s.commission || s.collect) && (
                    <p class="muted">
                        {[s.commission && t('ownCommission', { amount: money(s.commission, currency) }), s.collect && t('collectedByWho', { who: t(`collect_${s.collect}`) })]
                            .filter(Boolean)
                            .join(' · ')}
                    </p>
                )}
                {several && ask && !over.includes(s.status) && (
                    <div class="actions">
                        {s.arrival <= today() && (
                            <Button kind="quiet" aria-label={t('noShowRoomNumber', { n: s.number })} onClick={() => ask({ kind: 'no-show', room: s })}>
                                {t('noShow')}
                            </Button>
                        )}
                        <Button kind="quiet" aria-label={t('cancelRoomNumber', { n: s.number })} onClick={() => ask({ kind: 'cancel', room: s })}>
                            {t('cancelRoom')}
                        </Button>
                    </div>
                )}
            </div>
        </li>
    );
}

function Guest({ r }: { r: Reservation }) {
    const g = r.guest;
    const country = (code: string) => {
        try {
            return new Intl.DisplayNames([document.documentElement.lang], { type: 'region' }).of(code) ?? code;
        } catch {
            return code;
        }
    };
    const facts: [string, string | null | undefined][] = [
        [t('name'), guestName(r)],
        [t('email'), g.email],
        [t('phone'), g.phone],
        [t('country'), g.country && country(g.country)],
    ];
    return (
        <dl class="facts">
            {facts
                .filter(([, v]) => v)
                .map(([name, v]) => (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>{v}</dd>
                    </div>
                ))}
        </dl>
    );
}

function Money({ r }: { r: Reservation }) {
    const hotel = useHotel();
    const currency = r.currency ?? hotel.currency;
    return (
        <dl class="facts">
            <div>
                <dt>{t('total')}</dt>
                <dd class="amount">{r.totalAmount ? money(r.totalAmount, currency) : '–'}</dd>
            </div>
            {r.commission && (
                <div>
                    <dt>{t('commission')}</dt>
                    <dd class="amount">{money(r.commission, currency)}</dd>
                </div>
            )}
            {r.collect && (
                <div>
                    <dt>{t('collectedBy')}</dt>
                    <dd>{t(`collect_${r.collect}`)}</dd>
                </div>
            )}
            <div>
                <dt>{t('channel')}</dt>
                <dd>{r.channel ?? '–'}</dd>
            </div>
            {r.bookedAt && (
                <div>
                    <dt>{t('bookedAt')}</dt>
                    <dd>{moment(r.bookedAt)}</dd>
                </div>
            )}
        </dl>
    );
}

function reasonOf(message: Json): string {
    return typeof message === 'object' && message !== null && !Array.isArray(message) ? String(message['reason'] ?? '') : '';
}

function Step({ v, name }: { v: Revision; name: string | undefined }) {
    const hotel = useHotel();
    const reason = reasonOf(v.message);
    const expired = reason === 'hold_expired';
    return (
        <li>
            <div class="step-head">
                <strong>{t(revisionTypes[v.type])}</strong>
                <RevisionTag of={v.outcome} />
                <time class="muted" dateTime={v.receivedAt} title={exactMoment(v.receivedAt)}>
                    {moment(v.receivedAt)}
                </time>
            </div>
            <p>
                {expired ? t('holdExpired') : (name ?? v.actor ?? t('byHotel'))}
                {v.revision && <span class="muted"> · {t('revisionNumber', { id: v.revision })}</span>}
                {reason && !expired && <span class="muted"> · {reason}</span>}
            </p>
            <div class="actions">
                {v.messageId && v.integrationId && (
                    <LinkButton kind="plain" href={to(hotel.slug, 'integrations', v.integrationId, 'messages', v.messageId)}>
                        {t('rawMessage', { id: v.messageId })}
                    </LinkButton>
                )}
                {v.importId && (
                    <LinkButton
                        kind="plain"
                        href={`${to(hotel.slug, 'imports', v.importId)}${v.line ? `?line=${v.line}` : ''}`}
                    >
                        {v.line ? t('importLine', { line: String(v.line) }) : t('importNumber', { id: v.importId })}
                    </LinkButton>
                )}
            </div>
            <details>
                <summary>{t('whatWasSaid')}</summary>
                <Code label={t('whatWasSaid')} text={JSON.stringify(v.message, null, 2)} />
            </details>
        </li>
    );
}

function ChangeStatus({ r, ask, changed }: { r: Reservation; ask: (e: Ending) => void; changed: () => void }) {
    const hotel = useHotel();
    const open = ['confirmed', 'hold', 'inquiry'].includes(r.status);
    const here = r.rooms.some((s) => s.status !== 'cancelled' && s.arrival <= today());
    const say = async (status: ReservationStatus) => {
        await call('PUT', at(hotel.slug, 'reservations', r.id), { body: { status } });
        announce(t('statusNow', { status: t(reservationStatuses[status][0]) }), 'good');
        changed();
    };
    return (
        <div class="actions">
            {(r.status === 'hold' || r.status === 'inquiry' || r.expired) && (
                <ActButton kind="main" act={() => say('confirmed')}>
                    {t('confirmReservation')}
                </ActButton>
            )}
            {open && <ActButton act={() => say('checked_in')}>{t('checkIn')}</ActButton>}
            {r.status === 'checked_in' && <ActButton act={() => say('checked_out')}>{t('checkOut')}</ActButton>}
            {r.status !== 'cancelled' && (
                <LinkButton href={to(hotel.slug, 'reservations', r.id, 'edit')}>{t('edit')}</LinkButton>
            )}
            {open && here && (
                <Button kind="quiet" onClick={() => ask({ kind: 'no-show', room: null })}>
                    {t('noShow')}
                </Button>
            )}
            {(open || r.status === 'no_show') && (
                <Button kind="quiet" onClick={() => ask({ kind: 'cancel', room: null })}>
                    {t('cancelReservation')}
                </Button>
            )}
        </div>
    );
}

function Hold({ r }: { r: Reservation }) {
    if (!r.expiresAt) return null;
    const when = moment(r.expiresAt);
    return <Note tone={r.expired ? 'plain' : 'warn'}>{r.expired ? t('holdHasEnded', { when }) : t('holdEnds', { when })}</Note>;
}

export function ReservationPage({ id }: { id: string }) {
    const hotel = useHotel();
    const may = useMayChange();
    const [asking, setAsking] = useState<Ending | null>(null);
    const loaded = useLoad(
        `reservation ${hotel.slug} ${id}`,
        async (signal) => {
            const [r, rooms, integrations] = await Promise.all([
                get<ReservationWhole>(at(hotel.slug, 'reservations', id), signal),
                all<RoomType>(at(hotel.slug, 'rooms'), signal),
                all<Integration>(at(hotel.slug, 'integrations'), signal),
            ]);
            const mappings = r.unmapped ? await all<Mapping>(at(hotel.slug, 'mappings'), signal) : [];
            return { r, rooms, integrations, mappings };
        },
        ['reservation.', 'mapping.', 'room.'],
    );
    const back = { href: to(hotel.slug, 'reservations'), label: t('reservations') };
    const d = loaded.data;
    if (!d) {
        return (
            <Page title={t('reservation')} back={back}>
                <Shown of={loaded}>{() => null}</Shown>
            </Page>
        );
    }
    const { r, rooms, integrations } = d;
    const nameOf = (i: string | null | undefined) => integrations.find((x) => x.id === i)?.name;
    const unmapped = d.mappings.filter(
        (m) => m.roomType === null && r.rooms.some((s) => !s.mapped && s.roomType?.toLowerCase() === m.remote.toLowerCase()),
    );
    return (
        <Page
            title={guestName(r)}
            back={back}
            intro={
                <span class="tags">
                    <span class="reference">{r.reference}</span>
                    <ReservationTag status={r.status} />
                    <Attention of={r} />
                </span>
            }
            actions={may && <ChangeStatus r={r} ask={setAsking} changed={loaded.reload} />}
        >
            {loaded.problem && <Failure problem={loaded.problem} retry={loaded.reload} />}
            {asking && <Ask r={r} of={asking} close={() => setAsking(null)} changed={loaded.reload} />}
            <Hold r={r} />
            <Mismatches of={r} />
            {r.oversold && <Note tone="bad">{t('oversoldText')}</Note>}
            {unmapped.map((m) => (
                <Note key={m.remote} tone="warn" icon="swap">
                    <Mapper of={m} rooms={rooms} from={m.integrationId === null ? t('noIntegration') : (nameOf(m.integrationId) ?? '')} done={loaded.reload} />
                </Note>
            ))}
            <Section title={t('rooms')} id="rooms">
                <ul class="stays">
                    {r.rooms.map((s) => (
                        <Room key={s.number} r={r} s={s} rooms={rooms} ask={may ? setAsking : null} />
                    ))}
                </ul>
            </Section>
            <div class="two">
                <Section title={t('guest')} id="guest">
                    <Guest r={r} />
                    {r.notes && (
                        <blockquote class="notes" aria-label={t('notes')}>
                            {r.notes}
                        </blockquote>
                    )}
                </Section>
                <Section title={t('sale')} id="sale">
                    <Money r={r} />
                    <ChargeList of={r} currency={r.currency ?? hotel.currency} />
                </Section>
            </div>
            <Section title={t('history')} id="history">
                <ol class="steps" reversed>
                    {[...r.history].reverse().map((v) => (
                        <Step key={v.number} v={v} name={nameOf(v.integrationId)} />
                    ))}
                </ol>
            </Section>
        </Page>
    );
}
