#include "hub/process_pace.h"

int64_t process_pace_next(struct process_pace *p, size_t done, size_t batches, int64_t monotonic_us)
{
    bool all = done < p->round;
    if (all) {
        p->behind_us = 0;
    } else if (p->behind_us == 0) {
        p->behind_us = monotonic_us;
    }
    bool late = p->behind_us != 0 && monotonic_us - p->behind_us >= PROCESS_BEHIND_MOST_US;
    p->rests = batches >= PROCESS_PRESSED && !late;
    p->round = p->rests ? PROCESS_ROUND_SHORT : PROCESS_ROUND_LONG;
    return p->rests ? PROCESS_REST_MS : all ? PROCESS_IDLE_MS : 0;
}
