/* csv_connector.h: settings of tables as files (type `csv`): a watched folder, an export folder, and how the
 * files are written when that cannot be seen from the files themselves. */
#ifndef CONNECTOR_CSV_CONNECTOR_H
#define CONNECTOR_CSV_CONNECTOR_H

#include "connector/connector.h"

struct csv_connector_settings {
    struct str import_path; /* below the hotel's folder; absent: nothing is watched */
    struct str export_path; /* absent: nothing is exported by itself */
    struct str delimiter;   /* one character; absent: detected */
    int dates;   /* index into csv_connector_dates (enum csv_dates is 1 << index); -1: detected, or asked */
    int decimal; /* index into csv_connector_decimals; -1: detected */
    struct str currency;    /* ISO 4217; absent: the file's, else the hotel's */
    struct str channel;     /* of bookings that name none; absent: the integration's id */
    struct str mapping;     /* JSON; absent: recognised by the header */
    int64_t sync_frequency; /* minutes between looks into the import folder */
    int64_t export_every;   /* minutes between exports; FIELD_INT_NONE: only when asked */
    int8_t enabled;
};

extern const char *const csv_connector_dates[];    /* "dmy", "mdy", "ymd", NULL */
extern const char *const csv_connector_decimals[]; /* "point", "comma", NULL */

extern const struct field_table csv_connector_fields;
extern const struct connector csv_connector;

/* True for a path that stays below where it begins, by its text alone: relative, no "..", no ".", no empty part,
 * no backslash, no control character. Symbolic links are the business of whoever opens it. */
bool csv_connector_path_valid(struct str path);

#endif
