/* fold.h: names as people compare them: case, accents and runs of blanks do not count. */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include "base/arena.h"

/* "  Chambre  Supérieure " → "chambre superieure"; Latin letters lose case and diacritics (œ → oe, ß → ss),
 * other scripts stay as they are. Absent stays absent. */
struct str fold(struct arena *a, struct str s);

#endif
