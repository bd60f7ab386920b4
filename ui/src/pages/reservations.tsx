// All reservations, newest first; looked through by text, status, channel and nights.
import { at, get, query as addQuery } from '../api';
import { usePages } from '../load';
import { Button, Empty, LinkButton, Shown } from '../parts/basics';
import { SelectField, SwitchField, TextField } from '../parts/field';
import { useTyped } from '../parts/logs';
import { Page } from '../parts/page';
import { Attention, guestName, reservationStatuses, ReservationTag, roomsSaid, span } from '../parts/terms';
import { refine, to, withQuery } from '../route';
import { useHotel, useMayChange } from '../session';
import type { List, Reservation, ReservationStatus } from '../types';
import { money, t } from '../words';

const names = ['search', 'status', 'channel', 'from', 'to', 'attention'] as const;
type Filter = Partial<Record<(typeof names)[number], string>>;

function Filters({ filter, set }: { filter: Filter; set: (f: Filter) => void }) {
    const [search, setSearch] = useTyped(filter.search ?? '', (v) => set({ search: v }));
    const [channel, setChannel] = useTyped(filter.channel ?? '', (v) => set({ channel: v }));
    const more = filter.channel || filter.from || filter.to || filter.attention;
    return (
        <form class="filters" role="search" onSubmit={(e) => e.preventDefault()}>
            <TextField label={t('searchReservations')} type="search" value={search} set={setSearch} />
            <SelectField
                label={t('status')}
                value={filter.status ?? ''}
                set={(v) => set({ status: v })}
                choices={[
                    { value: '', label: t('all') },
                    ...(Object.keys(reservationStatuses) as ReservationStatus[]).map((s) => ({
                        value: s,
                        label: t(reservationStatuses[s][0]),
                    })),
                ]}
            />
            <details class="filters-more" open={more ? true : undefined}>
                <summary>{t('moreFilters')}</summary>
                <div class="filters">
                    <TextField label={t('channel')} value={channel} set={setChannel} />
                    <TextField label={t('nightFrom')} type="date" value={filter.from ?? ''} set={(v) => set({ from: v })} />
                    <TextField label={t('nightTo')} type="date" value={filter.to ?? ''} set={(v) => set({ to: v })} />
                    <SwitchField
                        label={t('onlyAttention')}
                        value={filter.attention === 'true'}
                        set={(v) => set({ attention: v ? 'true' : '' })}
                    />
                </div>
            </details>
        </form>
    );
}

export function ReservationTable({ list }: { list: Reservation[] }) {
    const hotel = useHotel();
    return (
        <table class="table" role="table">
            <thead role="rowgroup">
                <tr role="row">
                    <th scope="col" role="columnheader">
                        {t('guest')}
                    </th>
                    <th scope="col" role="columnheader">
                        {t('nightsCol')}
                    </th>
                    <th scope="col" role="columnheader">
                        {t('room')}
                    </th>
                    <th scope="col" role="columnheader">
                        {t('channel')}
                    </th>
                    <th scope="col" role="columnheader" class="right">
                        {t('amount')}
                    </th>
                    <th scope="col" role="columnheader">
                        {t('status')}
                    </th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                {list.map((r) => (
                    <tr role="row" key={r.id} class={r.status === 'cancelled' ? 'over' : undefined}>
                        <th scope="row" role="rowheader">
                            <a class="row-link" href={to(hotel.slug, 'reservations', r.id)}>
                                {guestName(r)}
                            </a>
                            <span class="reference">{r.reference}</span>
                        </th>
                        <td role="cell">{span(r.rooms)}</td>
                        <td role="cell" class="cut">
                            {roomsSaid(r.rooms)}
                        </td>
                        <td role="cell" class="cut">
                            {r.channel}
                        </td>
                        <td role="cell" class="right amount">
                            {r.totalAmount ? money(r.totalAmount, r.currency ?? hotel.currency) : ''}
                        </td>
                        <td role="cell" class="tags">
                            <ReservationTag status={r.status} />
                            <Attention of={r} />
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

export function ReservationsPage({ query }: { query: URLSearchParams }) {
    const hotel = useHotel();
    const may = useMayChange();
    const filter: Filter = {};
    for (const name of names) {
        const v = query.get(name);
        if (v) filter[name] = v;
    }
    const set = (f: Filter) => refine(withQuery(to(hotel.slug, 'reservations'), { ...filter, ...f }));
    const list = usePages<Reservation>(
        `reservations ${hotel.slug} ${JSON.stringify(filter)}`,
        (cursor, limit, signal) => get<List<Reservation>>(addQuery(at(hotel.slug, 'reservations'), { ...filter, cursor, limit }), signal),
        50,
        ['reservation.', 'mapping.', 'room.'],
    );
    const filtered = Object.keys(filter).length > 0;
    return (
        <Page
            title={t('reservations')}
            actions={
                may && (
                    <LinkButton kind="main" icon="plus" href={to(hotel.slug, 'reservations', 'new')}>
                        {t('newBooking')}
                    </LinkButton>
                )
            }
        >
            <Filters filter={filter} set={set} key={filtered ? 'filtered' : 'all'} />
            <Shown of={list}>
                {(rows) =>
                    rows.length ? (
                        <>
                            <ReservationTable list={rows} />
                            <div class="actions">
                                {list.more && (
                                    <Button busy={list.adding} onClick={list.more}>
                                        {t('showMore')}
                                    </Button>
                                )}
                                <span class="muted" role="status">
                                    {list.more ? t('shownSoFar', { n: rows.length }) : t('shownAll', { n: rows.length })}
                                </span>
                            </div>
                        </>
                    ) : filtered ? (
                        <Empty title={t('nothingFound')}>
                            <Button onClick={() => refine(to(hotel.slug, 'reservations'))}>{t('clearFilters')}</Button>
                        </Empty>
                    ) : (
                        <Empty title={t('noReservations')}>
                            <p>{t('noReservationsText')}</p>
                            <div class="actions">
                                <LinkButton kind="main" icon="plug" href={to(hotel.slug, 'integrations', 'new')}>
                                    {t('addIntegration')}
                                </LinkButton>
                                <LinkButton icon="upload" href={to(hotel.slug, 'imports')}>
                                    {t('importFile')}
                                </LinkButton>
                            </div>
                        </Empty>
                    )
                }
            </Shown>
        </Page>
    );
}
