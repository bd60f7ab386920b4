// One file that was sent in: how it was read, what is still to be answered, what came of it.
import { useEffect } from 'preact/hooks';
import { at, get } from '../api';
import { useLoad } from '../load';
import { Moment, Note, Shown } from '../parts/basics';
import { ImportReportView } from '../parts/report';
import { Page } from '../parts/page';
import { ImportTag } from '../parts/terms';
import { to } from '../route';
import { useHotel } from '../session';
import type { Import } from '../types';
import { bytes, t } from '../words';

export function ImportPage({ id, line }: { id: string; line: string | null }) {
    const hotel = useHotel();
    const loaded = useLoad(`import ${hotel.slug} ${id}`, (signal) => get<Import>(at(hotel.slug, 'imports', id), signal), ['import.']);
    const i = loaded.data;
    const going = i?.status === 'running' || i?.status === 'waiting';
    useEffect(() => {
        if (!going) return;
        const timer = setInterval(loaded.reload, 1500);
        return () => clearInterval(timer);
    }, [going]);
    return (
        <Page
            title={i?.name ?? t('importNumber', { id })}
            back={{ href: to(hotel.slug, 'imports'), label: t('imports') }}
            intro={
                i && (
                    <span class="tags">
                        <ImportTag status={i.status} />
                        <span>
                            {[bytes(i.size), i.actor].filter(Boolean).join(' · ')}
                            {i.createdAt && (
                                <>
                                    {' '}
                                    · <Moment at={i.createdAt} />
                                </>
                            )}
                        </span>
                    </span>
                )
            }
        >
            {line && <Note>{t('cameFromLine', { line })}</Note>}
            <Shown of={loaded}>{(x) => <ImportReportView of={x} changed={loaded.set} line={line} />}</Shown>
        </Page>
    );
}
