/* process_pace.h: how fast messages are applied while others are being taken.
 *
 * Whoever sends a webhook waits for its answer; nobody waits for its application. So while many come in, rounds are
 * short and a rest follows each, and the processors are the taking's. But not for long: when the end of the queue was
 * not seen for PROCESS_BEHIND_MOST_US, rounds are long and without rests until it is. */
#ifndef HUB_PROCESS_PACE_H
#define HUB_PROCESS_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROCESS_ROUND_LONG     500
#define PROCESS_ROUND_SHORT    64
#define PROCESS_REST_MS        20
#define PROCESS_IDLE_MS        1000 /* another process may have put a message there */
#define PROCESS_BEHIND_MOST_US INT64_C(5000000)
#define PROCESS_PRESSED        4 /* batches of webhooks since the last round that mean: many come in */

struct process_pace {
    size_t round;      /* messages that the next round takes at the most */
    bool rests;        /* and it must not begin earlier, whatever comes in */
    int64_t behind_us; /* since when the end was not seen (monotonic); 0: it was */
};

#define PROCESS_PACE_INIT ((struct process_pace){.round = PROCESS_ROUND_LONG})

/* After a round that did `done` messages, while `batches` of webhooks came in since the one before: sets what the next
 * is like, and returns after how many ms it is due. */
int64_t process_pace_next(struct process_pace *p, size_t done, size_t batches, int64_t monotonic_us);

#endif
