// "What the channel calls X is our …": one click on a room type.
import { useState } from 'preact/hooks';
import { asProblem, at, call } from '../api';
import { useHotel, useMayChange } from '../session';
import type { Mapping, RoomType } from '../types';
import { t } from '../words';
import { announce } from './announce';

export async function sayMapping(hotel: string, m: Pick<Mapping, 'integrationId' | 'remote'>, roomType: string): Promise<void> {
    const done = await call<{ repaired: number }>('POST', at(hotel, 'mappings'), {
        body: { integrationId: m.integrationId, remote: m.remote, roomType },
    });
    announce(done.repaired ? t('mappedRepaired', { n: done.repaired }) : t('mapped'), 'good');
}

export function Mapper({ of, rooms, from, done }: { of: Mapping; rooms: RoomType[]; from: string; done: () => void }) {
    const hotel = useHotel();
    const may = useMayChange();
    const [busy, setBusy] = useState('');
    const say = async (code: string) => {
        if (busy) return;
        setBusy(code);
        try {
            await sayMapping(hotel.slug, of, code);
            done();
        } catch (e) {
            announce(asProblem(e).message, 'bad');
            setBusy('');
        }
    };
    return (
        <div class="mapper" role="group" aria-label={t('whichRoom', { name: of.remote })}>
            <p>
                <strong class="said-name">{of.remote}</strong> <span class="muted">{t('fromWhom', { name: from })}</span>
            </p>
            {may ? (
                <>
                    <p class="small">{t('whichRoomShort')}</p>
                    <div class="choices">
                        {rooms.map((r) => (
                            <button
                                key={r.code}
                                type="button"
                                class="button plain"
                                aria-disabled={busy ? 'true' : undefined}
                                onClick={() => void say(r.code)}
                            >
                                {r.name} <span class="code">{r.code}</span>
                            </button>
                        ))}
                    </div>
                </>
            ) : (
                <p class="small">{t('askManager')}</p>
            )}
        </div>
    );
}
