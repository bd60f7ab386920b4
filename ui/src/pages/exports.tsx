// The hotel's data as files.
import { useState } from 'preact/hooks';
import { at, query } from '../api';
import { LinkButton } from '../parts/basics';
import { TextField } from '../parts/field';
import { Page } from '../parts/page';
import { useHotel } from '../session';
import { addDays, t, today, type Plain } from '../words';

const kinds: [string, Plain, Plain][] = [
    ['reservations', 'reservations', 'exportReservations'],
    ['guests', 'guests', 'exportGuests'],
    ['stock', 'stock', 'exportStock'],
];

export function ExportsPage() {
    const hotel = useHotel();
    const [from, setFrom] = useState(today());
    const [to, setTo] = useState(addDays(today(), 89));
    const address = (what: string, format: string) =>
        query(at(hotel.slug, 'export', what), { format, ...(what === 'stock' ? { from, to } : {}) });
    return (
        <Page title={t('exports')} intro={t('exportsIntro')}>
            <div class="cards">
                {kinds.map(([what, title, text]) => (
                    <article key={what} class="card" aria-labelledby={`export-${what}`}>
                        <h2 id={`export-${what}`}>{t(title)}</h2>
                        <p class="help">{t(text)}</p>
                        {what === 'stock' && (
                            <div class="inline">
                                <TextField label={t('nightFrom')} type="date" value={from} set={setFrom} />
                                <TextField label={t('nightTo')} type="date" value={to} set={setTo} />
                            </div>
                        )}
                        <div class="actions">
                            <LinkButton kind="main" icon="download" href={address(what, 'csv')} download>
                                {t('downloadCsv')}
                            </LinkButton>
                            <LinkButton icon="download" href={address(what, 'json')} download>
                                {t('downloadJson')}
                            </LinkButton>
                        </div>
                    </article>
                ))}
            </div>
        </Page>
    );
}
