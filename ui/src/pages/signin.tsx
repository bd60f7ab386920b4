// Signing in: the door. Also what is shown over the page when the session has ended.
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, call, get, type Problem } from '../api';
import { Button, Failure, Note } from '../parts/basics';
import { TextField } from '../parts/field';
import { Mark } from '../parts/icon';
import { LanguageButtons } from '../parts/shell';
import type { Me } from '../types';
import { t } from '../words';

export function SignIn({ done, again }: { done: (me: Me) => void; again?: string | undefined }) {
    const [email, setEmail] = useState(again ?? '');
    const [password, setPassword] = useState('');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem>();
    const [setup, setSetup] = useState(false);
    const head = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        document.title = `${t('signIn')} · SelfKey`;
        if (again) head.current?.focus();
        get<{ needed: boolean }>('/api/setup').then(
            (s) => setSetup(s.needed),
            () => {},
        );
    }, []);
    const send = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        setBusy(true);
        setProblem(undefined);
        try {
            done(await call<Me>('POST', '/api/login', { body: { email, password } }));
        } catch (x) {
            setProblem(asProblem(x));
            setBusy(false);
        }
    };
    return (
        <div class="door">
            <main class="door-card">
                <div class="door-brand">
                    <Mark />
                    <span>SelfKey</span>
                </div>
                <h1 tabIndex={-1} ref={head}>
                    {again ? t('sessionEnded') : t('signIn')}
                </h1>
                <p class="intro">{again ? t('sessionEndedText') : t('signInText')}</p>
                {setup && <Note tone="warn">{t('setupNeeded')}</Note>}
                <form onSubmit={(e) => void send(e)} class="fields">
                    <TextField label={t('email')} type="email" value={email} set={setEmail} autocomplete="username" required />
                    <TextField
                        label={t('password')}
                        type="password"
                        value={password}
                        set={setPassword}
                        autocomplete="current-password"
                        required
                    />
                    {problem && <Failure problem={problem} />}
                    <Button type="submit" kind="main" busy={busy}>
                        {t('signInDo')}
                    </Button>
                </form>
                <footer class="door-foot">
                    <LanguageButtons />
                </footer>
            </main>
        </div>
    );
}
