// Rate plans: the list, and the form of one.
import { useState } from 'preact/hooks';
import { all, asProblem, at, call, type Problem } from '../api';
import { useLoad } from '../load';
import { announce } from '../parts/announce';
import { Button, Empty, Failure, Shown, Tag } from '../parts/basics';
import { Confirm, Dialog, FormEnd } from '../parts/dialog';
import { Field, SelectField, SwitchField, TextField } from '../parts/field';
import { Page, Section } from '../parts/page';
import { to } from '../route';
import { useHotel, useMayChange } from '../session';
import type { RatePlan } from '../types';
import { t } from '../words';

const meals = ['room_only', 'breakfast', 'half_board', 'full_board', 'all_inclusive'] as const;
type Made = 'own' | 'percent' | 'amount';

// What a form holds: texts, as typed.
function formOf(p: RatePlan | null, code: string, currency: string) {
    const c = p?.cancellation;
    return {
        code: p?.code ?? code,
        name: p?.name ?? '',
        pricing: p?.pricing ?? 'room',
        people: String(p?.baseOccupancy ?? 2),
        made: (p?.derived ? (p.derived.amount !== null ? 'amount' : 'percent') : 'own') as Made,
        parent: p?.derived?.parent ?? '',
        change: p?.derived?.percent ?? p?.derived?.amount ?? '',
        meal: p?.mealPlan ?? 'room_only',
        text: c?.text ?? '',
        before: c?.before === null || c?.before === undefined ? '' : String(c.before),
        unit: c?.unit ?? 'days',
        fee: c?.feePercent ?? '',
        nights: c?.feeNights === null || c?.feeNights === undefined ? '' : String(c.feeNights),
        taxes: p?.taxesIncluded ?? true,
        currency: p?.currency ?? currency,
        active: p?.active ?? true,
    };
}
type Form = ReturnType<typeof formOf>;

function bodyOf(f: Form, isNew: boolean) {
    const number = (s: string) => (s.trim() === '' ? null : Number(s));
    return {
        ...(isNew ? { code: f.code.trim() } : {}),
        name: f.name.trim(),
        pricing: f.pricing,
        baseOccupancy: Number(f.people),
        derived: f.made === 'own' ? null : { parent: f.parent, [f.made]: f.change.trim().replace(',', '.') || null },
        mealPlan: f.meal,
        cancellation: {
            text: f.text.trim() || null,
            before: number(f.before),
            unit: f.before.trim() ? f.unit : null,
            feePercent: f.fee.trim().replace(',', '.') || null,
            feeNights: number(f.nights),
        },
        taxesIncluded: f.taxes,
        currency: f.currency.trim().toUpperCase(),
        active: f.active,
    };
}

const known = [
    '/code', '/name', '/pricing', '/baseOccupancy', '/derived/parent', '/derived/percent', '/derived/amount',
    '/cancellation/before', '/cancellation/feePercent', '/cancellation/feeNights', '/currency',
];

