// JSON as text, with numbers of lines and a mark at the one where something is wrong.
import { useMemo, useRef } from 'preact/hooks';
import { lineOf, offsetOf, places } from '../jsonplace';
import { t } from '../words';
import { Button } from './basics';
import { Field } from './field';

// What is wrong with it: of its form, else what the server said about a member (pointer below this value).
export type JsonFault = { pointer: string; detail: string };

export function JsonField({
    label,
    help,
    optional,
    value,
    set,
    fault,
    example,
}: {
    label: string;
    help?: string | undefined;
    optional?: boolean;
    value: string;
    set: (v: string) => void;
    fault?: JsonFault | undefined;
    example?: string | undefined;
}) {
    const area = useRef<HTMLTextAreaElement>(null);
    const gutter = useRef<HTMLDivElement>(null);
    const wrong = useMemo(() => {
        if (!value.trim()) return undefined;
        const found = places(value);
        if (found.fault !== undefined) return { at: found.fault, text: t('jsonFault') };
        return fault ? { at: offsetOf(found, fault.pointer), text: fault.detail } : undefined;
    }, [value, fault]);
    const where = wrong && lineOf(value, wrong.at);
    const count = Math.max(value.split('\n').length, 6);
    const error =
        where && wrong
            ? t('atLine', { line: String(where.line), column: String(where.column), what: wrong.text })
            : fault && !value.trim()
              ? fault.detail
              : undefined;
    const show = () => {
        const a = area.current;
        if (!a || !wrong) return;
        const end = value.indexOf('\n', wrong.at);
        a.focus();
        a.setSelectionRange(wrong.at, end < 0 ? value.length : end);
        a.scrollTop = Math.max(0, (where!.line - 3) * 22);
    };
    return (
        <Field label={label} help={help} optional={optional} error={error}>
            {(w) => (
                <>
                    <div class="json">
                        <div class="json-lines" aria-hidden="true" ref={gutter}>
                            {Array.from({ length: count }, (_, i) => (
                                <span key={i} class={where?.line === i + 1 ? 'here' : undefined}>
                                    {i + 1}
                                </span>
                            ))}
                        </div>
                        <textarea
                            {...w}
                            ref={area}
                            class="mono"
                            rows={Math.min(20, count)}
                            wrap="off"
                            spellcheck={false}
                            autocomplete="off"
                            placeholder={example}
                            value={value}
                            onInput={(e) => set(e.currentTarget.value)}
                            onScroll={(e) => {
                                if (gutter.current) gutter.current.scrollTop = e.currentTarget.scrollTop;
                            }}
                        />
                    </div>
                    {wrong && (
                        <Button kind="quiet" onClick={show}>
                            {t('goToLine', { line: String(where!.line) })}
                        </Button>
                    )}
                </>
            )}
        </Field>
    );
}
