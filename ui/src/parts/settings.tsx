// The settings of an integration, drawn from the form that the server describes for its type.
import type { Problem } from '../api';
import { places } from '../jsonplace';
import { MASK, type FormField, type IntegrationType, type Json } from '../types';
import { t, type Plain } from '../words';
import { Note } from './basics';
import { Field, SelectField, SwitchField, TextField } from './field';
import { JsonField, type JsonFault } from './jsonfield';

// Values as they stand in the inputs: texts, and true or false for switches.
export type Draft = Record<string, string | boolean>;

export function draftOf(type: IntegrationType, configuration: Record<string, Json> | undefined): Draft {
    const draft: Draft = {};
    for (const f of type.fields) {
        const v = configuration ? configuration[f.name] : f.default;
        if (f.type === 'switch') draft[f.name] = v === true;
        else if (f.type === 'json' && v !== undefined && v !== MASK) draft[f.name] = JSON.stringify(v, null, 2);
        else draft[f.name] = v === undefined || v === null ? '' : String(v);
    }
    return draft;
}

function visible(f: FormField, draft: Draft): boolean {
    return Object.entries(f.visibleWhen ?? {}).every(([name, wanted]) => String(draft[name]) === wanted);
}

// What is sent. Null takes a member away; a masked secret keeps the stored one. Undefined when a JSON text is not JSON.
export function configurationOf(type: IntegrationType, draft: Draft, fresh: boolean): Record<string, Json> | undefined {
    const out: Record<string, Json> = {};
    for (const f of type.fields) {
        const v = draft[f.name];
        if (!visible(f, draft)) continue;
        if (typeof v === 'boolean') out[f.name] = v;
        else if (!v?.trim()) {
            if (!fresh) out[f.name] = null;
        } else if (f.type === 'number') out[f.name] = Number(v);
        else if (f.type === 'json' && v !== MASK) {
            if (places(v).fault !== undefined) return undefined;
            out[f.name] = JSON.parse(v) as Json;
        } else out[f.name] = v;
    }
    return out;
}

const choiceWords: Record<string, Plain> = {
    signed: 'choiceSigned',
    url_token: 'choiceUrlToken',
    open: 'choiceOpen',
    standard: 'choiceStandard',
    stripe: 'choiceStripe',
    github: 'choiceGithub',
    hmac: 'choiceHmac',
    dmy: 'choiceDmy',
    mdy: 'choiceMdy',
    ymd: 'choiceYmd',
    point: 'choicePoint',
    comma: 'choiceComma',
};

// Their help explains the choices' names in the API, which are not shown here.
const saidByChoices = ['verification', 'dates', 'decimal'];

function choiceLabel(choice: string): string {
    const key = choiceWords[choice];
    return key ? t(key) : choice;
}

// Faults whose pointer begins with the field's, e.g. /configuration/mapping/data/rooms.
function faultOf(problem: Problem | undefined, name: string): JsonFault | undefined {
    const head = `/configuration/${name}`;
    const e = problem?.errors.find((x) => x.pointer === head || x.pointer.startsWith(`${head}/`));
    return e && { pointer: e.pointer.slice(head.length), detail: e.detail };
}

export function SettingsForm({
    type,
    draft,
    set,
    problem,
    fresh,
}: {
    type: IntegrationType;
    draft: Draft;
    set: (d: Draft) => void;
    problem: Problem | undefined;
    fresh: boolean;
}) {
    const shown = type.fields.filter((f) => f.name !== 'enabled' && visible(f, draft));
    const usual = shown.filter((f) => !f.advanced);
    const advanced = shown.filter((f) => f.advanced);
    const one = (f: FormField) => (
        <Setting
            key={f.name}
            field={f}
            value={draft[f.name] ?? ''}
            fault={faultOf(problem, f.name)}
            fresh={fresh}
            set={(v) => set({ ...draft, [f.name]: v })}
        />
    );
    const open = advanced.some((f) => faultOf(problem, f.name) || (draft[f.name] && f.name === 'mapping'));
    return (
        <>
            {usual.map(one)}
            {draft['verification'] === 'open' && <Note tone="warn">{t('openWarning')}</Note>}
            {advanced.length > 0 && (
                <details class="more-settings" open={open || undefined}>
                    <summary>{t('moreSettings')}</summary>
                    <div class="fields">{advanced.map(one)}</div>
                </details>
            )}
        </>
    );
}

function Setting({
    field: f,
    value,
    set,
    fault,
    fresh,
}: {
    field: FormField;
    value: string | boolean;
    set: (v: string | boolean) => void;
    fault: JsonFault | undefined;
    fresh: boolean;
}) {
    const help = saidByChoices.includes(f.name) ? undefined : f.help;
    const common = { label: f.label, help, error: fault?.detail, optional: !f.required };
    if (f.type === 'switch') return <SwitchField {...common} value={value === true} set={set} />;
    const text = String(value);
    if (f.secret && !fresh && text === MASK) {
        return (
            <Field {...common} optional={false}>
                {(w) => (
                    <div class="inline">
                        <input {...w} class="mono" value={MASK} readOnly aria-label={`${f.label}: ${t('secretKept')}`} />
                        <button type="button" class="button plain" onClick={() => set('')}>
                            {t('secretReplace')}
                        </button>
                    </div>
                )}
            </Field>
        );
    }
    switch (f.type) {
        case 'choice':
            return (
                <SelectField
                    {...common}
                    optional={false}
                    value={text}
                    set={set}
                    choices={[
                        ...(f.required || f.default !== undefined ? [] : [{ value: '', label: t('choiceNone') }]),
                        ...(f.choices ?? []).map((c) => ({ value: c, label: choiceLabel(c) })),
                    ]}
                />
            );
        case 'json':
            return (
                <JsonField label={f.label} help={f.help} optional={!f.required} value={text} set={set} fault={fault} example={f.example} />
            );
        case 'multiline':
            return (
                <Field {...common}>
                    {(w) => <textarea {...w} rows={5} value={text} onInput={(e) => set(e.currentTarget.value)} />}
                </Field>
            );
        case 'number':
            return <TextField {...common} type="number" value={text} set={set} min={f.min} max={f.max} placeholder={f.example} />;
        default:
            return (
                <TextField
                    {...common}
                    value={text}
                    set={set}
                    required={f.required}
                    maxLength={f.maxLength}
                    placeholder={f.generated ? t('madeForYou') : f.example}
                    mono={f.secret}
                />
            );
    }
}
