/* env_fixture.h: the surroundings of a unit test of hub/: a real store in a folder of its own, a clock that the
 * test sets, chance from a seed. */
#ifndef HUB_ENV_FIXTURE_H
#define HUB_ENV_FIXTURE_H

#include "hub/env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct env_fixture {
    char dir[64];
    struct store store;
    int64_t now_us;
    uint64_t seed;
    struct random random;
    struct secret_gate gate;
    struct arena a;
    struct err e;
    struct env env;
};

static inline void env_fixture_open(struct env_fixture *f)
{
    *f = (struct env_fixture){
        .dir = "/tmp/selfkey-test-XXXXXX", .now_us = INT64_C(1782900000000000), .seed = 7};
    arena_init(&f->a, 16u << 20);
    if (!secret_init(&f->e) || !mkdtemp(f->dir) || !store_open(&f->store, str_of(f->dir), false, &f->e)) {
        fprintf(stderr, "%s: %s\n", f->dir, f->e.en);
        abort();
    }
    secret_gate_init(&f->gate, 2);
    f->random = random_seeded(&f->seed);
    f->env = (struct env){
        .clock = clock_fixed(&f->now_us),
        .random = &f->random,
        .store = &f->store,
        .gate = &f->gate,
        .data_dir = str_of(f->dir),
        .files_dir = str_of(f->dir),
        .public_url = S("https://hub.example.org"),
    };
}

static inline void env_fixture_close(struct env_fixture *f)
{
    static const char *const names[] = {"selfkey.db",   "selfkey.db-wal", "selfkey.db-shm", "inbox.db",
                                        "inbox.db-wal", "inbox.db-shm",   "master.key"};
    store_close(&f->store);
    secret_gate_destroy(&f->gate);
    arena_free(&f->a);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[128];
        snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
        remove(path);
    }
    if (rmdir(f->dir) != 0) {
        fprintf(stderr, "%s: is not empty after the test\n", f->dir);
    }
}

#endif
