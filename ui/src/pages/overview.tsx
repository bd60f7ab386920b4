// What matters now: what needs a person, who comes and goes today, whether the connections are well.
import { all, at, get, query } from '../api';
import { useLoad } from '../load';
import { Empty, LinkButton, Moment, Shown, Tag } from '../parts/basics';
import { Icon } from '../parts/icon';
import { Mapper } from '../parts/mapper';
import { Page, Section } from '../parts/page';
import { Attention, guestName, IntegrationTag, OutcomeTag, roomsSaid, VerdictTag } from '../parts/terms';
import { to } from '../route';
import { useHotel } from '../session';
import type { Alert, Integration, List, Mapping, Message, Reservation, RoomType } from '../types';
import { addDays, day, nights, said, t, today } from '../words';

type Needs = { alerts: Alert[]; unmapped: Mapping[]; rooms: RoomType[]; integrations: Integration[] };

function Needed({ needs, reload }: { needs: Needs; reload: () => void }) {
    const hotel = useHotel();
    const name = (id: string | null) => needs.integrations.find((i) => i.id === id)?.name ?? '';
    const rest = needs.alerts.filter((a) => !a.id.startsWith('unmapped:'));
    if (!rest.length && !needs.unmapped.length) {
        return (
            <div class="all-well">
                <Icon name="check" />
                <p>{t('nothingNeeded')}</p>
            </div>
        );
    }
    return (
        <ul class="alerts">
            {rest.map((a) => (
                <li key={a.id} class={`alert ${a.severity === 'critical' ? 'bad' : 'warn'}`}>
                    <Icon name={a.severity === 'critical' ? 'stop' : 'alert'} />
                    <div>
                        <p>{said(a.message)}</p>
                        <p class="small">
                            <Moment at={a.lastAt} />
                        </p>
                        <div class="actions">
                            {a.reservationId && (
                                <LinkButton href={to(hotel.slug, 'reservations', a.reservationId)}>{t('openReservation')}</LinkButton>
                            )}
                            {a.integrationId && (
                                <LinkButton kind="quiet" href={to(hotel.slug, 'integrations', a.integrationId)}>
                                    {name(a.integrationId) || t('integration')}
                                </LinkButton>
                            )}
                        </div>
                    </div>
                </li>
            ))}
            {needs.unmapped.map((m) => (
                <li key={`${m.integrationId} ${m.remote}`} class="alert warn">
                    <Icon name="swap" />
                    <Mapper of={m} rooms={needs.rooms} from={m.integrationId === null ? t('noIntegration') : name(m.integrationId)} done={reload} />
                </li>
            ))}
        </ul>
    );
}

function People({ list, empty }: { list: Reservation[]; empty: string }) {
    const hotel = useHotel();
    if (!list.length) return <p class="muted">{empty}</p>;
    return (
        <ul class="people">
            {list.map((r) => (
                <li key={r.id}>
                    <a href={to(hotel.slug, 'reservations', r.id)}>
                        <span class="people-name">{guestName(r)}</span>
                        <span class="people-what">
                            {roomsSaid(r.rooms)} · {t('nights', { n: nights(r.rooms[0]!.arrival, r.rooms[0]!.departure) })}
                        </span>
                        <Attention of={r} />
                    </a>
                </li>
            ))}
        </ul>
    );
}

const here = (r: Reservation) => !['cancelled', 'no_show', 'inquiry'].includes(r.status);

function Today() {
    const hotel = useHotel();
    const date = today();
    const loaded = useLoad(
        `today ${hotel.slug} ${date}`,
        async (signal) => {
            const night = (d: string) =>
                all<Reservation>(query(at(hotel.slug, 'reservations'), { from: d, to: d }), signal, 3);
            const [now, before] = await Promise.all([night(date), night(addDays(date, -1))]);
            return {
                arrivals: now.filter((r) => here(r) && r.rooms.some((s) => s.arrival === date)),
                departures: before.filter((r) => here(r) && r.rooms.some((s) => s.departure === date)),
            };
        },
        ['reservation.', 'mapping.'],
    );
    return (
        <Shown of={loaded}>
            {({ arrivals, departures }) => (
                <div class="two">
                    <Section title={t('arrivals')} id="arrivals" aside={<span class="count">{arrivals.length}</span>}>
                        <People list={arrivals} empty={t('noArrivals')} />
                    </Section>
                    <Section title={t('departures')} id="departures" aside={<span class="count">{departures.length}</span>}>
                        <People list={departures} empty={t('noDepartures')} />
                    </Section>
                </div>
            )}
        </Shown>
    );
}

