/* env.h: everything outside that a use case may reach, in one struct: so that the whole hub also runs in a
 * simulated world. */
#ifndef HUB_ENV_H
#define HUB_ENV_H

#include "io/clock.h"
#include "io/keyring.h"
#include "io/random.h"
#include "io/secret.h"
#include "store/store.h"

#include <stdatomic.h>

struct integration_hook;

struct env {
    struct clock clock;
    struct random *random; /* ids and tokens */
    struct store *store;
    struct keyring *keys;     /* NULL until it is opened (hub/keys.h) */
    struct str key_file;      /* absent: master.key in data_dir */
    struct secret_gate *gate; /* password hashing */
    struct str data_dir;      /* ours: databases, keys, imports/ */
    struct str files_dir;     /* the hotel's: watched and export folders, one folder a hotel */
    struct str public_url;    /* as others reach us, without a trailing slash */
    /* What types can do when asked (hub/integration.h); NULL: nothing. */
    const struct integration_hook *hooks;
    /* True once the server is to stop: what takes long and can go on at the next start ends. NULL: never. */
    const atomic_bool *stopping;
};

#endif
