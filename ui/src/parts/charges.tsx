// What a reservation or a room costs besides the room itself.
import type { Charges, Reservation } from '../types';
import { day, money, t } from '../words';
import { Note } from './basics';

export function Nights({ of, currency }: { of: Charges; currency: string }) {
    if (!of.nights?.length) return null;
    return (
        <details>
            <summary>{t('pricesByNight')}</summary>
            <ul class="charges">
                {of.nights.map((n) => (
                    <li key={n.date}>
                        <span>{day(n.date)}</span>
                        <span class="amount">{money(n.amount, currency)}</span>
                    </li>
                ))}
            </ul>
        </details>
    );
}

export function ChargeList({ of, currency }: { of: Charges; currency: string }) {
    const rows: { name: string; how: string; amount: string | undefined }[] = [];
    for (const x of of.extras ?? []) {
        const unit = x.unitPrice && `${x.quantity ?? 1} × ${money(x.unitPrice, currency)}`;
        rows.push({
            name: x.name,
            how: [unit, x.per === 'night' && t('per_night')].filter(Boolean).join(' · '),
            amount: x.amount,
        });
    }
    for (const x of of.taxes ?? []) {
        const place = x.included === undefined ? '' : t(x.included ? 'included' : 'onTop');
        rows.push({ name: x.name, how: [place, x.collect && t(`collect_${x.collect}`)].filter(Boolean).join(' · '), amount: x.amount });
    }
    if (!rows.length) return null;
    return (
        <ul class="charges">
            {rows.map((r, i) => (
                <li key={i}>
                    <span>
                        {r.name} {r.how && <span class="muted">{r.how}</span>}
                    </span>
                    <span class="amount">{r.amount && money(r.amount, currency)}</span>
                </li>
            ))}
        </ul>
    );
}

export function Mismatches({ of }: { of: Reservation }) {
    if (!of.mismatches?.length) return null;
    return (
        <Note tone="warn">
            <p>
                <strong>{t('doesNotAddUp')}</strong>
            </p>
            {of.mismatches.map((m) => (
                <p key={m.pointer + m.detail}>{m.detail}</p>
            ))}
        </Note>
    );
}
