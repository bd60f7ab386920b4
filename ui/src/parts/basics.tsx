// The smallest parts: buttons, states of loading, empty and failed, tags, moments.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from '../api';
import { ago, exactMoment, t } from '../words';
import { Icon, type IconName } from './icon';
import { announce } from './announce';

type ButtonProps = Omit<JSX.HTMLAttributes<HTMLButtonElement>, 'onClick' | 'icon'> & {
    kind?: 'main' | 'plain' | 'quiet' | 'danger';
    icon?: IconName;
    busy?: boolean;
    disabled?: boolean;
    type?: 'button' | 'submit';
    onClick?: (e: MouseEvent) => void;
    children?: ComponentChildren;
};

// While busy it stays focusable, so that the focus is not lost, and does nothing.
export function Button({ kind = 'plain', icon, busy, disabled, type = 'button', onClick, children, ...rest }: ButtonProps) {
    return (
        <button
            {...rest}
            type={type}
            class={`button ${kind}`}
            disabled={disabled ?? false}
            aria-disabled={busy ? 'true' : undefined}
            onClick={(e) => {
                if (busy) e.preventDefault();
                else onClick?.(e);
            }}
        >
            {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
            {children !== undefined && <span>{children}</span>}
        </button>
    );
}

// A button for what takes a moment; a failure is handed on, or announced.
export function ActButton({
    act,
    failed,
    ...rest
}: Omit<ButtonProps, 'onClick' | 'busy'> & { act: () => Promise<unknown>; failed?: (p: Problem) => void }) {
    const [busy, setBusy] = useState(false);
    const there = useRef(true);
    useEffect(() => () => void (there.current = false), []);
    return (
        <Button
            {...rest}
            busy={busy}
            onClick={() => {
                setBusy(true);
                act()
                    .catch((e: unknown) => {
                        const p = asProblem(e);
                        if (failed) failed(p);
                        else announce(p.message, 'bad');
                    })
                    .finally(() => there.current && setBusy(false));
            }}
        />
    );
}

export function LinkButton({
    href,
    kind = 'plain',
    icon,
    children,
    download,
}: {
    href: string;
    kind?: 'main' | 'plain' | 'quiet';
    icon?: IconName;
    children: ComponentChildren;
    download?: boolean;
}) {
    return (
        <a class={`button ${kind}`} href={href} {...(download ? { download: '' } : {})}>
            {icon && <Icon name={icon} />}
            <span>{children}</span>
        </a>
    );
}

export type Tone = 'good' | 'plain' | 'warn' | 'bad';

export function Tag({ tone, children }: { tone: Tone; children: ComponentChildren }) {
    return <span class={`tag ${tone}`}>{children}</span>;
}

export function Moment({ at }: { at: string }) {
    return (
        <time dateTime={at} title={exactMoment(at)}>
            {ago(at)}
        </time>
    );
}

export function Loading() {
    const [late, setLate] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setLate(true), 300);
        return () => clearTimeout(timer);
    }, []);
    return (
        <div class="loading" role="status">
            {late && (
                <>
                    <span class="spinner" aria-hidden="true" /> {t('loading')}
                </>
            )}
        </div>
    );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
    return (
        <div class="empty">
            <p class="empty-title">{title}</p>
            {children}
        </div>
    );
}

export function Failure({ problem, retry }: { problem: Problem; retry?: () => void }) {
    return (
        <div class="note bad" role="alert">
            <Icon name="stop" />
            <div>
                <p>{problem.message}</p>
                {problem.status >= 500 && problem.request && (
                    <p class="small">{t('requestNumber', { id: problem.request })}</p>
                )}
                {retry && (
                    <Button kind="quiet" icon="refresh" onClick={retry}>
                        {t('tryAgain')}
                    </Button>
                )}
            </div>
        </div>
    );
}

export function Note({
    tone = 'plain',
    icon,
    children,
    role,
}: {
    tone?: Tone;
    icon?: IconName;
    children: ComponentChildren;
    role?: 'status' | 'alert';
}) {
    const standard: IconName = tone === 'good' ? 'check' : tone === 'bad' ? 'stop' : tone === 'warn' ? 'alert' : 'guide';
    return (
        <div class={`note ${tone}`} role={role}>
            <Icon name={icon ?? standard} />
            <div>{children}</div>
        </div>
    );
}

// What was read, or how it stands with reading it.
export function Shown<T>({
    of,
    children,
}: {
    of: { data: T | undefined; problem: Problem | undefined; reload: () => void };
    children: (data: T) => ComponentChildren;
}) {
    if (of.data === undefined) {
        return of.problem ? <Failure problem={of.problem} retry={of.reload} /> : <Loading />;
    }
    return (
        <>
            {of.problem && of.problem.status !== 401 && <Failure problem={of.problem} retry={of.reload} />}
            {children(of.data)}
        </>
    );
}

export function CopyButton({ text, label }: { text: string; label: string }) {
    const [done, setDone] = useState(false);
    return (
        <Button
            kind="plain"
            icon={done ? 'check' : 'copy'}
            aria-label={label}
            onClick={() => {
                copy(text).then(
                    () => {
                        setDone(true);
                        announce(t('copied'), 'good');
                        setTimeout(() => setDone(false), 2500);
                    },
                    () => announce(t('copyFailed'), 'bad'),
                );
            }}
        >
            {done ? t('copied') : t('copy')}
        </Button>
    );
}

async function copy(text: string): Promise<void> {
    if (navigator.clipboard) {
        await navigator.clipboard.writeText(text);
        return;
    }
    // Plain HTTP on another machine has no clipboard of its own.
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const fine = document.execCommand('copy');
    area.remove();
    if (!fine) throw new Error('copy');
}
