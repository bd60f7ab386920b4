// Who set which value of a night, and when; and taking that back.
import { at, call, get, query as addQuery } from '../api';
import { useLoad } from '../load';
import { useHotel, useMayChange } from '../session';
import type { CellField, List, Past, Undone } from '../types';
import { day, money, t } from '../words';
import { announce } from './announce';
import { ActButton, Moment, Shown, Tag } from './basics';

type Value = string | number | boolean | null;

export function fieldName(field: CellField, occupancy = 0): string {
    const name = t(`field_${field}`);
    return occupancy > 0 ? `${name} (${t('forPeople', { n: occupancy })})` : name;
}

// null is "nothing of its own"; 0 is no limit, of restrictions.
export function valueText(field: CellField, v: Value, currency: string): string {
    if (v === null) return t('nothing');
    if (typeof v === 'boolean') return t(v ? 'yes' : 'no');
    if (field === 'price') return money(String(v), currency);
    return v === 0 && /^(min|max)/.test(field) ? t('noLimit') : String(v);
}

export async function undo(hotel: string, edit: string): Promise<void> {
    const r = await call<Undone>('POST', at(hotel, 'edits', edit, 'undo'));
    const left = r.leftCells[0];
    const where = left ? [left.roomType, left.ratePlan, day(left.date)].filter(Boolean).join(' · ') + (r.left > 1 ? ' …' : '') : '';
    const texts = [r.restored > 0 ? t('undone', { n: r.restored }) : '', r.left > 0 ? t('undoneLeft', { n: r.left, where }) : ''];
    announce(texts.filter(Boolean).join(' '), r.left > 0 ? 'bad' : 'good');
}

export function History({
    roomType,
    ratePlan,
    night,
    stock,
    currencyOf,
    changed,
}: {
    roomType: string;
    ratePlan?: string;
    night: string;
    stock?: boolean; // only what concerns the stock
    currencyOf?: (plan: string | null) => string;
    changed: () => void;
}) {
    const hotel = useHotel();
    const may = useMayChange();
    const loaded = useLoad(
        `history ${hotel.slug} ${roomType} ${ratePlan ?? ''} ${night}`,
        async (signal) => {
            const { data } = await get<List<Past>>(addQuery(at(hotel.slug, 'calendar', 'history'), { roomType, ratePlan, night }), signal);
            return stock ? data.filter((p) => ['physical', 'outOfOrder', 'overbookingLimit'].includes(p.field)) : data;
        },
        ['stock.', 'rates.'],
    );
    const text = (p: Past, v: Value) => valueText(p.field, v, currencyOf?.(p.ratePlan) ?? hotel.currency);
    return (
        <Shown of={loaded}>
            {(list) =>
                list.length ? (
                    <ul class="past">
                        {list.map((p, i) => (
                            <li key={`${p.edit} ${p.ratePlan} ${p.field} ${p.occupancy}`}>
                                <p>
                                    {t('was', { what: fieldName(p.field, p.occupancy), after: text(p, p.after), before: text(p, p.before) })}{' '}
                                    {p.ratePlan && p.ratePlan !== ratePlan && (
                                        <span class="code">{p.ratePlan === '*' ? t('allPlans') : p.ratePlan}</span>
                                    )}
                                </p>
                                <p class="muted small">
                                    {t('setBy', { who: p.actor })} · <Moment at={p.at} />
                                </p>
                                {p.undoneBy && <Tag tone="plain">{t('takenBack')}</Tag>}
                                {may && !p.undoneBy && list.findIndex((q) => q.edit === p.edit) === i && (
                                    <ActButton
                                        kind="quiet"
                                        aria-label={t('undoOf', { what: p.summary })}
                                        act={async () => {
                                            await undo(hotel.slug, p.edit);
                                            changed();
                                        }}
                                    >
                                        {t('undo')}
                                    </ActButton>
                                )}
                            </li>
                        ))}
                    </ul>
                ) : (
                    <p class="muted">{t('noHistory')}</p>
                )
            }
        </Shown>
    );
}
