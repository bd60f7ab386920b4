// Prices and restrictions of many nights at once.
import { useState } from 'preact/hooks';
import { asProblem, at, call, type Problem } from '../api';
import { useHotel } from '../session';
import type { RateRoom, RatesChanged, RestrictionName } from '../types';
import { addDays, day, t } from '../words';
import { announce } from './announce';
import { Button, Failure, Note } from './basics';
import { Dialog, FormEnd } from './dialog';
import { SelectField, TextField } from './field';
import { fieldName } from './history';

export const numbers: RestrictionName[] = ['minStayArrival', 'minStayThrough', 'maxStay', 'minAdvanceDays', 'maxAdvanceDays'];
export const flags: RestrictionName[] = ['stopSell', 'closedToArrival', 'closedToDeparture'];
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MONDAY = '2024-01-01';

export type BulkStart = { rooms: string[]; plans: string[]; from: string; to: string };

function Choices({ legend, all, chosen, set, error }: {
    legend: string;
    all: { value: string; label: string }[];
    chosen: string[];
    set: (v: string[]) => void;
    error?: string | undefined;
}) {
    return (
        <fieldset class="choices">
            <legend>{legend}</legend>
            {all.map((c) => (
                <label key={c.value}>
                    <input
                        type="checkbox"
                        checked={chosen.includes(c.value)}
                        onChange={(e) => set(e.currentTarget.checked ? [...chosen, c.value] : chosen.filter((v) => v !== c.value))}
                    />
                    {c.label}
                </label>
            ))}
            {error && <p class="error">{error}</p>}
        </fieldset>
    );
}

type Doing = { how: string; value: string };
const nothing: Doing = { how: '', value: '' };

function Doings({ name, doing, set, error, flag, price }: {
    name: string;
    doing: Doing;
    set: (d: Doing) => void;
    error: string | undefined;
    flag?: boolean;
    price?: boolean;
}) {
    const choices = [
        { value: '', label: t('leaveValue') },
        ...(flag ? [{ value: 'yes', label: t('yes') }, { value: 'no', label: t('no') }] : [{ value: 'set', label: t('setValue') }]),
        { value: 'inherit', label: t('inheritValue') },
    ];
    return (
        <div class="inline doing">
            <SelectField label={name} value={doing.how} set={(how) => set({ ...doing, how })} choices={choices} error={doing.how === 'set' ? undefined : error} />
            {doing.how === 'set' && (
                <TextField
                    label={t('newValueOf', { what: name })}
                    type={price ? 'text' : 'number'}
                    min={0}
                    value={doing.value}
                    set={(value) => set({ ...doing, value })}
                    error={error}
                    required
                />
            )}
        </div>
    );
}

// What is sent of one value; undefined leaves it as it is.
function sent(d: Doing, price = false): string | number | boolean | null | undefined {
    if (d.how === '') return undefined;
    if (d.how === 'inherit') return null;
    if (d.how === 'yes' || d.how === 'no') return d.how === 'yes';
    return price ? d.value.trim().replace(',', '.') : Number(d.value);
}

// The first error of a list or of one of its items.
function within(p: Problem | undefined, pointer: string): string | undefined {
    return p?.errors.find((e) => e.pointer === pointer || e.pointer.startsWith(`${pointer}/`))?.detail;
}

function Warnings({ of, close }: { of: RatesChanged; close: () => void }) {
    return (
        <>
            <p>{t('valuesChanged', { n: of.changed })}</p>
            {of.warnings.map((w) => (
                <Note key={w.code} tone="warn">
                    <p>{t('warnedAt', { text: w.message, n: w.count, where: `${w.roomType}, ${w.ratePlan}, ${day(w.date)}` })}</p>
                </Note>
            ))}
            <div class="actions end">
                <Button kind="main" onClick={close}>
                    {t('close')}
                </Button>
            </div>
        </>
    );
}

