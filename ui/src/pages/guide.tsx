// Something failed? Four steps, in this order: logs, configuration, connectivity, support bundle.
import { useState } from 'preact/hooks';
import { all, asProblem, at, call, get } from '../api';
import { makeBundle } from '../bundle';
import { useLoad } from '../load';
import { ActButton, Empty, LinkButton, Note, Shown } from '../parts/basics';
import { Code } from '../parts/code';
import { Page } from '../parts/page';
import { IntegrationTag } from '../parts/terms';
import { to, withQuery } from '../route';
import { useHotel, useMayChange } from '../session';
import type { Integration, Verb } from '../types';
import { said, t, today } from '../words';

type Tried = { id: string; fine: boolean; text: string };

function Connectivity({ list }: { list: Integration[] }) {
    const hotel = useHotel();
    const may = useMayChange();
    const [tried, setTried] = useState<Tried[]>();
    const testAll = async () => {
        const out: Tried[] = [];
        try {
            await get('/readyz');
            out.push({ id: '', fine: true, text: t('serverReady') });
        } catch (e) {
            out.push({ id: '', fine: false, text: asProblem(e).message });
        }
        for (const i of may ? list.filter((x) => x.isActive) : []) {
            try {
                const r = await call<Verb>('POST', at(hotel.slug, 'integrations', i.id, 'test'));
                out.push({ id: i.id, fine: r.success, text: r.success ? t('testFine', { name: i.name }) : `${i.name} – ${said(r.error.message)}` });
            } catch (e) {
                out.push({ id: i.id, fine: false, text: `${i.name} – ${asProblem(e).message}` });
            }
        }
        setTried(out);
    };
    return (
        <>
            <ActButton kind="main" icon="refresh" act={testAll}>
                {t('testAll')}
            </ActButton>
            <div role="status">
                {tried?.map((x) => (
                    <Note key={x.id} tone={x.fine ? 'good' : 'bad'}>
                        {x.text}
                    </Note>
                ))}
            </div>
            <p class="help">{t('guideWebhookHelp')}</p>
        </>
    );
}

function Bundle() {
    const hotel = useHotel();
    const [text, setText] = useState('');
    const make = async () => {
        const json = JSON.stringify(await makeBundle(hotel.slug), null, 2);
        setText(json);
        const url = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
        const a = document.createElement('a');
        a.href = url;
        a.download = `selfkey-${hotel.slug}-${today()}.json`;
        a.click();
        setTimeout(() => URL.revokeObjectURL(url), 10000);
    };
    return (
        <>
            <ActButton kind="main" icon="download" act={make}>
                {t('makeBundle')}
            </ActButton>
            {text && (
                <details class="more-settings">
                    <summary>{t('seeBundle')}</summary>
                    <Code label={t('seeBundle')} text={text} />
                </details>
            )}
        </>
    );
}

export function GuidePage() {
    const hotel = useHotel();
    const loaded = useLoad(`guide ${hotel.slug}`, (signal) => all<Integration>(at(hotel.slug, 'integrations'), signal), ['integration.']);
    return (
        <Page title={t('guideTitle')} intro={t('guideIntro')}>
            <Shown of={loaded}>
                {(list) => (
                    <ol class="guide">
                        <li>
                            <h2>{t('guideLogs')}</h2>
                            <p>{t('guideLogsText')}</p>
                            {list.length ? (
                                <ul class="health">
                                    {list.map((i) => (
                                        <li key={i.id}>
                                            <a href={withQuery(to(hotel.slug, 'integrations', i.id, 'logs'), i.lastError ? { status: 'error' } : {})}>
                                                <span class="health-name">{i.name}</span>
                                                <IntegrationTag of={i} />
                                                <span class="muted small">{i.lastError ? said(i.lastError) : t('seeLogs')}</span>
                                            </a>
                                        </li>
                                    ))}
                                </ul>
                            ) : (
                                <Empty title={t('noIntegrations')} />
                            )}
                        </li>
                        <li>
                            <h2>{t('guideConfiguration')}</h2>
                            <p>{t('guideConfigurationText')}</p>
                            <div class="actions">
                                {list.map((i) => (
                                    <LinkButton key={i.id} href={to(hotel.slug, 'integrations', i.id, 'settings')}>
                                        {t('settingsOf', { name: i.name })}
                                    </LinkButton>
                                ))}
                                <LinkButton href={to(hotel.slug, 'rooms')}>{t('mappings')}</LinkButton>
                            </div>
                        </li>
                        <li>
                            <h2>{t('guideConnectivity')}</h2>
                            <p>{t('guideConnectivityText')}</p>
                            <Connectivity list={list} />
                        </li>
                        <li>
                            <h2>{t('guideBundle')}</h2>
                            <p>{t('guideBundleText')}</p>
                            <Bundle />
                        </li>
                    </ol>
                )}
            </Shown>
        </Page>
    );
}
