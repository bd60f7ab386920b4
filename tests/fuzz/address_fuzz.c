/* Any text as an address, a network and what a proxy says of its client. Lines: an address, a network, then the headers
 * that a proxy added, a line each ("p" and X-Forwarded-Proto, else X-Forwarded-For). */
#include "fuzz.h"
#include "io/http_request.h"

#define HEADERS 8
#define ENTRIES 100

static struct http_address of_text(struct str s)
{
    struct http_address a, again;
    char text[HTTP_ADDRESS_TEXT_SIZE];
    memset(&a, 0, sizeof a);
    must(http_address_parse(s, &a));
    must(http_address_parse(http_address_text(&a, text), &again) && http_address_eq(&a, &again));
    return a;
}

static void network(struct str s, struct str inside)
{
    struct http_network n;
    struct http_address a;
    char text[HTTP_ADDRESS_TEXT_SIZE];
    if (!http_network_parse(s, &n)) {
        return;
    }
    must(n.bits <= 128 && http_network_holds(&n, &n.base));
    of_text(http_address_text(&n.base, text));
    if (http_address_parse(inside, &a)) {
        bool holds = true;
        for (unsigned bit = 0; bit < n.bits; bit++) {
            holds = holds && !((n.base.bytes[bit / 8] ^ a.bytes[bit / 8]) & (0x80u >> bit % 8));
        }
        must(holds == http_network_holds(&n, &a));
    }
}

/* An entry without the port that some proxies add. */
static bool entry(struct str s, struct http_address *out)
{
    struct str rest = str_trim(s), host = str_cut(&rest, ':');
    if (str_starts(host, S("["))) {
        size_t end = str_find_char(str_trim(s), ']');
        return http_address_parse(str_sub(str_trim(s), 0, end == SIZE_MAX ? s.n : end + 1), out);
    }
    bool port = str_given(rest) && str_find_char(rest, ':') == SIZE_MAX;
    return http_address_parse(port ? host : str_trim(s), out);
}

/* What the headers say, read as one list from the front. */
static void forwarded(struct arena *a, struct str rest, const struct http_network *trusted, size_t count)
{
    struct http_pair headers[HEADERS];
    struct str entries[ENTRIES], client = S("192.0.2.77");
    struct http_request r = {.headers = headers, .client = client, .arena = a};
    size_t n = 0;
    bool secure = false;
    while (rest.n > 0 && r.header_count < HEADERS) {
        struct str line = fuzz_line(&rest);
        bool proto = str_starts(line, S("p"));
        struct str name = proto ? S("x-forwarded-proto") : S("X-Forwarded-For"),
                   list = str_sub(line, proto, line.n);
        headers[r.header_count++] = (struct http_pair){name, list};
        while (str_given(list) && n < ENTRIES) {
            struct str one = str_cut(&list, ',');
            if (proto) {
                secure = str_eq_nocase(str_trim(one), S("https"));
            } else {
                entries[n++] = one;
            }
        }
        if (n == ENTRIES) {
            return;
        }
    }
    for (bool known = true; known && n-- > 0;) {
        struct http_address address;
        char text[HTTP_ADDRESS_TEXT_SIZE];
        known = entry(entries[n], &address);
        if (known) {
            client = arena_str(a, http_address_text(&address, text));
            known = count > 0 && http_network_holds(trusted, &address);
        }
    }
    http_forwarded(&r, trusted, count);
    of_text(r.client);
    must(str_eq(r.client, client) && r.secure == secure);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, SIZE_MAX);
    struct str rest = {(const char *)data, size}, first = fuzz_line(&rest), second = fuzz_line(&rest);
    struct http_address address;
    struct http_network trusted;
    if (http_address_parse(first, &address)) {
        of_text(first);
    }
    network(second, first);
    network(first, second);
    bool some = http_network_parse(second, &trusted);
    forwarded(&a, rest, &trusted, some);
    return 0;
}
