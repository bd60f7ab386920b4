// Chance that can be had again: the same seed gives the same numbers (mulberry32, public domain, by Tommy Ettinger).
export class Chance {
    constructor(seed) {
        this.state = seed >>> 0;
    }

    // From 0 up to, not including, 1.
    next() {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let t = this.state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    }

    // An integer from 0 up to, not including, n.
    below(n) {
        return Math.floor(this.next() * n);
    }

    likely(probability) {
        return this.next() < probability;
    }

    pick(list) {
        return list[this.below(list.length)];
    }

    // One of its own for somebody else, so that who comes first changes nothing.
    fork() {
        return new Chance(this.below(4294967296));
    }
}
