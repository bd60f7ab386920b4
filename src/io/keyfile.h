/* keyfile.h: the file with the master key, the one thing that backups of the data must not contain.
 *
 *     selfkey-master-key v1
 *     # (a note to the operator)
 *     key: <32 bytes, base64url>
 *     id: <keyring_master_id of the key>
 *
 * Lines beginning with '#' and empty lines are skipped, a CR at the end of a line too (the file may have been kept
 * in a mail or a password manager). The id is a check value: a copy with a mistake in it is recognised as damaged,
 * not taken for another key. All nodes of an installation use the same file. */
#ifndef IO_KEYFILE_H
#define IO_KEYFILE_H

#include "io/keyring.h"

#define KEYFILE_NAME "master.key" /* in the data directory, unless said otherwise */

/* At start. The file is read; when there is none and has_keys is false (no data key has been made yet) it is made
 * with a fresh key and *created is true. key: in locked memory (secret_alloc). Errors, each with what to do:
 *   ERR_NOT_FOUND  the file is missing though the data was sealed with it
 *   ERR_FORBIDDEN  others than its owner may read or write it, or it belongs to another user
 *   ERR_INVALID    it is not such a file, or damaged
 *   ERR_INTERNAL   the system refuses to read or write it */
bool keyfile_open(struct str path, bool has_keys, uint8_t key[static SECRET_KEY_SIZE], bool *created,
                  struct err *e);

/* The same errors; ERR_NOT_FOUND without a file. */
bool keyfile_read(struct str path, uint8_t key[static SECRET_KEY_SIZE], struct err *e);
/* A fresh key in a new file, mode 0600. It is written whole under another name, brought to disk and only then given
 * its own name, which is on disk too when this returns: after a crash there is a whole file or none.
 * ERR_CONFLICT when the file exists: it is never overwritten. */
bool keyfile_create(struct str path, uint8_t key[static SECRET_KEY_SIZE], struct err *e);

#endif
