#include "api/known.h"

#include "io/secret.h"

#include <string.h>

/* A hash that nobody can aim at: credentials stay unreadable in this memory too. */
static uint64_t hash_of(struct str credentials)
{
    uint8_t bytes[SECRET_HASH_SIZE];
    uint64_t hash;
    secret_sha256(credentials, bytes);
    memcpy(&hash, bytes, sizeof(hash));
    return hash;
}

void known_init(struct known *k)
{
    memset(k->slots, 0, sizeof(k->slots));
    pthread_mutex_init(&k->lock, NULL);
}

void known_destroy(struct known *k)
{
    pthread_mutex_destroy(&k->lock);
}

void known_add(struct known *k, struct str credentials, int64_t now_us)
{
    uint64_t hash = hash_of(credentials);
    pthread_mutex_lock(&k->lock);
    k->slots[hash % KNOWN_SLOTS].hash = hash;
    k->slots[hash % KNOWN_SLOTS].at_us = now_us;
    pthread_mutex_unlock(&k->lock);
}

bool known_has(struct known *k, struct str credentials, int64_t now_us)
{
    uint64_t hash = hash_of(credentials);
    pthread_mutex_lock(&k->lock);
    bool has = k->slots[hash % KNOWN_SLOTS].hash == hash && k->slots[hash % KNOWN_SLOTS].at_us > 0 &&
               now_us - k->slots[hash % KNOWN_SLOTS].at_us < KNOWN_US;
    pthread_mutex_unlock(&k->lock);
    return has;
}
