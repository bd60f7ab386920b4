// Fields of forms: label, help and error belong to their input also for those who do not see them.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../words';

type Common = {
    label: string;
    help?: string | undefined;
    error?: string | undefined;
    optional?: boolean | undefined;
};

type Wired = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': 'true' | undefined };

export function Field({ label, help, error, optional, children }: Common & { children: (wired: Wired) => ComponentChildren }) {
    const id = useId();
    const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
    return (
        <div class={error ? 'field wrong' : 'field'}>
            <label for={id}>
                {label}
                {optional && <span class="optional"> {t('optional')}</span>}
            </label>
            {help && (
                <p class="help" id={`${id}-help`}>
                    {help}
                </p>
            )}
            {children({ id, 'aria-describedby': described, 'aria-invalid': error ? 'true' : undefined })}
            {error && (
                <p class="error" id={`${id}-error`}>
                    {error}
                </p>
            )}
        </div>
    );
}

export function TextField({
    value,
    set,
    type = 'text',
    autocomplete = 'off',
    placeholder,
    required,
    min,
    max,
    maxLength,
    mono,
    ...common
}: Common & {
    value: string;
    set: (v: string) => void;
    type?: 'text' | 'email' | 'password' | 'number' | 'date' | 'search';
    autocomplete?: string;
    placeholder?: string | undefined;
    required?: boolean | undefined;
    min?: number | undefined;
    max?: number | undefined;
    maxLength?: number | undefined;
    mono?: boolean;
}) {
    return (
        <Field {...common}>
            {(w) => (
                <input
                    {...w}
                    class={mono ? 'mono' : undefined}
                    type={type}
                    value={value}
                    autocomplete={autocomplete}
                    placeholder={placeholder}
                    required={required}
                    min={min}
                    max={max}
                    maxLength={maxLength}
                    spellcheck={mono ? false : undefined}
                    onInput={(e) => set(e.currentTarget.value)}
                />
            )}
        </Field>
    );
}

export function SelectField({
    value,
    set,
    choices,
    required,
    ...common
}: Common & {
    value: string;
    set: (v: string) => void;
    choices: { value: string; label: string }[];
    required?: boolean;
}) {
    return (
        <Field {...common}>
            {(w) => (
                <select {...w} value={value} required={required} onChange={(e) => set(e.currentTarget.value)}>
                    {choices.map((c) => (
                        <option key={c.value} value={c.value}>
                            {c.label}
                        </option>
                    ))}
                </select>
            )}
        </Field>
    );
}

export function SwitchField({ value, set, label, help, error }: Common & { value: boolean; set: (v: boolean) => void }) {
    const id = useId();
    return (
        <div class={error ? 'field switch wrong' : 'field switch'}>
            <input
                id={id}
                type="checkbox"
                checked={value}
                aria-describedby={help || error ? `${id}-help` : undefined}
                onChange={(e) => set(e.currentTarget.checked)}
            />
            <div>
                <label for={id}>{label}</label>
                {(help || error) && (
                    <p class={error ? 'error' : 'help'} id={`${id}-help`}>
                        {error ?? help}
                    </p>
                )}
            </div>
        </div>
    );
}