function PlanForm({ of, code, plans, done, close }: { of: RatePlan | null; code: string; plans: RatePlan[]; done: () => void; close: () => void }) {
    const hotel = useHotel();
    const [f, setForm] = useState(formOf(of, code, hotel.currency));
    const [problem, setProblem] = useState<Problem>();
    const [busy, setBusy] = useState(false);
    const set = <K extends keyof Form>(key: K) => (v: Form[K]) => setForm((old) => ({ ...old, [key]: v }));
    const others = plans.filter((p) => p.id !== of?.id);
    const send = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        setBusy(true);
        try {
            const body = bodyOf(f, !of);
            await (of ? call('PUT', at(hotel.slug, 'rate-plans', of.id), { body }) : call('POST', at(hotel.slug, 'rate-plans'), { body }));
            announce(t('saved'), 'good');
            done();
        } catch (x) {
            setProblem(asProblem(x));
            setBusy(false);
        }
    };
    const made = [
        { value: 'own', label: t('priceOwn') },
        ...(others.length ? [{ value: 'percent', label: t('pricePercent') }, { value: 'amount', label: t('priceAmount') }] : []),
    ];
    return (
        <Dialog title={of ? t('editRatePlan', { name: of.name }) : t('addRatePlan')} close={close}>
            <form class="fields" onSubmit={(e) => void send(e)}>
                {!of && (
                    <TextField label={t('code')} help={t('planCodeHelp')} value={f.code} set={set('code')} error={problem?.at('/code')} maxLength={60} placeholder="BAR" required />
                )}
                <TextField label={t('name')} value={f.name} set={set('name')} error={problem?.at('/name')} maxLength={200} />
                <SelectField
                    label={t('priceMade')}
                    value={f.made}
                    set={(v) => setForm((old) => ({ ...old, made: v as Made, parent: old.parent || (others[0]?.code ?? '') }))}
                    choices={made}
                />
                {f.made !== 'own' && (
                    <div class="inline">
                        <SelectField
                            label={t('parentPlan')}
                            value={f.parent}
                            set={set('parent')}
                            error={problem?.at('/derived/parent')}
                            choices={others.map((p) => ({ value: p.code, label: p.code }))}
                        />
                        <TextField
                            label={t(f.made === 'percent' ? 'percentMore' : 'amountMore')}
                            value={f.change}
                            set={set('change')}
                            error={problem?.at(`/derived/${f.made}`) ?? problem?.at('/derived/percent')}
                            required
                        />
                    </div>
                )}
                <div class="inline">
                    <SelectField
                        label={t('pricing')}
                        value={f.pricing}
                        set={(v) => set('pricing')(v as Form['pricing'])}
                        error={problem?.at('/pricing')}
                        choices={(['room', 'person'] as const).map((v) => ({ value: v, label: t(`pricing_${v}`) }))}
                    />
                    <TextField label={t('baseOccupancy')} type="number" min={1} max={30} value={f.people} set={set('people')} error={problem?.at('/baseOccupancy')} required />
                </div>
                <SelectField label={t('mealPlan')} value={f.meal} set={(v) => set('meal')(v as Form['meal'])} choices={meals.map((v) => ({ value: v, label: t(`meal_${v}`) }))} />
                <Field label={t('cancellationText')} optional>
                    {(w) => <textarea {...w} rows={2} maxLength={2000} value={f.text} onInput={(e) => set('text')(e.currentTarget.value)} />}
                </Field>
                <div class="inline">
                    <TextField label={t('cancelBefore')} type="number" min={0} max={9999} value={f.before} set={set('before')} error={problem?.at('/cancellation/before')} optional />
                    <SelectField
                        label={t('cancelUnit')}
                        value={f.unit}
                        set={(v) => set('unit')(v as Form['unit'])}
                        choices={(['days', 'hours'] as const).map((v) => ({ value: v, label: t(`unit_${v}`) }))}
                    />
                </div>
                <div class="inline">
                    <TextField label={t('cancelFee')} value={f.fee} set={set('fee')} error={problem?.at('/cancellation/feePercent')} optional />
                    <TextField label={t('cancelNights')} type="number" min={1} max={99} value={f.nights} set={set('nights')} error={problem?.at('/cancellation/feeNights')} optional />
                </div>
                <TextField label={t('currencyCode')} value={f.currency} set={set('currency')} error={problem?.at('/currency')} maxLength={3} required />
                <SwitchField label={t('taxesIncluded')} value={f.taxes} set={set('taxes')} />
                <SwitchField label={t('active')} help={t('activeHelp')} value={f.active} set={set('active')} />
                {problem && !known.some((p) => problem.at(p)) && <Failure problem={problem} />}
                <FormEnd close={close} busy={busy} />
            </form>
        </Dialog>
    );
}

// "BAR −10 %": what a derived plan does with its parent's price.
function rule(p: RatePlan): string {
    const d = p.derived;
    if (!d) return t('priceOwn');
    const change = d.percent !== null ? `${d.percent} %` : `${d.amount} ${p.currency}`;
    return t('derivedFrom', { parent: d.parent, change: change.startsWith('-') ? `−${change.slice(1)}` : `+${change}` });
}

