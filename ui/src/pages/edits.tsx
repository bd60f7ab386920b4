// What people changed of stock, prices and restrictions, newest first.
import { at, get, query as addQuery } from '../api';
import { usePages } from '../load';
import { ActButton, Button, Empty, Moment, Shown, Tag } from '../parts/basics';
import { undo } from '../parts/history';
import { Page } from '../parts/page';
import { to } from '../route';
import { useHotel, useMayChange } from '../session';
import type { Edit, List } from '../types';
import { said, t } from '../words';

export function EditsPage() {
    const hotel = useHotel();
    const may = useMayChange();
    const edits = usePages<Edit>(
        `edits ${hotel.slug}`,
        (cursor, limit, signal) => get<List<Edit>>(addQuery(at(hotel.slug, 'edits'), { cursor, limit }), signal),
        50,
        ['stock.', 'rates.', 'rate_plan.'],
    );
    return (
        <Page title={t('changes')} intro={t('changesIntro')} back={{ href: to(hotel.slug, 'rates'), label: t('rates') }}>
            <Shown of={edits}>
                {(list) =>
                    list.length ? (
                        <ul class="past">
                            {list.map((e) => (
                                <li key={e.id}>
                                    <p>{said(e.summary)}</p>
                                    <p class="muted small">
                                        {e.actor} · <Moment at={e.at} />
                                        {e.cells > 0 && ` · ${t('cellsCount', { n: e.cells })}`}
                                    </p>
                                    {e.undoneBy && <Tag tone="plain">{t('takenBack')}</Tag>}
                                    {may && e.cells > 0 && !e.undoneBy && (
                                        <ActButton
                                            kind="quiet"
                                            aria-label={t('undoOf', { what: e.summary })}
                                            act={async () => {
                                                await undo(hotel.slug, e.id);
                                                edits.reload();
                                            }}
                                        >
                                            {t('undo')}
                                        </ActButton>
                                    )}
                                </li>
                            ))}
                        </ul>
                    ) : (
                        <Empty title={t('noChanges')} />
                    )
                }
            </Shown>
            {edits.more && (
                <Button onClick={edits.more} busy={edits.adding}>
                    {t('showMore')}
                </Button>
            )}
        </Page>
    );
}
