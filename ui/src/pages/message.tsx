// One raw message: what came, whether it was believed, what became of it.
import { at, call, get } from '../api';
import { useLoad } from '../load';
import { announce } from '../parts/announce';
import { ActButton, CopyButton, LinkButton, Note, Shown } from '../parts/basics';
import { Code } from '../parts/code';
import { Page, Section } from '../parts/page';
import { OutcomeTag, VerdictTag } from '../parts/terms';
import { to } from '../route';
import { useHotel, useMayChange } from '../session';
import type { Integration, MessageWhole, Outcome } from '../types';
import { bytes, exactMoment, said, t } from '../words';

function pretty(text: string): string {
    try {
        return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        return text;
    }
}

function Whole({ m, integration, replay }: { m: MessageWhole; integration: Integration; replay: () => Promise<void> }) {
    const hotel = useHotel();
    const may = useMayChange();
    const failed = m.result?.outcome === 'failed';
    return (
        <>
            <div class="sheet">
                {m.reason && <Note tone={m.verdict === 'rejected' ? 'bad' : 'plain'}>{said(m.reason)}</Note>}
                {m.result?.detail && (
                    <Note tone={failed ? 'bad' : 'good'}>
                        <p>{said(m.result.detail)}</p>
                        {m.result.pointer && <p class="small">{t('placeInMessage', { pointer: m.result.pointer })}</p>}
                        {failed && <a href={to(hotel.slug, 'integrations', integration.id, 'settings')}>{t('fixMapping')}</a>}
                    </Note>
                )}
                <div class="actions">
                    {m.result?.reservationId && (
                        <LinkButton kind="main" href={to(hotel.slug, 'reservations', m.result.reservationId)}>
                            {t('openReservation')}
                        </LinkButton>
                    )}
                    {m.result?.duplicateOf && (
                        <LinkButton href={to(hotel.slug, 'integrations', integration.id, 'messages', m.result.duplicateOf)}>
                            {t('messageNumber', { id: m.result.duplicateOf })}
                        </LinkButton>
                    )}
                    {may && m.verdict !== 'rejected' && (
                        <ActButton icon="refresh" act={replay}>
                            {t('replay')}
                        </ActButton>
                    )}
                </div>
                <dl class="facts">
                    <div>
                        <dt>{t('received')}</dt>
                        <dd>{exactMoment(m.receivedAt)}</dd>
                    </div>
                    <div>
                        <dt>{t('sender')}</dt>
                        <dd>{m.client ?? '–'}</dd>
                    </div>
                    <div>
                        <dt>{t('size')}</dt>
                        <dd>{bytes(m.size)}</dd>
                    </div>
                    {m.messageKey && (
                        <div>
                            <dt>{t('senderNumber')}</dt>
                            <dd class="mono">{m.messageKey}</dd>
                        </div>
                    )}
                    {m.result && (
                        <div>
                            <dt>{t('attempts')}</dt>
                            <dd>{m.result.attempts}</dd>
                        </div>
                    )}
                    <div class="long">
                        <dt>SHA-256</dt>
                        <dd class="mono">{m.sha256}</dd>
                    </div>
                </dl>
                {m.masked && <Note>{t('maskedNote')}</Note>}
            </div>
            <Section
                title={t('rawBody')}
                id="body"
                aside={m.text !== null && <CopyButton text={m.text} label={t('copyOf', { what: t('rawBody') })} />}
            >
                {m.text === null ? (
                    <>
                        <p class="muted">{t('notText')}</p>
                        <Code label={t('rawBody')} text={m.body} />
                    </>
                ) : m.text ? (
                    <Code label={t('rawBody')} text={pretty(m.text)} />
                ) : (
                    <p class="muted">{t('emptyBody')}</p>
                )}
            </Section>
            <Section title={t('headers')} id="headers">
                <dl class="headers">
                    <div>
                        <dt>{m.method}</dt>
                        <dd>{m.target}</dd>
                    </div>
                    {m.headers.map(([name, value], i) => (
                        <div key={i}>
                            <dt>{name}</dt>
                            <dd>{value}</dd>
                        </div>
                    ))}
                </dl>
            </Section>
        </>
    );
}

export function MessagePage({ integration: id, id: seq }: { integration: string; id: string }) {
    const hotel = useHotel();
    const loaded = useLoad(`message ${hotel.slug} ${id} ${seq}`, async (signal) => {
        const [message, integration] = await Promise.all([
            get<MessageWhole>(at(hotel.slug, 'integrations', id, 'messages', seq), signal),
            get<Integration>(at(hotel.slug, 'integrations', id), signal),
        ]);
        return { message, integration };
    });
    const replay = async () => {
        const r = await call<Outcome>('POST', at(hotel.slug, 'integrations', id, 'messages', seq, 'replay'));
        announce(r.detail ? said(r.detail) : t('replayed'), r.outcome === 'failed' ? 'bad' : 'good');
        loaded.reload();
    };
    const d = loaded.data;
    return (
        <Page
            title={t('messageNumber', { id: seq })}
            back={{ href: to(hotel.slug, 'integrations', id, 'messages'), label: d?.integration.name ?? t('integration') }}
            intro={
                d && (
                    <span class="tags">
                        <VerdictTag verdict={d.message.verdict} />
                        <OutcomeTag of={d.message} />
                    </span>
                )
            }
        >
            <Shown of={loaded}>{({ message, integration }) => <Whole m={message} integration={integration} replay={replay} />}</Shown>
        </Page>
    );
}
