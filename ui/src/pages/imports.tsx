// Files of reservations: sending one in, and those that were.
import { useRef, useState } from 'preact/hooks';
import { all, asProblem, at, call, get, query as addQuery, type Problem } from '../api';
import { usePages, useLoad } from '../load';
import { Button, Empty, Failure, LinkButton, Moment, Shown } from '../parts/basics';
import { SelectField, SwitchField } from '../parts/field';
import { Icon } from '../parts/icon';
import { ImportReportView } from '../parts/report';
import { Page, Section } from '../parts/page';
import { ImportTag } from '../parts/terms';
import { go, readRoute, to } from '../route';
import { useHotel, useMayChange } from '../session';
import type { Import, Integration, IntegrationType, List } from '../types';
import { bytes, t } from '../words';

function Drop({ files, busy }: { files: (f: File) => void; busy: string }) {
    const [over, setOver] = useState(false);
    const input = useRef<HTMLInputElement>(null);
    const take = (list: FileList | null | undefined) => {
        const f = list?.[0];
        if (f && !busy) files(f);
        if (input.current) input.current.value = '';
    };
    return (
        <div
            class={over ? 'drop over' : 'drop'}
            onDragOver={(e) => {
                e.preventDefault();
                setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(e) => {
                e.preventDefault();
                setOver(false);
                take(e.dataTransfer?.files);
            }}
        >
            <Icon name="upload" />
            <p class="drop-title" role="status">
                {busy ? t('uploading', { name: busy }) : t('dropHere')}
            </p>
            <input
                ref={input}
                class="hidden"
                id="file"
                type="file"
                accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
                disabled={!!busy}
                onChange={(e) => take(e.currentTarget.files)}
            />
            <label class={busy ? 'button main waiting' : 'button main'} for="file">
                {busy ? <span class="spinner" aria-hidden="true" /> : <Icon name="upload" />}
                <span>{t('chooseFile')}</span>
            </label>
            <p class="help">{t('dropHelp')}</p>
        </div>
    );
}

function Upload() {
    const hotel = useHotel();
    const [busy, setBusy] = useState('');
    const [problem, setProblem] = useState<Problem>();
    const [only, setOnly] = useState(false);
    const [dry, setDry] = useState<Import>();
    const [integration, setIntegration] = useState(readRoute(location.hash).query.get('integration') ?? '');
    const sources = useLoad(`sources ${hotel.slug}`, async (signal) => {
        const [list, types] = await Promise.all([
            all<Integration>(at(hotel.slug, 'integrations'), signal),
            all<IntegrationType>(at(hotel.slug, 'integration-types'), signal),
        ]);
        return list.filter((i) => types.find((x) => x.type === i.type)?.imports);
    });
    const send = async (file: File) => {
        setBusy(file.name);
        setProblem(undefined);
        setDry(undefined);
        try {
            const r = await call<Import>('POST', addQuery(at(hotel.slug, 'imports'), { name: file.name, integration, dryRun: only }), { file });
            if (r.id) go(to(hotel.slug, 'imports', r.id));
            else setDry(r);
        } catch (e) {
            setProblem(asProblem(e));
        }
        setBusy('');
    };
    return (
        <>
            <Drop files={(f) => void send(f)} busy={busy} />
            <div class="filters">
                {!!sources.data?.length && (
                    <SelectField
                        label={t('readAs')}
                        value={integration}
                        set={setIntegration}
                        choices={[{ value: '', label: t('readAsNone') }, ...sources.data.map((i) => ({ value: i.id, label: i.name }))]}
                    />
                )}
                <SwitchField label={t('onlyCheck')} help={t('onlyCheckHelp')} value={only} set={setOnly} />
            </div>
            {problem && <Failure problem={problem} />}
            {dry && (
                <Section title={t('checkOf', { name: dry.name })} id="dry">
                    <ImportReportView of={dry} dry />
                </Section>
            )}
        </>
    );
}

export function ImportsPage() {
    const hotel = useHotel();
    const may = useMayChange();
    const list = usePages<Import>(
        `imports ${hotel.slug}`,
        (cursor, limit, signal) => get<List<Import>>(addQuery(at(hotel.slug, 'imports'), { cursor, limit }), signal),
        20,
        ['import.', 'reservation.'],
    );
    return (
        <Page title={t('imports')} intro={t('importsIntro')}>
            {may && <Upload />}
            <Section title={t('importsBefore')} id="before">
                <Shown of={list}>
                    {(rows) =>
                        rows.length ? (
                            <>
                                <ul class="feed">
                                    {rows.map((i) => (
                                        <li key={i.id}>
                                            <a href={to(hotel.slug, 'imports', i.id!)}>
                                                <span class="feed-what">{i.name}</span>
                                                <span class="feed-side">
                                                    <span class="muted">
                                                        {t('rowsCount', { n: i.report.rows ?? 0 })} · {bytes(i.size)}
                                                        {i.createdAt && (
                                                            <>
                                                                {' '}
                                                                · <Moment at={i.createdAt} />
                                                            </>
                                                        )}
                                                    </span>
                                                    <ImportTag status={i.status} />
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
                            <Empty title={t('noImports')}>
                                <p>{t('noImportsText')}</p>
                                <LinkButton href={to(hotel.slug, 'exports')}>{t('exports')}</LinkButton>
                            </Empty>
                        )
                    }
                </Shown>
            </Section>
        </Page>
    );
}
