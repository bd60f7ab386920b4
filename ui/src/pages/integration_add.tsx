// Adding a connection: its type, its settings, then what is shown only once.
import { useEffect, useRef, useState } from 'preact/hooks';
import { all, asProblem, at, call, type Problem } from '../api';
import { useLoad } from '../load';
import { Button, Failure, LinkButton, Note, Shown } from '../parts/basics';
import { TextField } from '../parts/field';
import { Once, onceShown } from '../parts/once';
import { Page } from '../parts/page';
import { configurationOf, draftOf, SettingsForm } from '../parts/settings';
import { useUnsaved } from '../parts/unsaved';
import { to } from '../route';
import { useHotel } from '../session';
import type { Integration, IntegrationType } from '../types';
import { t } from '../words';

function Form({ type, made }: { type: IntegrationType; made: (i: Integration) => void }) {
    const hotel = useHotel();
    const [name, setName] = useState('');
    const [draft, setDraft] = useState(() => draftOf(type, undefined));
    const [touched, setTouched] = useState(false);
    const [problem, setProblem] = useState<Problem>();
    const [busy, setBusy] = useState(false);
    const form = useRef<HTMLFormElement>(null);
    const unsaved = useUnsaved(touched);
    const send = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        const configuration = configurationOf(type, draft, true);
        if (!configuration) {
            form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
            return;
        }
        setBusy(true);
        setProblem(undefined);
        try {
            const i = await call<Integration>('POST', at(hotel.slug, 'integrations'), {
                body: { type: type.type, name: name.trim(), configuration },
            });
            setTouched(false);
            made(i);
        } catch (x) {
            setProblem(asProblem(x));
            setBusy(false);
        }
    };
    useEffect(() => {
        if (problem) form.current?.querySelector<HTMLElement>('[aria-invalid], .note.bad')?.focus();
    }, [problem]);
    return (
        <form ref={form} class="fields sheet" onSubmit={(e) => void send(e)}>
            <TextField
                label={t('name')}
                help={t('nameHelp')}
                value={name}
                set={(v) => {
                    setName(v);
                    setTouched(true);
                }}
                error={problem?.at('/name')}
                required
                maxLength={200}
            />
            <SettingsForm
                type={type}
                draft={draft}
                set={(d) => {
                    setDraft(d);
                    setTouched(true);
                }}
                problem={problem}
                fresh
            />
            {problem && <Failure problem={problem} />}
            <div class="actions">
                <Button type="submit" kind="main" busy={busy}>
                    {t('addDo')}
                </Button>
                <LinkButton kind="quiet" href={to(hotel.slug, 'integrations')}>
                    {t('cancel')}
                </LinkButton>
            </div>
            {unsaved}
        </form>
    );
}

export function AddIntegrationPage({ type: wanted }: { type: string | undefined }) {
    const hotel = useHotel();
    const [made, setMade] = useState<Integration>();
    const types = useLoad(`types ${hotel.slug}`, (signal) =>
        all<IntegrationType>(at(hotel.slug, 'integration-types'), signal),
    );
    const type = types.data?.find((x) => x.type === wanted);
    const back = wanted
        ? { href: to(hotel.slug, 'integrations', 'new'), label: t('otherType') }
        : { href: to(hotel.slug, 'integrations'), label: t('integrations') };
    if (made && type) {
        return (
            <Page key="made" title={t('addedTitle', { name: made.name })}>
                <div class="sheet">
                    {made.webhookUrl ? (
                        <Note tone="good">{t(onceShown(made, type).length ? 'addedWebhookOnce' : 'addedWebhook')}</Note>
                    ) : (
                        <Note tone="good">{t('addedText')}</Note>
                    )}
                    <Once of={made} type={type} />
                    <div class="actions">
                        <LinkButton kind="main" href={to(hotel.slug, 'integrations', made.id)}>
                            {t('goToIntegration')}
                        </LinkButton>
                    </div>
                </div>
            </Page>
        );
    }
    return (
        <Page
            key={wanted ?? 'types'}
            title={type ? t('addOf', { name: type.title }) : t('addIntegration')}
            intro={type ? type.description : t('chooseType')}
            back={back}
        >
            <Shown of={types}>
                {(list) =>
                    type ? (
                        <Form type={type} made={setMade} />
                    ) : (
                        <ul class="types">
                            {list.map((x) => (
                                <li key={x.type}>
                                    <a href={to(hotel.slug, 'integrations', 'new', x.type)}>
                                        <span class="types-title">{x.title}</span>
                                        <span class="types-text">{x.description}</span>
                                    </a>
                                </li>
                            ))}
                        </ul>
                    )
                }
            </Shown>
        </Page>
    );
}
