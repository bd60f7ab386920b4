// The history of a connection, searchable.
import { useEffect, useState } from 'preact/hooks';
import { at, get, query as addQuery } from '../api';
import { usePages } from '../load';
import { refine, to, withQuery } from '../route';
import { useHotel } from '../session';
import type { Integration, List, Log } from '../types';
import { said, t, type Plain } from '../words';
import { Button, Empty, Moment, Shown, Tag, type Tone } from './basics';
import { SelectField, TextField } from './field';

const statuses: Record<string, [Plain, Tone]> = {
    ok: ['logOk', 'good'],
    warning: ['logWarning', 'warn'],
    error: ['logError', 'bad'],
    info: ['logInfo', 'plain'],
};

const actions: Record<string, Plain> = {
    created: 'actCreated',
    updated: 'actUpdated',
    deleted: 'actDeleted',
    paused: 'actPaused',
    resumed: 'actResumed',
    tested: 'actTested',
    synced: 'actSynced',
    imported: 'actImported',
    message: 'actMessage',
};

// A text that is looked for: waits until one has stopped typing.
export function useTyped(value: string, settled: (v: string) => void): [string, (v: string) => void] {
    const [typed, setTyped] = useState(value);
    useEffect(() => {
        if (typed === value) return;
        const timer = setTimeout(() => settled(typed), 300);
        return () => clearTimeout(timer);
    }, [typed]);
    return [typed, setTyped];
}

export function LogList({ of, query }: { of: Integration; query: URLSearchParams }) {
    const hotel = useHotel();
    const search = query.get('search') ?? '';
    const status = query.get('status') ?? '';
    const set = (q: { search?: string; status?: string }) =>
        refine(withQuery(to(hotel.slug, 'integrations', of.id, 'logs'), { search, status, ...q }));
    const [typed, setTyped] = useTyped(search, (v) => set({ search: v }));
    const logs = usePages<Log>(
        `logs ${of.id} ${search} ${status}`,
        (cursor, limit, signal) =>
            get<List<Log>>(addQuery(at(hotel.slug, 'integrations', of.id, 'logs'), { search, status, cursor, limit }), signal),
        50,
        ['integration.', 'reservation.'],
    );
    return (
        <>
            <form class="filters" role="search" onSubmit={(e) => e.preventDefault()}>
                <TextField label={t('searchLogs')} type="search" value={typed} set={setTyped} />
                <SelectField
                    label={t('result')}
                    value={status}
                    set={(v) => set({ status: v })}
                    choices={[
                        { value: '', label: t('all') },
                        { value: 'ok', label: t('logOk') },
                        { value: 'warning', label: t('logWarning') },
                        { value: 'error', label: t('logError') },
                    ]}
                />
            </form>
            <Shown of={logs}>
                {(list) =>
                    list.length ? (
                        <>
                            <ol class="log">
                                {list.map((l) => (
                                    <LogLine key={l.id} of={l} integration={of.id} />
                                ))}
                            </ol>
                            {logs.more && (
                                <Button busy={logs.adding} onClick={logs.more}>
                                    {t('showMore')}
                                </Button>
                            )}
                        </>
                    ) : (
                        <Empty title={search || status ? t('nothingFound') : t('noLogs')} />
                    )
                }
            </Shown>
        </>
    );
}

function LogLine({ of: l, integration }: { of: Log; integration: string }) {
    const hotel = useHotel();
    const [word, tone] = statuses[l.status] ?? ['logInfo', 'plain'];
    const action = actions[l.action];
    const message = l.data?.['message'];
    const file = l.data?.['import'];
    return (
        <li>
            <span class="log-when">
                <Moment at={l.createdAt} />
            </span>
            <span class="log-what">
                <span class="log-action">{action ? t(action) : l.action}</span> {said(l.message)}
            </span>
            <span class="log-side">
                {typeof message === 'string' && (
                    <a href={to(hotel.slug, 'integrations', integration, 'messages', message)}>{t('messageNumber', { id: message })}</a>
                )}
                {typeof file === 'string' && <a href={to(hotel.slug, 'imports', file)}>{t('importNumber', { id: file })}</a>}
                <span class="muted">{l.actor}</span>
                <Tag tone={tone}>{t(word)}</Tag>
            </span>
        </li>
    );
}
