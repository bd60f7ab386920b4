/* search.h: what a person types into a search box, as a pattern for LIKE … ESCAPE '!'. */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include "base/arena.h"

/* "50%" → "%50!%%": anywhere in a text, without wildcards of the typist's own. Empty or absent gives "%", which fits
 * every text. */
struct str search_pattern(struct arena *a, struct str typed);

#endif