function LastMessages({ integrations }: { integrations: Integration[] }) {
    const hotel = useHotel();
    const takers = integrations.filter((i) => i.webhookUrl).slice(0, 8);
    const loaded = useLoad(
        `last ${hotel.slug} ${takers.map((i) => i.id).join()}`,
        async (signal) => {
            const lists = await Promise.all(
                takers.map(async (i) => {
                    const page = await get<List<Message>>(
                        query(at(hotel.slug, 'integrations', i.id, 'messages'), { limit: 6 }),
                        signal,
                    );
                    return page.data.map((message) => ({ integration: i, message }));
                }),
            );
            return lists.flat().sort((a, b) => b.message.receivedAt.localeCompare(a.message.receivedAt)).slice(0, 6);
        },
        ['reservation.', 'alert.'],
    );
    return (
        <Shown of={loaded}>
            {(list) =>
                list.length ? (
                    <ul class="feed">
                        {list.map(({ integration, message: m }) => (
                            <li key={`${integration.id} ${m.id}`}>
                                <a href={to(hotel.slug, 'integrations', integration.id, 'messages', m.id)}>
                                    <span class="feed-what">{said(m.result?.detail ?? m.reason ?? t('outcomeSoon'))}</span>
                                    <span class="feed-side">
                                        <span class="muted">
                                            {integration.name} · <Moment at={m.receivedAt} />
                                        </span>
                                        {m.verdict === 'rejected' ? <VerdictTag verdict={m.verdict} /> : <OutcomeTag of={m} />}
                                    </span>
                                </a>
                            </li>
                        ))}
                    </ul>
                ) : (
                    <p class="muted">{t('noMessagesYet')}</p>
                )
            }
        </Shown>
    );
}

function Health({ integrations }: { integrations: Integration[] }) {
    const hotel = useHotel();
    if (!integrations.length) {
        return (
            <Empty title={t('noIntegrations')}>
                <LinkButton kind="main" icon="plus" href={to(hotel.slug, 'integrations', 'new')}>
                    {t('addIntegration')}
                </LinkButton>
            </Empty>
        );
    }
    return (
        <ul class="health">
            {integrations.map((i) => (
                <li key={i.id}>
                    <a href={to(hotel.slug, 'integrations', i.id)}>
                        <span class="health-name">{i.name}</span>
                        <IntegrationTag of={i} />
                        {i.isOpen && <Tag tone="warn">{t('open')}</Tag>}
                        <span class="muted small">{i.lastError ? said(i.lastError) : i.lastSync ? <Moment at={i.lastSync} /> : t('never')}</span>
                    </a>
                </li>
            ))}
        </ul>
    );
}

export function OverviewPage() {
    const hotel = useHotel();
    const needs = useLoad<Needs>(
        `needs ${hotel.slug}`,
        async (signal) => {
            const [alerts, mappings, rooms, integrations] = await Promise.all([
                get<List<Alert>>(query(at(hotel.slug, 'alerts'), { limit: 100 }), signal),
                all<Mapping>(at(hotel.slug, 'mappings'), signal),
                all<RoomType>(at(hotel.slug, 'rooms'), signal),
                all<Integration>(at(hotel.slug, 'integrations'), signal),
            ]);
            return {
                alerts: alerts.data.filter((a) => a.standing),
                unmapped: mappings.filter((m) => m.roomType === null),
                rooms,
                integrations,
            };
        },
        ['alert.', 'mapping.', 'room.', 'integration.', 'reservation.'],
    );
    return (
        <Page title={t('overview')} intro={day(today(), 'long')}>
            <Shown of={needs}>
                {(n) => (
                    <>
                        <Section title={t('needsYou')} id="needs">
                            {n.rooms.length ? (
                                <Needed needs={n} reload={needs.reload} />
                            ) : (
                                <Empty title={t('noRooms')}>
                                    <p>{t('noRoomsText')}</p>
                                    <LinkButton kind="main" icon="plus" href={to(hotel.slug, 'rooms')}>
                                        {t('addRoom')}
                                    </LinkButton>
                                </Empty>
                            )}
                        </Section>
                        <Today />
                        <div class="two wide-first">
                            <Section title={t('lastMessages')} id="last">
                                <LastMessages integrations={n.integrations} />
                            </Section>
                            <Section
                                title={t('integrations')}
                                id="health"
                                aside={<a href={to(hotel.slug, 'guide')}>{t('somethingFailed')}</a>}
                            >
                                <Health integrations={n.integrations} />
                            </Section>
                        </div>
                    </>
                )}
            </Shown>
        </Page>
    );
}
