/* store.h: the two stores of an installation. All SQL of the program is in this folder.
 *
 * The inbox holds raw messages, append-only; the hotel store everything else. No transaction spans both:
 * applying records the inbox sequence in the hotel's own transaction, so that doing it twice does it once. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "io/db.h"

#define STORE_HOTEL_FILE "selfkey.db" /* in the data directory; once it is there, there is an installation */

struct store {
    struct db *hotel;
    struct db *inbox;
};

/* Opens (and at first makes and migrates) selfkey.db and inbox.db in an existing directory. serving: this is
 * the long-running server, which also moves the write-ahead logs in the background. */
bool store_open(struct store *s, struct str data_dir, bool serving, struct err *e);
void store_close(struct store *s); /* accepts a zeroed struct */

#endif
