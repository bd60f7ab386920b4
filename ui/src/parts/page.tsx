// A page inside the shell: its title takes the focus when one comes to it, and names the tab.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useHotel } from '../session';
import { Icon } from './icon';

let fresh = true; // the first page of all: the browser has the focus where it belongs

export function Page({
    title,
    intro,
    back,
    actions,
    children,
}: {
    title: string;
    intro?: ComponentChildren;
    back?: { href: string; label: string };
    actions?: ComponentChildren;
    children: ComponentChildren;
}) {
    const hotel = useHotel();
    const head = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        document.title = `${title} · ${hotel.name} · SelfKey`;
    }, [title, hotel.name]);
    useEffect(() => {
        if (!fresh) {
            window.scrollTo(0, 0);
            head.current?.focus({ preventScroll: true });
        }
        fresh = false;
    }, []);
    return (
        <div class="page">
            <header class="page-head">
                <div class="page-name">
                    {back && (
                        <a class="back" href={back.href}>
                            <Icon name="back" />
                            {back.label}
                        </a>
                    )}
                    <h1 tabIndex={-1} ref={head}>
                        {title}
                    </h1>
                    {intro && <div class="intro">{intro}</div>}
                </div>
                {actions && <div class="actions">{actions}</div>}
            </header>
            {children}
        </div>
    );
}

export function Section({
    title,
    id,
    aside,
    children,
}: {
    title: string;
    id: string;
    aside?: ComponentChildren;
    children: ComponentChildren;
}) {
    return (
        <section class="section" aria-labelledby={id}>
            <div class="section-head">
                <h2 id={id}>{title}</h2>
                {aside}
            </div>
            {children}
        </section>
    );
}
