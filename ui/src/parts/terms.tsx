// How values of the API are said to people: statuses, verdicts, outcomes.
import type { IntegrationStatus, Integration, Message, Outcome, Reservation, ReservationStatus, Revision, Import, Stay } from '../types';
import { stay, t, type Plain } from '../words';
import { Tag, type Tone } from './basics';

const integrationStatuses: Record<IntegrationStatus, [Plain, Tone]> = {
    connected: ['statusConnected', 'good'],
    disconnected: ['statusDisconnected', 'plain'],
    error: ['statusError', 'bad'],
    paused: ['statusPaused', 'plain'],
    needs_reauth: ['statusNeedsReauth', 'warn'],
};

export function IntegrationTag({ of }: { of: Integration }) {
    const [key, tone] = integrationStatuses[of.status] ?? ['statusDisconnected', 'plain'];
    return <Tag tone={tone}>{t(key)}</Tag>;
}

export const reservationStatuses: Record<ReservationStatus, [Plain, Tone]> = {
    inquiry: ['resInquiry', 'plain'],
    hold: ['resHold', 'warn'],
    confirmed: ['resConfirmed', 'good'],
    checked_in: ['resCheckedIn', 'good'],
    checked_out: ['resCheckedOut', 'plain'],
    cancelled: ['resCancelled', 'plain'],
    no_show: ['resNoShow', 'warn'],
};

export function ReservationTag({ status }: { status: ReservationStatus }) {
    const [key, tone] = reservationStatuses[status];
    return <Tag tone={tone}>{t(key)}</Tag>;
}

export function Attention({ of }: { of: { oversold: boolean; unmapped?: boolean; mapped?: boolean } }) {
    return (
        <>
            {of.oversold && <Tag tone="bad">{t('oversold')}</Tag>}
            {(of.unmapped || of.mapped === false) && <Tag tone="warn">{t('roomUnknown')}</Tag>}
        </>
    );
}

const verdicts: Record<Message['verdict'], [Plain, Tone]> = {
    signed: ['verdictSigned', 'good'],
    url_token: ['verdictUrlToken', 'good'],
    open: ['verdictOpen', 'warn'],
    rejected: ['verdictRejected', 'bad'],
};

export function VerdictTag({ verdict }: { verdict: Message['verdict'] }) {
    const [key, tone] = verdicts[verdict] ?? ['verdictRejected', 'plain'];
    return <Tag tone={tone}>{t(key)}</Tag>;
}

const outcomes: Record<Outcome['outcome'], [Plain, Tone]> = {
    applied: ['outcomeApplied', 'good'],
    unchanged: ['outcomeUnchanged', 'plain'],
    stale: ['outcomeStale', 'plain'],
    duplicate: ['outcomeDuplicate', 'plain'],
    ignored: ['outcomeIgnored', 'plain'],
    waiting: ['outcomeWaiting', 'warn'],
    failed: ['outcomeFailed', 'bad'],
};

export function OutcomeTag({ of }: { of: Message }) {
    if (of.result) {
        const [key, tone] = outcomes[of.result.outcome] ?? ['outcomeIgnored', 'plain'];
        return <Tag tone={tone}>{t(key)}</Tag>;
    }
    return of.verdict === 'rejected' ? null : <Tag tone="plain">{t('outcomeSoon')}</Tag>;
}

export const revisionTypes: Record<Revision['type'], Plain> = {
    'reservation.created': 'revCreated',
    'reservation.modified': 'revModified',
    'reservation.cancelled': 'revCancelled',
};

const revisionOutcomes: Record<Revision['outcome'], [Plain, Tone]> = {
    applied: ['outcomeApplied', 'good'],
    stale: ['outcomeStale', 'plain'],
    conflict: ['outcomeConflict', 'warn'],
    same: ['outcomeUnchanged', 'plain'],
};

export function RevisionTag({ of }: { of: Revision['outcome'] }) {
    const [key, tone] = revisionOutcomes[of] ?? ['outcomeIgnored', 'plain'];
    return <Tag tone={tone}>{t(key)}</Tag>;
}

const imports: Record<Import['status'], [Plain, Tone]> = {
    waiting: ['importWaiting', 'plain'],
    asking: ['importAsking', 'warn'],
    running: ['importRunning', 'plain'],
    done: ['importDone', 'good'],
    failed: ['importFailed', 'bad'],
};

export function ImportTag({ status }: { status: Import['status'] }) {
    const [key, tone] = imports[status];
    return <Tag tone={tone}>{t(key)}</Tag>;
}

export function guestName(r: Reservation): string {
    return [r.guest.firstName, r.guest.lastName].filter(Boolean).join(' ') || t('noName');
}

// What is left of it: rooms that were cancelled alone do not count, unless all were.
function standing(rooms: Stay[]): Stay[] {
    const left = rooms.filter((s) => s.status !== 'cancelled');
    return left.length ? left : rooms;
}

// All nights of a reservation, as one span.
export function span(all: Stay[]): string {
    const rooms = standing(all);
    const arrival = rooms.map((s) => s.arrival).sort()[0];
    const departure = rooms.map((s) => s.departure).sort().at(-1);
    return arrival && departure ? stay(arrival, departure) : t('noNights');
}

export function roomsSaid(rooms: Stay[]): string {
    const counts = new Map<string, number>();
    for (const s of standing(rooms)) counts.set(s.roomType ?? '?', (counts.get(s.roomType ?? '?') ?? 0) + 1);
    return [...counts].map(([name, n]) => (n > 1 ? `${n} × ${name}` : name)).join(', ');
}
