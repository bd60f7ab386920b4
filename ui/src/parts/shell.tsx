// The frame around every page: the hotel, the ways through the house, the language, the way out.
import type { ComponentChildren } from 'preact';
import { createContext } from 'preact';
import { useContext, useState } from 'preact/hooks';
import { guarded, to } from '../route';
import { useSession } from '../session';
import type { Lang } from '../types';
import { lang, t, type Plain } from '../words';
import { Dialog } from './dialog';
import { Icon, Mark, type IconName } from './icon';

export const LanguageContext = createContext<(l: Lang) => void>(() => {});

export function LanguageButtons() {
    const change = useContext(LanguageContext);
    const names: Record<Lang, string> = { fr: 'Français', en: 'English' };
    return (
        <div class="languages" role="group" aria-label={t('language')}>
            {(['fr', 'en'] as const).map((l) => (
                <button key={l} type="button" lang={l} aria-pressed={lang() === l} onClick={() => guarded(() => change(l))}>
                    {names[l]}
                </button>
            ))}
        </div>
    );
}

type Way = { page: string; word: Plain; icon: IconName; thumb?: boolean };
const ways: Way[] = [
    { page: '', word: 'overview', icon: 'overview', thumb: true },
    { page: 'reservations', word: 'reservations', icon: 'bookings', thumb: true },
    { page: 'calendar', word: 'calendar', icon: 'calendar', thumb: true },
    { page: 'integrations', word: 'integrations', icon: 'plug', thumb: true },
    { page: 'rates', word: 'rates', icon: 'tag' },
    { page: 'rooms', word: 'rooms', icon: 'key' },
    { page: 'imports', word: 'imports', icon: 'upload' },
    { page: 'exports', word: 'exports', icon: 'download' },
    { page: 'guide', word: 'guide', icon: 'guide' },
];

function Ways({ here, only, taken }: { here: string; only?: boolean; taken?: () => void }) {
    const { hotel } = useSession();
    return (
        <ul class="ways">
            {ways
                .filter((w) => !only || w.thumb)
                .map((w) => (
                    <li key={w.page}>
                        <a
                            href={w.page ? to(hotel.slug, w.page) : to(hotel.slug)}
                            aria-current={here === w.page ? 'page' : undefined}
                            onClick={taken}
                        >
                            <Icon name={w.icon} />
                            <span>{t(w.word)}</span>
                        </a>
                    </li>
                ))}
        </ul>
    );
}

// The hotel on its key tag; a choice where there are several.
function Tagged() {
    const { me, hotel } = useSession();
    return (
        <div class="keytag">
            <span class="keytag-hole" aria-hidden="true" />
            {me.hotels.length > 1 ? (
                <select
                    aria-label={t('hotel')}
                    value={hotel.slug}
                    onChange={(e) => {
                        const slug = e.currentTarget.value;
                        e.currentTarget.value = hotel.slug;
                        guarded(() => (location.hash = to(slug)));
                    }}
                >
                    {me.hotels.map((h) => (
                        <option key={h.slug} value={h.slug}>
                            {h.name}
                        </option>
                    ))}
                </select>
            ) : (
                <span class="keytag-name">{hotel.name}</span>
            )}
        </div>
    );
}

function Self({ signOut }: { signOut: () => void }) {
    const { me } = useSession();
    return (
        <div class="self">
            <LanguageButtons />
            <span class="self-name">{me.email}</span>
            <button type="button" class="button quiet" onClick={() => guarded(signOut)}>
                <Icon name="out" />
                <span>{t('signOut')}</span>
            </button>
        </div>
    );
}

export function Shell({ here, signOut, children }: { here: string; signOut: () => void; children: ComponentChildren }) {
    const [open, setOpen] = useState(false);
    const { hotel } = useSession();
    const tucked = !ways.find((w) => w.page === here)?.thumb;
    return (
        <div class="shell">
            <button type="button" class="skip" onClick={() => document.querySelector<HTMLElement>('main h1')?.focus()}>
                {t('skip')}
            </button>
            <header class="rail">
                <a class="brand" href={to(hotel.slug)} aria-label={`SelfKey: ${t('overview')}`}>
                    <Mark />
                    <span>SelfKey</span>
                </a>
                <Tagged />
                <nav class="rail-nav" aria-label={t('mainMenu')}>
                    <Ways here={here} />
                </nav>
                <Self signOut={signOut} />
            </header>
            <main class="main">{children}</main>
            <nav class="thumb" aria-label={t('shortMenu')}>
                <Ways here={here} only />
                <button type="button" aria-haspopup="dialog" class={tucked ? 'tucked' : undefined} onClick={() => setOpen(true)}>
                    <Icon name="more" />
                    <span>{t('more')}</span>
                </button>
            </nav>
            {open && (
                <Dialog title={t('menu')} close={() => setOpen(false)}>
                    <nav aria-label={t('mainMenu')}>
                        <Ways here={here} taken={() => setOpen(false)} />
                    </nav>
                    <Self signOut={signOut} />
                </Dialog>
            )}
        </div>
    );
}
