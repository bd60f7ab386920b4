/* Any bytes to the CSV reader: how they are cut into pieces changes nothing, and what is read is read again
 * from what we write of it. The first byte chooses the length of the pieces. */
#include "format/csv.h"
#include "fuzz.h"

/* Everything the reader says about the bytes, as one text. */
static struct str read_all(struct arena *a, struct csv_reader *r, struct str bytes, size_t piece,
                           struct buf *written)
{
    struct buf told = buf_in(a);
    struct csv_out out = csv_out(written, ',', false);
    csv_reader_init(r, csv_detect_delimiter(bytes, true, NULL));
    for (size_t at = 0, done = 0; done == 0;) {
        struct csv_row row;
        struct err e = {0};
        switch (csv_next(r, &row, &e)) {
        case CSV_ROW:
            buf_fmt(&told, "row %llu %zu:", (unsigned long long)row.line, row.count);
            for (size_t i = 0; i < row.count; i++) {
                buf_fmt(&told, "%zu=", row.cells[i].n);
                buf_add(&told, row.cells[i]);
                csv_cell(&out, row.cells[i]);
            }
            csv_end_row(&out);
            break;
        case CSV_BAD:
            buf_fmt(&told, "bad %llu %s:", (unsigned long long)row.line, e.en);
            break;
        case CSV_MORE:
            if (at == bytes.n)
                csv_finish(r);
            csv_push(r, str_sub(bytes, at, piece));
            at += piece < bytes.n - at ? piece : bytes.n - at;
            break;
        case CSV_END:
            done = 1;
        }
    }
    csv_reader_free(r);
    return buf_str(&told);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    struct csv_reader *r = malloc(sizeof *r);
    must(r != NULL);
    struct str bytes = {(const char *)data + 1, size - 1};
    struct buf written = buf_in(&a);
    struct buf other = buf_in(&a);
    struct str whole = read_all(&a, r, bytes, bytes.n + 1, &written);
    struct str pieces = read_all(&a, r, bytes, (size_t)data[0] + 1, &other);
    must(str_eq(whole, pieces));
    free(r);
    return 0;
}
