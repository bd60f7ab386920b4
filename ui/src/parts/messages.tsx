// The raw messages of a webhook, newest first.
import { at, call, get, query as addQuery } from '../api';
import { usePages } from '../load';
import { refine, to, withQuery } from '../route';
import { useHotel, useMayChange } from '../session';
import type { Integration, List, Message } from '../types';
import { bytes, said, t } from '../words';
import { announce } from './announce';
import { ActButton, Button, Empty, Moment, Shown } from './basics';
import { SwitchField } from './field';
import { OutcomeTag, VerdictTag } from './terms';

export function MessageList({ of, query }: { of: Integration; query: URLSearchParams }) {
    const hotel = useHotel();
    const may = useMayChange();
    const rejected = query.get('rejected') === 'true';
    const list = usePages<Message>(
        `messages ${of.id} ${rejected}`,
        (cursor, limit, signal) =>
            get<List<Message>>(addQuery(at(hotel.slug, 'integrations', of.id, 'messages'), { rejected, cursor, limit }), signal),
        50,
        ['reservation.', 'alert.', 'integration.'],
    );
    const replayFailed = async () => {
        const r = await call<{ replayed: number; applied: number; failed: number }>(
            'POST',
            at(hotel.slug, 'integrations', of.id, 'replay'),
            { body: { since: of.createdAt, onlyFailed: true } },
        );
        announce(
            r.replayed
                ? t('replayedAll', { replayed: String(r.replayed), applied: String(r.applied), failed: String(r.failed) })
                : t('nothingToReplay'),
            r.failed ? 'bad' : 'good',
        );
        list.reload();
    };
    return (
        <>
            <div class="filters">
                <SwitchField
                    label={t('onlyRejected')}
                    value={rejected}
                    set={(v) => refine(withQuery(to(hotel.slug, 'integrations', of.id, 'messages'), { rejected: v ? 'true' : '' }))}
                />
                {may && (
                    <ActButton icon="refresh" act={replayFailed}>
                        {t('replayFailed')}
                    </ActButton>
                )}
            </div>
            <Shown of={list}>
                {(messages) =>
                    messages.length ? (
                        <>
                            <ul class="feed">
                                {messages.map((m) => (
                                    <li key={m.id}>
                                        <a href={to(hotel.slug, 'integrations', of.id, 'messages', m.id)}>
                                            <span class="feed-what">
                                                <span class="code">{m.id}</span> {said(m.result?.detail ?? m.reason ?? t('messageBytes', { size: bytes(m.size) }))}
                                            </span>
                                            <span class="feed-side">
                                                <span class="muted">
                                                    <Moment at={m.receivedAt} />
                                                </span>
                                                <VerdictTag verdict={m.verdict} />
                                                <OutcomeTag of={m} />
                                            </span>
                                        </a>
                                    </li>
                                ))}
                            </ul>
                            {list.more && (
                                <Button busy={list.adding} onClick={list.more}>
                                    {t('showMore')}
                                </Button>
                            )}
                        </>
                    ) : (
                        <Empty title={rejected ? t('noneRejected') : t('noMessages')}>{!rejected && <p>{t('noMessagesText')}</p>}</Empty>
                    )
                }
            </Shown>
        </>
    );
}
