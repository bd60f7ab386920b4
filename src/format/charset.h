/* charset.h: the encodings in which files of tables arrive, to UTF-8.
 *
 * Detection: a byte-order mark (UTF-8 EF BB BF, UTF-16LE FF FE, UTF-16BE FE FF: Unicode Standard, 23.8) decides;
 * else zero bytes at every second place of the first 4 KiB mean UTF-16 (text of the Latin script has them at
 * odd places in little-endian order, at even ones in big-endian order); else text that is well-formed UTF-8 is
 * UTF-8; else it is Windows-1252, which also reads ISO 8859-1 (encoding.spec.whatwg.org, "windows-1252"; its five
 * unassigned bytes become the C1 controls of the same number).
 *
 * The last choice needs no second pass: until the first byte above 7F both read the same. The decoder starts
 * as UTF-8 and becomes Windows-1252 at the first malformed sequence, provided that no well-formed sequence came
 * before; a file that holds both is UTF-8 with bad bytes.
 *
 * Nothing is dropped: what cannot be decoded stays in the output as bytes that are not valid UTF-8 (the bad byte
 * itself, or FF for a UTF-16 unit without its partner), and U+0000 as a zero byte, so that the row that holds
 * them can be refused and shown while the others go in. `bad` and `bad_at` say how many and where the first is. */
#ifndef FORMAT_CHARSET_H
#define FORMAT_CHARSET_H

#include "base/arena.h"

enum charset { CHARSET_AUTO, CHARSET_UTF8, CHARSET_WINDOWS_1252, CHARSET_UTF16LE, CHARSET_UTF16BE };

/* "utf-8", "windows-1252", "utf-16le", "utf-16be"; "" for CHARSET_AUTO. */
const char *charset_name(enum charset c);
/* By name, case, '-' and '_' aside; also utf8, latin1, iso-8859-1, cp1252, ansi, utf-16 (little-endian unless a
 * mark says otherwise). False when unknown. */
bool charset_find(struct str name, enum charset *out);
/* What the first bytes of a file say: a mark or the pattern of zero bytes, else CHARSET_AUTO. mark_n (may be
 * NULL) is the length of the mark. */
enum charset charset_of_head(struct str head, size_t *mark_n);

/* Bytes in, in pieces of any size; UTF-8 out. Nothing to free. */
struct charset_decoder {
    enum charset charset; /* what it reads now; CHARSET_AUTO before the first bytes */
    bool may_change;      /* UTF-8 by assumption: the first malformed sequence makes it Windows-1252 */
    bool mark;            /* there was a byte-order mark */
    bool started;
    bool multibyte;  /* a well-formed sequence of several bytes was seen */
    uint64_t offset; /* bytes taken */
    uint64_t bad;    /* bytes that could not be decoded, and U+0000 */
    uint64_t bad_at; /* offset of the first of them in the file */
    unsigned char held[4];
    size_t held_n; /* the beginning of a sequence whose end has not come */
};

/* charset CHARSET_AUTO detects; any other is taken as given, but a mark of the same encoding is still skipped and
 * a UTF-16 mark corrects the byte order. The first piece should hold 4 KiB or the whole file: detection looks
 * no further than that piece. */
void charset_decoder_init(struct charset_decoder *d, enum charset charset);
/* The next piece as UTF-8: valid until the arena is reset, and it may be a view of `bytes`. */
struct str charset_decode(struct charset_decoder *d, struct arena *a, struct str bytes);
/* What was held back, at the end of the file. Afterwards d->charset is never CHARSET_AUTO. */
struct str charset_decode_end(struct charset_decoder *d, struct arena *a);

#endif