export function RatePlansPage() {
    const hotel = useHotel();
    const may = useMayChange();
    const [editing, setEditing] = useState<{ of: RatePlan | null; code: string }>();
    const [leaving, setLeaving] = useState<RatePlan>();
    const loaded = useLoad(
        `rate-plans ${hotel.slug}`,
        async (signal) => {
            const [plans, seen] = await Promise.all([
                all<RatePlan>(at(hotel.slug, 'rate-plans'), signal),
                all<{ code: string }>(`${at(hotel.slug, 'rate-plans')}?seen=true`, signal, 1),
            ]);
            return { plans, seen };
        },
        ['rate_plan.'],
    );
    const remove = async (p: RatePlan) => {
        const kept = await call<RatePlan | undefined>('DELETE', at(hotel.slug, 'rate-plans', p.id));
        announce(t(kept ? 'planInactive' : 'planGone'), 'good');
        setLeaving(undefined);
        loaded.reload();
    };
    return (
        <Page
            title={t('ratePlans')}
            intro={t('ratePlansIntro')}
            back={{ href: to(hotel.slug, 'rates'), label: t('rates') }}
            actions={
                may && (
                    <Button kind="main" icon="plus" onClick={() => setEditing({ of: null, code: '' })}>
                        {t('addRatePlan')}
                    </Button>
                )
            }
        >
            <Shown of={loaded}>
                {({ plans, seen }) => (
                    <>
                        {plans.length ? (
                            <ul class="plans">
                                {plans.map((p) => (
                                    <li key={p.id}>
                                        <div class="plans-what">
                                            <p>
                                                <span class="plans-name">{p.name}</span> <span class="code">{p.code}</span>{' '}
                                                {!p.active && <Tag tone="plain">{t('inactive')}</Tag>}
                                            </p>
                                            <p class="muted small">
                                                {[rule(p), t(`pricing_${p.pricing}`), t(`meal_${p.mealPlan}`), p.currency].join(' · ')}
                                            </p>
                                        </div>
                                        {may && (
                                            <div class="actions">
                                                <Button kind="quiet" aria-label={t('editRatePlan', { name: p.name })} onClick={() => setEditing({ of: p, code: '' })}>
                                                    {t('edit')}
                                                </Button>
                                                <Button kind="quiet" aria-label={t('deletePlanTitle', { name: p.name })} onClick={() => setLeaving(p)}>
                                                    {t('deletePlan')}
                                                </Button>
                                            </div>
                                        )}
                                    </li>
                                ))}
                            </ul>
                        ) : (
                            <Empty title={t('noRatePlans')}>
                                <p>{t('noRatePlansText')}</p>
                            </Empty>
                        )}
                        {seen.length > 0 && (
                            <Section title={t('seenPlans')} id="seen">
                                <p class="help">{t('seenPlansText')}</p>
                                <ul class="seen">
                                    {seen.map((s) => (
                                        <li key={s.code}>
                                            {may ? (
                                                <Button icon="plus" onClick={() => setEditing({ of: null, code: s.code })}>
                                                    {s.code}
                                                </Button>
                                            ) : (
                                                <span class="code">{s.code}</span>
                                            )}
                                        </li>
                                    ))}
                                </ul>
                            </Section>
                        )}
                        {editing && (
                            <PlanForm
                                {...editing}
                                plans={plans}
                                close={() => setEditing(undefined)}
                                done={() => {
                                    setEditing(undefined);
                                    loaded.reload();
                                }}
                            />
                        )}
                    </>
                )}
            </Shown>
            {leaving && (
                <Confirm
                    title={t('deletePlanTitle', { name: leaving.name })}
                    text={t('deletePlanText')}
                    yes={t('deletePlan')}
                    act={() => remove(leaving)}
                    close={() => setLeaving(undefined)}
                />
            )}
        </Page>
    );
}
