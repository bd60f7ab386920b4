// One reservation: rooms, guest, and its history down to the message or the line of the file it came from.
import { useState } from 'preact/hooks';
import { all, asProblem, at, call, get } from '../api';
import { useLoad } from '../load';
import { announce } from '../parts/announce';
import { Button, Failure, LinkButton, Note, Shown } from '../parts/basics';
import { Code } from '../parts/code';
import { Confirm } from '../parts/dialog';
import { Mapper } from '../parts/mapper';
import { Page, Section } from '../parts/page';
import { Attention, guestName, reservationStatuses, ReservationTag, RevisionTag, revisionTypes } from '../parts/terms';
import { to } from '../route';
import { useHotel, useMayChange } from '../session';
import type { Integration, Mapping, Reservation, ReservationStatus, ReservationWhole, Revision, RoomType } from '../types';
import { exactMoment, moment, money, nights, stay, t } from '../words';

function Rooms({ r, rooms }: { r: Reservation; rooms: RoomType[] }) {
    const hotel = useHotel();
    const currency = r.currency ?? hotel.currency;
    return (
        <ul class="stays">
            {r.rooms.map((s, i) => (
                <li key={i}>
                    <div class="stay-room">
                        <strong>{rooms.find((x) => x.code === s.roomType)?.name ?? s.roomType ?? t('roomUnknown')}</strong>
                        {s.ratePlan && <span class="code">{s.ratePlan}</span>}
                        <Attention of={s} />
                    </div>
                    <div>
                        {stay(s.arrival, s.departure)} <span class="muted">· {t('nights', { n: nights(s.arrival, s.departure) })}</span>
                    </div>
                    <div class="muted">
                        {[
                            s.adults !== undefined && t('adults', { n: s.adults }),
                            s.children ? t('children', { n: s.children }) : false,
                        ]
                            .filter(Boolean)
                            .join(', ')}
                    </div>
                    <div class="right amount">{s.amount && money(s.amount, currency)}</div>
                </li>
            ))}
        </ul>
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

function Step({ v, name }: { v: Revision; name: string | undefined }) {
    const hotel = useHotel();
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
                {name ?? v.actor ?? t('byHotel')}
                {v.revision && <span class="muted"> · {t('revisionNumber', { id: v.revision })}</span>}
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

function ChangeStatus({ r, changed }: { r: Reservation; changed: () => void }) {
    const hotel = useHotel();
    const [asking, setAsking] = useState(false);
    const next: ReservationStatus[] =
        r.status === 'confirmed' || r.status === 'hold' || r.status === 'inquiry'
            ? ['checked_in', 'no_show', 'cancelled']
            : r.status === 'checked_in'
              ? ['checked_out']
              : [];
    const say = async (status: ReservationStatus) => {
        try {
            await call('PUT', at(hotel.slug, 'reservations', r.id), { body: { status } });
            announce(t('statusNow', { status: t(reservationStatuses[status][0]) }), 'good');
        } catch (e) {
            announce(asProblem(e).message, 'bad');
        }
        setAsking(false);
        changed();
    };
    if (!next.length) return null;
    return (
        <div class="actions">
            {next.includes('checked_in') && <Button onClick={() => void say('checked_in')}>{t('checkIn')}</Button>}
            {next.includes('checked_out') && <Button onClick={() => void say('checked_out')}>{t('checkOut')}</Button>}
            {next.includes('no_show') && (
                <Button kind="quiet" onClick={() => void say('no_show')}>
                    {t('noShow')}
                </Button>
            )}
            {next.includes('cancelled') && (
                <Button kind="quiet" onClick={() => setAsking(true)}>
                    {t('cancelReservation')}
                </Button>
            )}
            {asking && (
                <Confirm
                    title={t('cancelTitle', { reference: r.reference })}
                    text={t('cancelText')}
                    yes={t('cancelDo')}
                    act={() => say('cancelled')}
                    close={() => setAsking(false)}
                />
            )}
        </div>
    );
}

export function ReservationPage({ id }: { id: string }) {
    const hotel = useHotel();
    const may = useMayChange();
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
            actions={may && <ChangeStatus r={r} changed={loaded.reload} />}
        >
            {loaded.problem && <Failure problem={loaded.problem} retry={loaded.reload} />}
            {r.oversold && <Note tone="bad">{t('oversoldText')}</Note>}
            {unmapped.map((m) => (
                <Note key={m.remote} tone="warn" icon="swap">
                    <Mapper of={m} rooms={rooms} from={m.integrationId === null ? t('noIntegration') : (nameOf(m.integrationId) ?? '')} done={loaded.reload} />
                </Note>
            ))}
            <Section title={t('rooms')} id="rooms">
                <Rooms r={r} rooms={rooms} />
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
