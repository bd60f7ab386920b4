/* nights.h: a range of nights that somebody asks for or changes. */
#ifndef HUB_NIGHTS_H
#define HUB_NIGHTS_H

#include "base/err.h"

/* Whether [from, to) is one to most nights; ERR_INVALID with pointer /to. */
bool nights_check(int32_t from, int32_t to, int most, struct err *e);

#endif
