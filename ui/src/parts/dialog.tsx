// A dialog of the browser's own: it keeps the focus inside and gives it back.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../words';
import { ActButton, Button } from './basics';
import { Icon } from './icon';

export function Dialog({
    title,
    close,
    children,
    side,
}: {
    title: string;
    close: () => void;
    children: ComponentChildren;
    side?: boolean;
}) {
    const ref = useRef<HTMLDialogElement>(null);
    const id = useId();
    useEffect(() => {
        const d = ref.current!;
        const before = document.activeElement;
        d.showModal();
        return () => {
            d.close();
            if (before instanceof HTMLElement && before.isConnected) before.focus();
        };
    }, []);
    return (
        <dialog
            ref={ref}
            class={side ? 'dialog side' : 'dialog'}
            aria-labelledby={id}
            onCancel={(e) => {
                e.preventDefault();
                close();
            }}
            onClick={(e) => {
                if (e.target === ref.current) close();
            }}
        >
            <div class="dialog-inside">
                <header class="dialog-head">
                    <h2 id={id}>{title}</h2>
                    <button type="button" class="icon-button" aria-label={t('close')} onClick={close}>
                        <Icon name="close" />
                    </button>
                </header>
                {children}
            </div>
        </dialog>
    );
}

export function Confirm({
    title,
    text,
    yes,
    act,
    close,
}: {
    title: string;
    text: string;
    yes: string;
    act: () => Promise<unknown>;
    close: () => void;
}) {
    return (
        <Dialog title={title} close={close}>
            <p>{text}</p>
            <div class="actions end">
                <Button onClick={close}>{t('back')}</Button>
                <ActButton kind="danger" act={act}>
                    {yes}
                </ActButton>
            </div>
        </Dialog>
    );
}

// How a form in a dialog ends.
export function FormEnd({ close, busy }: { close: () => void; busy: boolean }) {
    return (
        <div class="actions end">
            <Button onClick={close}>{t('cancel')}</Button>
            <Button type="submit" kind="main" busy={busy}>
                {t('save')}
            </Button>
        </div>
    );
}
