// The page starts here: who is it, which hotel, which page.
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { asProblem, call, get, onSignedOut, type Problem } from './api';
import { follow } from './live';
import { BookingPage } from './pages/booking';
import { CalendarPage } from './pages/calendar';
import { ExportsPage } from './pages/exports';
import { GuidePage } from './pages/guide';
import { ImportPage } from './pages/import';
import { ImportsPage } from './pages/imports';
import { AddIntegrationPage } from './pages/integration_add';
import { IntegrationPage } from './pages/integration';
import { IntegrationsPage } from './pages/integrations';
import { MessagePage } from './pages/message';
import { OverviewPage } from './pages/overview';
import { EditsPage } from './pages/edits';
import { RatePlansPage } from './pages/rate_plans';
import { RatesPage } from './pages/rates';
import { ReservationPage } from './pages/reservation';
import { ReservationsPage } from './pages/reservations';
import { RoomsPage } from './pages/rooms';
import { SignIn } from './pages/signin';
import { Announcer } from './parts/announce';
import { Empty, Failure, LinkButton, Loading } from './parts/basics';
import { Page } from './parts/page';
import { LanguageContext, Shell } from './parts/shell';
import { to, useRoute, type Route } from './route';
import { SessionContext } from './session';
import type { Hotel, Lang, Me } from './types';
import { langOfBrowser, setLang, setZone, t } from './words';
import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import './style/pages.css';
import './style/rates.css';

const CHOSEN = 'selfkey.language';

function chosenLang(): Lang | null {
    const l = localStorage.getItem(CHOSEN);
    return l === 'fr' || l === 'en' ? l : null;
}

function Missing({ hotel }: { hotel: Hotel }) {
    return (
        <Page title={t('missingTitle')}>
            <Empty title={t('missingText')}>
                <LinkButton href={to(hotel.slug)}>{t('overview')}</LinkButton>
            </Empty>
        </Page>
    );
}

function Content({ route, hotel }: { route: Route; hotel: Hotel }) {
    const [a, b, c] = route.rest;
    const depth = route.rest.length;
    switch (route.page) {
        case '':
            return <OverviewPage />;
        case 'reservations':
            if (depth === 0) return <ReservationsPage query={route.query} />;
            if (a === 'new') return <BookingPage key="new" id={undefined} />;
            return b === 'edit' ? <BookingPage key={a} id={a} /> : <ReservationPage key={a} id={a!} />;
        case 'calendar':
            return <CalendarPage query={route.query} />;
        case 'integrations':
            if (depth === 0) return <IntegrationsPage />;
            if (a === 'new') return <AddIntegrationPage key={b ?? ''} type={b} />;
            if (b === 'messages' && c) return <MessagePage key={`${a}/${c}`} integration={a!} id={c} />;
            return <IntegrationPage key={a} id={a!} tab={b ?? ''} query={route.query} />;
        case 'rates':
            if (a === 'plans') return <RatePlansPage />;
            return a === 'changes' ? <EditsPage /> : <RatesPage query={route.query} />;
        case 'rooms':
            return <RoomsPage />;
        case 'imports':
            return depth === 0 ? <ImportsPage /> : <ImportPage key={a} id={a!} line={route.query.get('line')} />;
        case 'exports':
            return <ExportsPage />;
        case 'guide':
            return <GuidePage />;
        default:
            return <Missing hotel={hotel} />;
    }
}

function SignedIn({ me, signOut, language }: { me: Me; signOut: () => void; language: Lang }) {
    const route = useRoute();
    const hotel = me.hotels.find((h) => h.slug === route.hotel) ?? me.hotels[0];
    const slug = hotel?.slug ?? '';
    if (hotel) setZone(hotel.timezone);
    useEffect(() => {
        follow(slug);
        return () => follow('');
    }, [slug]);
    useEffect(() => {
        if (slug && route.hotel !== slug) location.replace(to(slug));
    }, [slug, route.hotel]);
    if (!hotel) {
        return (
            <main class="door">
                <div class="door-card">
                    <h1>{t('noHotel')}</h1>
                    <p>{t('noHotelText')}</p>
                    <button type="button" class="button plain" onClick={signOut}>
                        {t('signOut')}
                    </button>
                </div>
            </main>
        );
    }
    return (
        <SessionContext.Provider value={{ me, hotel }}>
            <Shell here={route.page} signOut={signOut}>
                <Content key={`${slug} ${language}`} route={route} hotel={hotel} />
            </Shell>
        </SessionContext.Provider>
    );
}

type State = { me: Me | null; ended: boolean; problem?: Problem; asked: boolean };

function App() {
    const [language, setLanguage] = useState<Lang>(chosenLang() ?? langOfBrowser() ?? 'en');
    const [state, setState] = useState<State>({ me: null, ended: false, asked: false });
    setLang(language);
    const arrived = (me: Me) => {
        setLanguage(chosenLang() ?? langOfBrowser() ?? me.language);
        // Somebody else at the same screen starts afresh.
        setState((s) => ({ me: s.me?.email === me.email ? s.me : me, ended: false, asked: true }));
    };
    const ask = () => {
        setState({ me: null, ended: false, asked: false });
        get<Me>('/api/me').then(arrived, (e: unknown) => {
            const problem = asProblem(e);
            setState({ me: null, ended: false, asked: true, ...(problem.status === 401 ? {} : { problem }) });
        });
    };
    useEffect(() => {
        onSignedOut(() => setState((s) => ({ ...s, ended: s.me !== null })));
        ask();
    }, []);
    const change = (l: Lang) => {
        localStorage.setItem(CHOSEN, l);
        setLanguage(l);
    };
    const signOut = () => {
        void call('POST', '/api/logout', {}).catch(() => {});
        setState({ me: null, ended: false, asked: true });
        history.replaceState(null, '', '#/');
    };
    return (
        <LanguageContext.Provider value={change}>
            {!state.asked && <Loading />}
            {state.problem && (
                <main class="door">
                    <div class="door-card">
                        <h1>SelfKey</h1>
                        <Failure problem={state.problem} retry={ask} />
                    </div>
                </main>
            )}
            {state.me && (
                <div class={state.ended ? 'behind' : undefined} inert={state.ended || undefined}>
                    <SignedIn key={state.me.email} me={state.me} signOut={signOut} language={language} />
                </div>
            )}
            {state.asked && !state.problem && (state.ended || !state.me) && (
                <SignIn key={language} done={arrived} again={state.ended ? state.me?.email : undefined} />
            )}
            <Announcer />
        </LanguageContext.Provider>
    );
}

const root = document.getElementById('app')!;
root.replaceChildren();
render(<App />, root);
