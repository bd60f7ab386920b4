// Finds planted secrets in bytes, whatever they were written as.

// What is left of a Base64 text when other bytes come before and after: at each of the three places where it can begin
// inside of a group, the letters that depend on the secret alone.
function base64(bytes) {
    return [0, 1, 2].map((before) => {
        const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
        return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    });
}

const each = (bytes, write) => [...bytes].map((b) => write(b.toString(16).padStart(2, '0'))).join('');

// The ways in which a secret may be written: {name: [text or bytes, …]}.
export function encodings(secret) {
    const bytes = Buffer.from(secret);
    const text = bytes.toString('utf8');
    const isText = Buffer.from(text).equals(bytes);
    return {
        'as it is': [bytes],
        'in hex': [bytes.toString('hex'), bytes.toString('hex').toUpperCase()],
        'in Base64': base64(bytes),
        'in Base64 for addresses': base64(bytes).map((t) => t.replaceAll('+', '-').replaceAll('/', '_')),
        'percent-encoded': [each(bytes, (x) => `%${x}`), each(bytes, (x) => `%${x.toUpperCase()}`), ...(isText ? [encodeURIComponent(text)] : [])],
        'percent-encoded twice': isText ? [each(bytes, (x) => `%25${x}`), encodeURIComponent(encodeURIComponent(text))] : [],
        'in JSON': isText ? [JSON.stringify(text).slice(1, -1)] : [],
        'in JSON, escaped': [each(bytes, (x) => `\\u00${x}`), each(bytes, (x) => `\\u00${x.toUpperCase()}`)],
        'in HTML': isText ? [text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')] : [],
        'in UTF-16': isText ? [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()] : [],
    };
}

// A part is enough: half of a key is a leak as well.
const halves = (bytes) => (bytes.length < 16 ? [bytes] : [bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)]);

export class Finder {
    #needles = [];

    plant(name, secret, { whole = false } = {}) {
        const bytes = Buffer.from(secret);
        for (const part of whole ? [bytes] : halves(bytes)) {
            for (const [how, forms] of Object.entries(encodings(part))) {
                for (const form of new Set(forms.map((f) => Buffer.from(f).toString('latin1')))) {
                    this.#needles.push({ name, how, bytes: Buffer.from(form, 'latin1') });
                }
            }
        }
        return secret;
    }

    get names() {
        return [...new Set(this.#needles.map((n) => n.name))];
    }

    // {name: how it is written} of what stands in these bytes.
    find(haystack) {
        const bytes = Buffer.from(haystack);
        const found = {};
        for (const n of this.#needles) {
            if (!(n.name in found) && bytes.includes(n.bytes)) found[n.name] = n.how;
        }
        return found;
    }
}
