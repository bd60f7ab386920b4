// Whether there is room for a month side by side.
import { useEffect, useRef, useState } from 'preact/hooks';

export function useWide(): boolean {
    const wide = useRef(window.matchMedia('(min-width: 68rem)'));
    const [is, setIs] = useState(wide.current.matches);
    useEffect(() => {
        const m = wide.current;
        const on = () => setIs(m.matches);
        m.addEventListener('change', on);
        return () => m.removeEventListener('change', on);
    }, []);
    return is;
}
