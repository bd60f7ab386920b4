// Keeps people from losing what they typed: asks before the page is left.
import { useLayoutEffect, useState } from 'preact/hooks';
import { setGuard } from '../route';
import { t } from '../words';
import { Button } from './basics';
import { Dialog } from './dialog';

// Returns the question, to be rendered somewhere.
export function useUnsaved(dirty: boolean) {
    const [leave, setLeave] = useState<(() => void) | null>(null);
    // Before the screen is drawn again: whoever sees "saved" may leave at once.
    useLayoutEffect(() => {
        if (!dirty) return;
        const before = (e: BeforeUnloadEvent) => e.preventDefault();
        window.addEventListener('beforeunload', before);
        setGuard((go) => setLeave(() => go));
        return () => {
            window.removeEventListener('beforeunload', before);
            setGuard(null);
        };
    }, [dirty]);
    if (!leave) return null;
    return (
        <Dialog title={t('unsavedTitle')} close={() => setLeave(null)}>
            <p>{t('unsavedText')}</p>
            <div class="actions end">
                <Button onClick={() => setLeave(null)}>{t('stay')}</Button>
                <Button
                    kind="danger"
                    onClick={() => {
                        setLeave(null);
                        leave();
                    }}
                >
                    {t('leave')}
                </Button>
            </div>
        </Dialog>
    );
}
