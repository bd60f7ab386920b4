// Who is signed in, and the hotel one looks at.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Hotel, Me } from './types';

export type Session = { me: Me; hotel: Hotel };
export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
    const s = useContext(SessionContext);
    if (!s) throw new Error('no session');
    return s;
}

export function useHotel(): Hotel {
    return useSession().hotel;
}

// Viewers read; managers and owners also change.
export function useMayChange(): boolean {
    return useSession().hotel.role !== 'viewer';
}
