// Short messages about what was just done: seen in a corner, and read out.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../words';
import { Icon } from './icon';

type Said = { id: number; text: string; tone: 'good' | 'bad' };
let show: (s: Said) => void = () => {};
let ids = 0;

export function announce(text: string, tone: 'good' | 'bad' = 'good'): void {
    show({ id: ++ids, text, tone });
}

export function Announcer() {
    const [said, setSaid] = useState<Said | null>(null);
    useEffect(() => {
        show = setSaid;
    }, []);
    useEffect(() => {
        // What went wrong stays until it is put away.
        if (said?.tone !== 'good') return;
        const timer = setTimeout(() => setSaid(null), 6000);
        return () => clearTimeout(timer);
    }, [said]);
    return (
        <div class="announcer" aria-live="polite" role="status">
            {said && (
                <div class={`said ${said.tone}`} key={said.id}>
                    <Icon name={said.tone === 'good' ? 'check' : 'stop'} />
                    <span>{said.text}</span>
                    <button type="button" class="icon-button" aria-label={t('close')} onClick={() => setSaid(null)}>
                        <Icon name="close" />
                    </button>
                </div>
            )}
        </div>
    );
}
