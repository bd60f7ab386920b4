// Line icons on a grid of 24; they say nothing to a screen reader, the words beside them do.
const paths = {
    overview: 'M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-3H4zM14 7h6V4h-6z',
    bookings: 'M5 4h14v16l-2.3-1.5L14.4 20 12 18.5 9.6 20l-2.3-1.5L5 20zM8.5 9h7M8.5 13h5',
    calendar: 'M4 6h16v14H4zM4 10.5h16M8 3.5V8M16 3.5V8',
    plug: 'M9 3v5M15 3v5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v4',
    key: 'M14.5 13.5a5 5 0 1 0-4-4L4 16v4h4v-2.5h2.5V15zM16.5 7.5h.01',
    tag: 'M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01',
    upload: 'M12 15V4M7.5 8.5 12 4l4.5 4.5M4 15v5h16v-5',
    download: 'M12 4v11M7.5 10.5 12 15l4.5-4.5M4 16v4h16v-4',
    guide: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM9.6 9.6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.2.9-1.2 1.7M12 16.6h.01',
    more: 'M5 7h14M5 12h14M5 17h14',
    check: 'm5 12.5 4.5 4.5L19 7.5',
    copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
    close: 'M6 6l12 12M18 6 6 18',
    alert: 'M12 4 2.8 19.5h18.4zM12 10v4.5M12 17h.01',
    stop: 'M8.2 3.5h7.6l4.7 4.7v7.6l-4.7 4.7H8.2l-4.7-4.7V8.2zM12 8v5M12 16.2h.01',
    search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5',
    back: 'm14.5 5-7 7 7 7',
    next: 'm9.5 5 7 7-7 7',
    plus: 'M12 5v14M5 12h14',
    pause: 'M9 6v12M15 6v12',
    play: 'M8 5.5v13l11-6.5z',
    refresh: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.8 3.8v4h-4',
    swap: 'M7 4v15M3.5 7.5 7 4l3.5 3.5M17 20V5M13.5 16.5 17 20l3.5-3.5',
    out: 'M10 4H4v16h6M14 8l4 4-4 4M18 12H9',
} as const;
export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
    return (
        <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
            <path d={paths[name]} />
        </svg>
    );
}

// The mark: a key whose bow is a door.
export function Mark() {
    return (
        <svg class="mark" viewBox="0 0 40 40" width="32" height="32" aria-hidden="true" focusable="false">
            <rect class="mark-ground" width="40" height="40" rx="9" />
            <path class="mark-key" d="M20 8a7 7 0 0 1 2.5 13.5V32h-5v-3h-3v-3.5h3v-4A7 7 0 0 1 20 8z" />
            <circle class="mark-ground" cx="20" cy="15" r="2.4" />
        </svg>
    );
}
