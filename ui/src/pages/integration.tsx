// One connection: how it is, its messages, its logs, its settings.
import { useEffect, useRef, useState } from 'preact/hooks';
import { all, asProblem, at, call, get, type Problem } from '../api';
import { useLoad } from '../load';
import { announce } from '../parts/announce';
import { Button, Failure, LinkButton, Moment, Note, Shown, Tag } from '../parts/basics';
import { TextField } from '../parts/field';
import { LogList } from '../parts/logs';
import { MessageList } from '../parts/messages';
import { Once, onceShown, Secret } from '../parts/once';
import { Page } from '../parts/page';
import { configurationOf, draftOf, SettingsForm } from '../parts/settings';
import { IntegrationTag } from '../parts/terms';
import { useUnsaved } from '../parts/unsaved';
import { go, to } from '../route';
import { useHotel, useMayChange } from '../session';
import type { Integration, IntegrationType } from '../types';
import { MASK } from '../types';
import { said, t, type Plain } from '../words';
import { IntegrationActs } from './integrations';

function Edit({ of, type, saved }: { of: Integration; type: IntegrationType; saved: (i: Integration) => void }) {
    const hotel = useHotel();
    const may = useMayChange();
    const [name, setName] = useState(of.name);
    const [draft, setDraft] = useState(() => draftOf(type, of.configuration));
    const [touched, setTouched] = useState(false);
    const [problem, setProblem] = useState<Problem>();
    const [busy, setBusy] = useState(false);
    const [once, setOnce] = useState<Integration>();
    const form = useRef<HTMLFormElement>(null);
    const unsaved = useUnsaved(touched);
    useEffect(() => {
        if (problem) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
    }, [problem]);
    const save = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        const configuration = configurationOf(type, draft, false);
        if (!configuration) {
            form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
            return;
        }
        setBusy(true);
        setProblem(undefined);
        try {
            const i = await call<Integration>('PUT', at(hotel.slug, 'integrations', of.id), {
                body: { name: name.trim(), configuration },
            });
            setTouched(false);
            const fresh = onceShown(i, type);
            // What was typed as a secret is not shown again, only what the server made.
            setOnce(fresh.some((s) => !Object.values(draft).includes(s.value)) ? i : undefined);
            const masked = { ...i.configuration };
            for (const f of type.fields) if (f.secret && masked[f.name] !== undefined) masked[f.name] = MASK;
            setDraft(draftOf(type, masked));
            announce(t('saved'), 'good');
            saved({ ...i, configuration: masked });
        } catch (x) {
            setProblem(asProblem(x));
        }
        setBusy(false);
    };
    const touch = <T,>(set: (v: T) => void) => (v: T) => {
        set(v);
        setTouched(true);
    };
    return (
        <form ref={form} class="fields sheet" onSubmit={(e) => void save(e)}>
            {once && (
                <Note tone="warn">
                    <p>{t('newSecret')}</p>
                    <Once of={once} type={type} />
                </Note>
            )}
            {!may && <Note>{t('readOnly')}</Note>}
            <fieldset class="bare" disabled={!may}>
                <TextField label={t('name')} value={name} set={touch(setName)} error={problem?.at('/name')} required maxLength={200} />
                <SettingsForm type={type} draft={draft} set={touch(setDraft)} problem={problem} fresh={false} />
            </fieldset>
            {problem && <Failure problem={problem} />}
            {may && (
                <div class="actions">
                    <Button type="submit" kind="main" busy={busy}>
                        {t('save')}
                    </Button>
                    {touched && <span class="muted">{t('notSavedYet')}</span>}
                </div>
            )}
            {unsaved}
        </form>
    );
}

function Summary({ of, type }: { of: Integration; type: IntegrationType | undefined }) {
    const hotel = useHotel();
    return (
        <div class="sheet">
            {of.isOpen && <Note tone="warn">{t('openWarning')}</Note>}
            {of.lastError && (
                <Note tone="bad">
                    <p>{said(of.lastError)}</p>
                    <a href={to(hotel.slug, 'guide')}>{t('whatNow')}</a>
                </Note>
            )}
            {of.webhookUrl && <Secret label={t('webhookUrl')} value={of.webhookUrl} />}
            {of.webhookUrl && <p class="help">{t('webhookUrlHelp')}</p>}
            <dl class="facts">
                <div>
                    <dt>{t('type')}</dt>
                    <dd>{type?.title ?? of.type}</dd>
                </div>
                <div>
                    <dt>{t(of.webhookUrl ? 'lastMessage' : 'lastSync')}</dt>
                    <dd>{of.lastSync ? <Moment at={of.lastSync} /> : t('never')}</dd>
                </div>
                <div>
                    <dt>{t('addedOn')}</dt>
                    <dd>
                        <Moment at={of.createdAt} />
                    </dd>
                </div>
                <div>
                    <dt>{t('changedOn')}</dt>
                    <dd>
                        <Moment at={of.updatedAt} />
                    </dd>
                </div>
            </dl>
            {type?.imports && (
                <p>
                    <LinkButton icon="upload" href={`${to(hotel.slug, 'imports')}?integration=${encodeURIComponent(of.id)}`}>
                        {t('uploadFor')}
                    </LinkButton>
                </p>
            )}
        </div>
    );
}

export function IntegrationPage({ id, tab, query }: { id: string; tab: string; query: URLSearchParams }) {
    const hotel = useHotel();
    const may = useMayChange();
    const one = useLoad(
        `integration ${hotel.slug} ${id}`,
        async (signal) => {
            const [integration, types] = await Promise.all([
                get<Integration>(at(hotel.slug, 'integrations', id), signal),
                all<IntegrationType>(at(hotel.slug, 'integration-types'), signal),
            ]);
            return { integration, type: types.find((x) => x.type === integration.type) };
        },
        ['integration.', 'reservation.', 'alert.'],
    );
    const back = { href: to(hotel.slug, 'integrations'), label: t('integrations') };
    if (!one.data) {
        return (
            <Page title={t('integration')} back={back}>
                <Shown of={one}>{() => null}</Shown>
            </Page>
        );
    }
    const { integration: i, type } = one.data;
    const tabs: { name: string; word: Plain }[] = [
        { name: '', word: 'tabSummary' },
        ...(i.webhookUrl ? [{ name: 'messages', word: 'tabMessages' as const }] : []),
        { name: 'logs', word: 'tabLogs' },
        { name: 'settings', word: 'tabSettings' },
    ];
    return (
        <Page
            title={i.name}
            back={back}
            intro={
                <span class="tags">
                    <IntegrationTag of={i} />
                    {i.isOpen && <Tag tone="warn">{t('open')}</Tag>}
                </span>
            }
            actions={may && <IntegrationActs of={i} type={type} changed={one.reload} gone={() => go(to(hotel.slug, 'integrations'))} />}
        >
            {one.problem && <Failure problem={one.problem} retry={one.reload} />}
            <nav class="tabs" aria-label={t('partsOf', { name: i.name })}>
                {tabs.map((x) => (
                    <a
                        key={x.name}
                        href={x.name ? to(hotel.slug, 'integrations', id, x.name) : to(hotel.slug, 'integrations', id)}
                        aria-current={tab === x.name ? 'page' : undefined}
                    >
                        {t(x.word)}
                    </a>
                ))}
            </nav>
            {tab === '' && <Summary of={i} type={type} />}
            {tab === 'messages' && <MessageList of={i} query={query} />}
            {tab === 'logs' && <LogList of={i} query={query} />}
            {tab === 'settings' && type && (
                <Edit of={i} type={type} saved={(integration) => one.set({ integration, type })} />
            )}
        </Page>
    );
}
