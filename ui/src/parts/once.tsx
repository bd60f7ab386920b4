// The address to give to the sender, and secrets that are shown this once.
import { MASK, type Integration, type IntegrationType } from '../types';
import { t } from '../words';
import { CopyButton } from './basics';

// Secrets that came in clear.
export function onceShown(i: Integration, type: IntegrationType): { label: string; value: string }[] {
    return type.fields
        .filter((f) => f.secret && f.generated)
        .map((f) => ({ label: f.label, value: i.configuration[f.name] }))
        .filter((x): x is { label: string; value: string } => typeof x.value === 'string' && x.value !== MASK);
}

export function Secret({ label, value }: { label: string; value: string }) {
    return (
        <div class="secret">
            <p class="secret-label">{label}</p>
            <div class="secret-line">
                <code>{value}</code>
                <CopyButton text={value} label={t('copyOf', { what: label })} />
            </div>
        </div>
    );
}

export function Once({ of, type }: { of: Integration; type: IntegrationType }) {
    const secrets = onceShown(of, type);
    return (
        <>
            {of.webhookUrl && <Secret label={t('webhookUrl')} value={of.webhookUrl} />}
            {secrets.map((s) => (
                <Secret key={s.label} label={t('shownOnce', { what: s.label })} value={s.value} />
            ))}
        </>
    );
}
