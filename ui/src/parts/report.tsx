// What an import says about itself: questions, counts, problems, how the file was understood.
import { useState } from 'preact/hooks';
import { asProblem, at, call, type Problem } from '../api';
import { useHotel, useMayChange } from '../session';
import type { Import, ImportReport } from '../types';
import { number, pick, t, type Plain } from '../words';
import { Failure, LinkButton, Note, Tag, type Tone } from './basics';
import { Section } from './page';

const counts: [keyof NonNullable<ImportReport['counts']>, Plain][] = [
    ['created', 'countCreated'],
    ['changed', 'countChanged'],
    ['unchanged', 'countUnchanged'],
    ['notApplied', 'countNotApplied'],
    ['skipped', 'countSkipped'],
    ['refused', 'countRefused'],
    ['warnings', 'countWarnings'],
];

const certainties: Record<string, [Plain, Tone]> = {
    given: ['certaintyGiven', 'good'],
    certain: ['certaintyCertain', 'good'],
    assumed: ['certaintyAssumed', 'warn'],
    open: ['certaintyOpen', 'bad'],
};

const severities: Record<string, [Plain, Tone]> = {
    error: ['severityError', 'bad'],
    warning: ['severityWarning', 'warn'],
    note: ['severityNote', 'plain'],
};

function Questions({ of, changed }: { of: Import; changed: (i: Import) => void }) {
    const hotel = useHotel();
    const [busy, setBusy] = useState('');
    const [problem, setProblem] = useState<Problem>();
    const answer = async (name: string, value: string) => {
        if (busy) return;
        setBusy(`${name}=${value}`);
        setProblem(undefined);
        try {
            changed(await call<Import>('POST', at(hotel.slug, 'imports', of.id!), { body: { set: { [name]: value } } }));
        } catch (e) {
            setProblem(asProblem(e));
        }
        setBusy('');
    };
    return (
        <>
            {(of.report.questions ?? []).map((q) => (
                <section key={q.name} class="question" aria-labelledby={`q-${q.name}`}>
                    <h2 id={`q-${q.name}`}>{pick(q.text)}</h2>
                    <div class="choices">
                        {q.choices.map((c) => (
                            <button
                                key={c.value}
                                type="button"
                                class="button plain big"
                                aria-disabled={busy ? 'true' : undefined}
                                onClick={() => void answer(q.name, c.value)}
                            >
                                {busy === `${q.name}=${c.value}` && <span class="spinner" aria-hidden="true" />}
                                {pick(c.label)}
                            </button>
                        ))}
                    </div>
                    <p class="help">{t('nothingEntered')}</p>
                </section>
            ))}
            {problem && <Failure problem={problem} />}
        </>
    );
}

export function ImportReportView({
    of,
    changed,
    dry,
    line,
}: {
    of: Import;
    changed?: (i: Import) => void;
    dry?: boolean;
    line?: string | null;
}) {
    const hotel = useHotel();
    const may = useMayChange();
    const r = of.report;
    const asking = (r.questions?.length ?? 0) > 0 && of.status === 'asking';
    const n = r.counts;
    return (
        <>
            {asking && may && changed && <Questions of={of} changed={changed} />}
            {asking && !changed && (
                <Note tone="warn">
                    {(r.questions ?? []).map((q) => (
                        <p key={q.name}>{pick(q.text)}</p>
                    ))}
                </Note>
            )}
            {asking && !may && <Note>{t('askManager')}</Note>}
            {(of.status === 'running' || of.status === 'waiting') && (
                <Note role="status">{t('rowsSoFar', { done: number(of.rowsDone), all: number(r.rows ?? 0) })}</Note>
            )}
            {dry && !asking && <Note>{t('dryNote')}</Note>}
            {n && !asking && (
                <dl class="counts">
                    {counts
                        .filter(([key]) => n[key] > 0 || key === 'created')
                        .map(([key, word]) => (
                            <div key={key} class={n[key] > 0 && key === 'refused' ? 'bad' : undefined}>
                                <dd>{number(n[key])}</dd>
                                <dt>{t(word)}</dt>
                            </div>
                        ))}
                </dl>
            )}
            {!dry && (n?.refused ?? 0) > 0 && of.id && (
                <div class="actions">
                    <LinkButton icon="download" href={at(hotel.slug, 'imports', of.id, 'bad-rows')} download>
                        {t('badRows')}
                    </LinkButton>
                    <p class="help">{t('badRowsHelp')}</p>
                </div>
            )}
            {!!r.problems?.length && (
                <Section title={t('problems')} id="problems">
                    <ul class="problems">
                        {r.problems.map((p, i) => {
                            const [word, tone] = severities[p.severity] ?? ['severityNote', 'plain'];
                            return (
                                <li key={i} class={String(p.line) === line ? 'here' : undefined}>
                                    <Tag tone={tone}>{t(word)}</Tag>
                                    <span class="muted">{p.line ? t('line', { line: String(p.line) }) : ''}</span>
                                    <span>{pick(p.text)}</span>
                                </li>
                            );
                        })}
                    </ul>
                    {!!r.problemsLeftOut && <p class="muted">{t('problemsLeftOut', { n: r.problemsLeftOut })}</p>}
                </Section>
            )}
            {!!r.detected?.length && (
                <Section title={t('howRead')} id="detected">
                    <ul class="problems">
                        {r.detected.map((f) => {
                            const [word, tone] = certainties[f.certainty] ?? ['certaintyAssumed', 'plain'];
                            return (
                                <li key={f.name}>
                                    <Tag tone={tone}>{t(word)}</Tag>
                                    <span>{pick(f.text)}</span>
                                </li>
                            );
                        })}
                    </ul>
                </Section>
            )}
            {!!r.columns?.length && (
                <details class="more-settings">
                    <summary>{t('columns', { n: r.columns.length })}</summary>
                    <ul class="columns">
                        {r.columns.map((c, i) => (
                            <li key={i}>
                                <span>{c.name}</span>
                                <span class={c.means ? 'code' : 'muted'}>{c.means ?? t('notUsed')}</span>
                            </li>
                        ))}
                    </ul>
                </details>
            )}
        </>
    );
}
