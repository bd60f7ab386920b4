// The hotel's room types, and what the channels call them.
import { useState } from 'preact/hooks';
import { all, asProblem, at, call, type Problem } from '../api';
import { useLoad } from '../load';
import { announce } from '../parts/announce';
import { ActButton, Button, Empty, Failure, Moment, Note, Shown } from '../parts/basics';
import { Dialog, FormEnd } from '../parts/dialog';
import { TextField } from '../parts/field';
import { Mapper, sayMapping } from '../parts/mapper';
import { Page, Section } from '../parts/page';
import { useHotel, useMayChange } from '../session';
import type { Integration, Mapping, RoomType } from '../types';
import { t } from '../words';

function RoomForm({ of, done, close }: { of: RoomType | null; done: () => void; close: () => void }) {
    const hotel = useHotel();
    const [code, setCode] = useState(of?.code ?? '');
    const [name, setName] = useState(of?.name ?? '');
    const [units, setUnits] = useState(String(of?.units ?? 1));
    const [problem, setProblem] = useState<Problem>();
    const [busy, setBusy] = useState(false);
    const send = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        setBusy(true);
        try {
            const body = { name: name.trim(), units: Number(units) };
            const r = of
                ? await call<RoomType>('PUT', at(hotel.slug, 'rooms', of.code), { body })
                : await call<RoomType>('POST', at(hotel.slug, 'rooms'), { body: { code: code.trim(), ...body } });
            announce(r.repaired ? t('roomSavedRepaired', { n: r.repaired }) : t('saved'), 'good');
            done();
        } catch (x) {
            setProblem(asProblem(x));
            setBusy(false);
        }
    };
    const known = problem && ['/code', '/name', '/units'].some((p) => problem.at(p));
    return (
        <Dialog title={of ? t('editRoom', { name: of.name }) : t('addRoom')} close={close}>
            <form class="fields" onSubmit={(e) => void send(e)}>
                {!of && (
                    <TextField
                        label={t('code')}
                        help={t('codeHelp')}
                        value={code}
                        set={setCode}
                        error={problem?.at('/code')}
                        maxLength={60}
                        placeholder="DBL"
                        required
                    />
                )}
                <TextField label={t('name')} value={name} set={setName} error={problem?.at('/name')} maxLength={200} required />
                <TextField
                    label={t('units')}
                    help={t('unitsHelp')}
                    type="number"
                    min={0}
                    value={units}
                    set={setUnits}
                    error={problem?.at('/units')}
                    required
                />
                {problem && !known && <Failure problem={problem} />}
                <FormEnd close={close} busy={busy} />
            </form>
        </Dialog>
    );
}

function Mappings({ list, rooms, integrations, reload }: { list: Mapping[]; rooms: RoomType[]; integrations: Integration[]; reload: () => void }) {
    const hotel = useHotel();
    const may = useMayChange();
    const nameOf = (m: Mapping) =>
        m.integrationId === null ? t('noIntegration') : (integrations.find((i) => i.id === m.integrationId)?.name ?? t('deletedIntegration'));
    const open = list.filter((m) => m.roomType === null);
    const known = list.filter((m) => m.roomType !== null);
    if (!list.length) return <Empty title={t('noMappings')}>{<p>{t('noMappingsText')}</p>}</Empty>;
    return (
        <>
            {open.map((m) => (
                <Note key={`${m.integrationId} ${m.remote}`} tone="warn" icon="swap">
                    <Mapper of={m} rooms={rooms} from={nameOf(m)} done={reload} />
                </Note>
            ))}
            {known.length > 0 && (
                <ul class="pairs">
                    {known.map((m) => (
                        <li key={`${m.integrationId} ${m.remote}`}>
                            <span class="pairs-remote">
                                {m.remote}
                                <span class="muted small">
                                    {nameOf(m)} · <Moment at={m.seenAt} />
                                </span>
                            </span>
                            <span class="pairs-room">
                                {rooms.find((r) => r.code === m.roomType)?.name ?? m.roomType} <span class="code">{m.roomType}</span>
                            </span>
                            {may && (
                                <ActButton
                                    kind="quiet"
                                    aria-label={t('takeBackOf', { name: m.remote })}
                                    act={async () => {
                                        await sayMapping(hotel.slug, m, '');
                                        reload();
                                    }}
                                >
                                    {t('takeBack')}
                                </ActButton>
                            )}
                        </li>
                    ))}
                </ul>
            )}
        </>
    );
}

export function RoomsPage() {
    const hotel = useHotel();
    const may = useMayChange();
    const [editing, setEditing] = useState<RoomType | null | undefined>();
    const loaded = useLoad(
        `rooms ${hotel.slug}`,
        async (signal) => {
            const [rooms, mappings, integrations] = await Promise.all([
                all<RoomType>(at(hotel.slug, 'rooms'), signal),
                all<Mapping>(at(hotel.slug, 'mappings'), signal),
                all<Integration>(at(hotel.slug, 'integrations'), signal),
            ]);
            return { rooms, mappings, integrations };
        },
        ['room.', 'mapping.', 'alert.'],
    );
    return (
        <Page
            title={t('rooms')}
            intro={t('roomsIntro')}
            actions={
                may && (
                    <Button kind="main" icon="plus" onClick={() => setEditing(null)}>
                        {t('addRoom')}
                    </Button>
                )
            }
        >
            <Shown of={loaded}>
                {({ rooms, mappings, integrations }) => (
                    <>
                        {rooms.length ? (
                            <ul class="roomlist">
                                {rooms.map((r) => (
                                    <li key={r.code}>
                                        <span class="code">{r.code}</span>
                                        <span class="roomlist-name">{r.name}</span>
                                        <span class="muted">{t('unitsCount', { n: r.units })}</span>
                                        {may && (
                                            <Button kind="quiet" aria-label={t('editRoom', { name: r.name })} onClick={() => setEditing(r)}>
                                                {t('edit')}
                                            </Button>
                                        )}
                                    </li>
                                ))}
                            </ul>
                        ) : (
                            <Empty title={t('noRooms')}>
                                <p>{t('noRoomsText')}</p>
                            </Empty>
                        )}
                        <Section title={t('mappings')} id="mappings">
                            <Mappings list={mappings} rooms={rooms} integrations={integrations} reload={loaded.reload} />
                        </Section>
                    </>
                )}
            </Shown>
            {editing !== undefined && (
                <RoomForm
                    of={editing}
                    close={() => setEditing(undefined)}
                    done={() => {
                        setEditing(undefined);
                        loaded.reload();
                    }}
                />
            )}
        </Page>
    );
}