export function BulkDialog({ rooms, start, close, done }: { rooms: RateRoom[]; start: BulkStart; close: () => void; done: () => void }) {
    const hotel = useHotel();
    const plans = rooms[0]?.ratePlans ?? [];
    const [chosenRooms, setRooms] = useState(start.rooms);
    const [chosenPlans, setPlans] = useState(start.plans);
    const [from, setFrom] = useState(start.from);
    const [to, setTo] = useState(start.to);
    const [days, setDays] = useState(weekdays);
    const [price, setPrice] = useState(nothing);
    const [people, setPeople] = useState('');
    const [rules, setRules] = useState<Partial<Record<RestrictionName, Doing>>>({});
    const [problem, setProblem] = useState<Problem>();
    const [busy, setBusy] = useState(false);
    const [warned, setWarned] = useState<RatesChanged>();
    const byPeople = plans.some((p) => p.pricing === 'person' && chosenPlans.includes(p.ratePlan));

    const send = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        setBusy(true);
        const amount = sent(price, true);
        const occupancy = byPeople && people ? Number(people) : 0;
        const body = {
            roomTypes: chosenRooms,
            ratePlans: chosenPlans,
            from,
            to,
            ...(days.length === 7 ? {} : { weekdays: days }),
            ...(amount === undefined ? {} : occupancy ? { prices: [{ occupancy, amount }] } : { price: amount }),
            ...Object.fromEntries(Object.entries(rules).map(([name, d]) => [name, sent(d)])),
        };
        try {
            const r = await call<RatesChanged>('PUT', at(hotel.slug, 'rates'), { body });
            if (r.warnings.length) {
                setWarned(r);
                return;
            }
            announce(r.changed ? t('valuesChanged', { n: r.changed }) : t('nothingChanged'), 'good');
            done();
        } catch (x) {
            setProblem(asProblem(x));
            setBusy(false);
        }
    };
    const said = [...numbers, ...flags].map((n) => `/${n}`).concat('/to', '/from');
    const shown = problem && (said.some((p) => problem.at(p)) || ['/roomTypes', '/ratePlans', '/weekdays', '/price', '/prices'].some((p) => within(problem, p)));
    if (warned) {
        return (
            <Dialog title={t('bulkEdit')} close={done}>
                <Warnings of={warned} close={done} />
            </Dialog>
        );
    }
    return (
        <Dialog title={t('bulkEdit')} close={close}>
            <form class="fields" onSubmit={(e) => void send(e)}>
                <Choices
                    legend={t('rooms')}
                    all={rooms.map((r) => ({ value: r.roomType, label: r.name }))}
                    chosen={chosenRooms}
                    set={setRooms}
                    error={within(problem, '/roomTypes')}
                />
                <Choices
                    legend={t('ratePlans')}
                    all={plans.map((p) => ({ value: p.ratePlan, label: p.ratePlan === '*' ? t('allPlansRules') : p.ratePlan }))}
                    chosen={chosenPlans}
                    set={setPlans}
                    error={within(problem, '/ratePlans')}
                />
                <div class="inline">
                    <TextField label={t('firstNight')} type="date" value={from} set={setFrom} error={problem?.at('/from')} required />
                    <TextField label={t('lastNight')} type="date" value={to} set={setTo} error={problem?.at('/to')} required />
                </div>
                <Choices
                    legend={t('weekdays')}
                    all={weekdays.map((value, i) => ({ value, label: day(addDays(MONDAY, i), 'weekday') }))}
                    chosen={days}
                    set={setDays}
                    error={within(problem, '/weekdays')}
                />
                <h3>{t('whatToChange')}</h3>
                <Doings name={t('field_price')} doing={price} set={setPrice} error={within(problem, '/price') ?? within(problem, '/prices')} price />
                {byPeople && price.how !== '' && (
                    <TextField label={t('people')} type="number" min={1} max={30} value={people} set={setPeople} optional />
                )}
                {[...numbers, ...flags].map((name) => (
                    <Doings
                        key={name}
                        name={fieldName(name)}
                        flag={flags.includes(name)}
                        doing={rules[name] ?? nothing}
                        set={(d) => setRules((old) => ({ ...old, [name]: d }))}
                        error={problem?.at(`/${name}`)}
                    />
                ))}
                {problem && !shown && <Failure problem={problem} />}
                <FormEnd close={close} busy={busy} />
            </form>
        </Dialog>
    );
}
