// The connections of the hotel, as cards.
import { useState } from 'preact/hooks';
import { all, asProblem, at, call } from '../api';
import { useLoad } from '../load';
import { announce } from '../parts/announce';
import { ActButton, Empty, LinkButton, Moment, Note, Shown, Tag } from '../parts/basics';
import { Confirm } from '../parts/dialog';
import { Page } from '../parts/page';
import { IntegrationTag } from '../parts/terms';
import { to } from '../route';
import { useHotel, useMayChange } from '../session';
import type { Integration, IntegrationType, Verb } from '../types';
import { said, t } from '../words';

export async function doVerb(hotel: string, i: Integration, verb: 'test' | 'sync'): Promise<void> {
    const r = await call<Verb>('POST', at(hotel, 'integrations', i.id, verb));
    if (r.success) announce(t(verb === 'test' ? 'testFine' : 'syncFine', { name: i.name }), 'good');
    else announce(t('verbFailed', { name: i.name, why: said(r.error.message) }), 'bad');
}

export async function setActive(hotel: string, i: Integration, isActive: boolean): Promise<void> {
    await call('PUT', at(hotel, 'integrations', i.id), { body: { isActive } });
    announce(t(isActive ? 'resumed' : 'paused', { name: i.name }), 'good');
}

// What one can do with it; `gone` after it was deleted.
export function IntegrationActs({
    of,
    type,
    changed,
    gone,
}: {
    of: Integration;
    type: IntegrationType | undefined;
    changed: () => void;
    gone: () => void;
}) {
    const hotel = useHotel();
    const [asking, setAsking] = useState(false);
    const act = (f: () => Promise<void>) => () => f().finally(changed);
    return (
        <div class="actions">
            <ActButton icon="check" act={act(() => doVerb(hotel.slug, of, 'test'))} aria-label={t('testOf', { name: of.name })}>
                {t('test')}
            </ActButton>
            {type?.pulls && (
                <ActButton
                    icon="refresh"
                    act={act(() => doVerb(hotel.slug, of, 'sync'))}
                    aria-label={t('syncOf', { name: of.name })}
                >
                    {t('sync')}
                </ActButton>
            )}
            <ActButton
                icon={of.isActive ? 'pause' : 'play'}
                act={act(() => setActive(hotel.slug, of, !of.isActive))}
                aria-label={of.isActive ? t('pauseOf', { name: of.name }) : t('resumeOf', { name: of.name })}
            >
                {of.isActive ? t('pause') : t('resume')}
            </ActButton>
            <ActButton
                kind="quiet"
                act={async () => setAsking(true)}
                aria-label={t('deleteOf', { name: of.name })}
            >
                {t('delete')}
            </ActButton>
            {asking && (
                <Confirm
                    title={t('deleteTitle', { name: of.name })}
                    text={t('deleteText')}
                    yes={t('deleteDo')}
                    close={() => setAsking(false)}
                    act={async () => {
                        try {
                            await call('DELETE', at(hotel.slug, 'integrations', of.id));
                            announce(t('deleted', { name: of.name }), 'good');
                            setAsking(false);
                            gone();
                        } catch (e) {
                            setAsking(false);
                            announce(asProblem(e).message, 'bad');
                        }
                    }}
                />
            )}
        </div>
    );
}

function Card({ of, type, changed }: { of: Integration; type: IntegrationType | undefined; changed: () => void }) {
    const hotel = useHotel();
    const may = useMayChange();
    return (
        <article class={`card is-${of.status}`} aria-labelledby={`name-${of.id}`}>
            <header class="card-head">
                <div>
                    <p class="card-type">{type?.title ?? of.type}</p>
                    <h2 id={`name-${of.id}`}>
                        <a href={to(hotel.slug, 'integrations', of.id)}>{of.name}</a>
                    </h2>
                </div>
                <div class="tags">
                    <IntegrationTag of={of} />
                    {of.isOpen && <Tag tone="warn">{t('open')}</Tag>}
                </div>
            </header>
            <dl class="facts">
                <div>
                    <dt>{t(of.webhookUrl ? 'lastMessage' : 'lastSync')}</dt>
                    <dd>{of.lastSync ? <Moment at={of.lastSync} /> : t('never')}</dd>
                </div>
            </dl>
            {of.lastError && (
                <Note tone="bad">
                    <p>{said(of.lastError)}</p>
                    <a href={to(hotel.slug, 'integrations', of.id, 'logs')}>{t('seeLogs')}</a>
                </Note>
            )}
            {may && <IntegrationActs of={of} type={type} changed={changed} gone={changed} />}
        </article>
    );
}

export function IntegrationsPage() {
    const hotel = useHotel();
    const may = useMayChange();
    const loaded = useLoad(
        `integrations ${hotel.slug}`,
        async (signal) => {
            const [list, types] = await Promise.all([
                all<Integration>(at(hotel.slug, 'integrations'), signal),
                all<IntegrationType>(at(hotel.slug, 'integration-types'), signal),
            ]);
            return { list, types };
        },
        ['integration.', 'reservation.', 'alert.'],
    );
    const add = (
        <LinkButton kind="main" icon="plus" href={to(hotel.slug, 'integrations', 'new')}>
            {t('addIntegration')}
        </LinkButton>
    );
    return (
        <Page title={t('integrations')} intro={t('integrationsIntro')} actions={may && add}>
            <Shown of={loaded}>
                {({ list, types }) =>
                    list.length ? (
                        <div class="cards">
                            {list.map((i) => (
                                <Card key={i.id} of={i} type={types.find((x) => x.type === i.type)} changed={loaded.reload} />
                            ))}
                        </div>
                    ) : (
                        <Empty title={t('noIntegrations')}>
                            <p>{t('noIntegrationsText')}</p>
                            {may && add}
                        </Empty>
                    )
                }
            </Shown>
        </Page>
    );
}
