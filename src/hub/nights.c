#include "hub/nights.h"

bool nights_check(int32_t from, int32_t to, int most, struct err *e)
{
    if (to <= from) {
        return err_field(e, ERR_INVALID, "to", "the end must be after the beginning",
                         "la fin doit être après le début");
    }
    return (int64_t)to - from <= most ||
           err_field(e, ERR_INVALID, "to", "at most %d nights at once", "au plus %d nuits à la fois", most);
}
