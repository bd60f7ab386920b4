/* limits.h: every limit on input, in one place. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#define LIMIT_BODY          (1u << 20)  /* an API call or a webhook, bytes */
#define LIMIT_ARENA         (32u << 20) /* a request's or message's memory */
#define LIMIT_REJECTED_BODY (64u << 10) /* what is kept of a rejected webhook */
#define LIMIT_JSON_DEPTH    64
#define LIMIT_JSON_NODES    200000
#define LIMIT_TEXT          2000 /* code points of an ordinary text field */
#define LIMIT_REFERENCE     200  /* code points of a reservation's reference */
#define LIMIT_ROOMS         400  /* room stays in one reservation */
#define LIMIT_NIGHTS        1100 /* nights of one stay */
#define LIMIT_CHARGES       200  /* extras, or taxes, of one room or of one reservation */
#define LIMIT_CSV_COLUMNS   300
#define LIMIT_CSV_ROW       (1u << 20) /* bytes of one CSV row */
#define LIMIT_HEADERS       100
#define LIMIT_HEADER_BYTES  (32u << 10)
#define LIMIT_URL           2048
#define LIMIT_PAGE          200
#define LIMIT_PASSWORD_MIN  12
#define LIMIT_PASSWORD_MAX  256

#endif
