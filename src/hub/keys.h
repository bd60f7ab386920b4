/* keys.h: the key ring of an installation, opened at start. */
#ifndef HUB_KEYS_H
#define HUB_KEYS_H

#include "hub/env.h"
#include "store/key.h"

/* Opens the master key file (env->key_file, else master.key in the data directory) and every data key with it,
 * into env->keys. At the very first start both are made: *created is true. A missing, wrong, damaged or too
 * open key file is an error that says what to do, and the program must not start: what is sealed could not be
 * read, and what would be sealed next could not be read by the others. */
bool keys_open(struct env *env, bool *created, struct err *e);
void keys_close(struct env *env);
struct str keys_path(const struct env *env, struct arena *a);

struct keys_status {
    struct str path;      /* of the key file */
    struct str master_id; /* of the master key; tells nothing of the key */
    struct key *keys;     /* oldest first */
    size_t count;
};
/* For `selfkey key status`; the same errors as keys_open. */
bool keys_status(struct env *env, struct arena *a, struct keys_status *out, struct err *e);

#endif
