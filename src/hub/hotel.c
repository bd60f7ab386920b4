#include "hub/hotel.h"

#include "io/zone.h"

#include <string.h>

static const struct field fields[] = {
    {FIELD_MEMBER("slug", FIELD_STR, hotel_new, slug), .flags = FIELD_REQUIRED, .max = 60,
     .label = TEXT_INIT("Short name", "Nom court"),
     .help = TEXT_INIT("Small letters, digits and hyphens; it is part of the hotel's addresses.",
                       "Minuscules, chiffres et tirets ; il figure dans les adresses de l'hôtel."),
     .example = "grand-hotel"},
    {FIELD_MEMBER("name", FIELD_STR, hotel_new, name), .flags = FIELD_REQUIRED, .max = 200,
     .label = TEXT_INIT("Name", "Nom"), .example = "Grand Hôtel"},
    {FIELD_MEMBER("timezone", FIELD_STR, hotel_new, timezone), .flags = FIELD_REQUIRED, .max = 60,
     .label = TEXT_INIT("Time zone", "Fuseau horaire"), .example = "Europe/Paris"},
    {FIELD_MEMBER("currency", FIELD_STR, hotel_new, currency), .flags = FIELD_REQUIRED, .max = 3,
     .label = TEXT_INIT("Currency", "Devise"), .example = "EUR"},
};
const struct field_table hotel_new_fields = {"hotelNew", sizeof(struct hotel_new), fields, ARRAY_LEN(fields)};

bool hotel_prepare(const struct env *env, struct arena *a, const struct hotel_new *in,
                   struct establishment *out, struct err *e)
{
    const struct currency *currency = currency_find(in->currency);
    struct str name = str_trim(in->name);
    if (!establishment_slug_valid(in->slug)) {
        return err_field(
            e, ERR_INVALID, "slug",
            "write a short name of 1 to 60 small letters, digits and hyphens, such as grand-hotel",
            "écrivez un nom court de 1 à 60 minuscules, chiffres et tirets, par exemple "
            "grand-hotel");
    }
    if (name.n == 0 || utf8_count(name) > 200 || !utf8_valid(name, &(size_t){0})) {
        return err_field(e, ERR_INVALID, "name", "the hotel's name is needed, of at most 200 characters",
                         "il faut le nom de l'hôtel, de 200 caractères au plus");
    }
    if (!zone_exists(in->timezone)) {
        return err_field(e, ERR_INVALID, "timezone",
                         "“%.*s” is not a time zone; write its IANA name, such as Europe/Paris",
                         "« %.*s » n'est pas un fuseau horaire ; écrivez son nom IANA, par exemple "
                         "Europe/Paris",
                         STR_ARG(str_sub(in->timezone, 0, 60)));
    }
    if (!currency) {
        return err_field(e, ERR_INVALID, "currency",
                         "“%.*s” is not a currency; write its three-letter code, such as EUR",
                         "« %.*s » n'est pas une devise ; écrivez son code de trois lettres, par exemple EUR",
                         STR_ARG(str_sub(in->currency, 0, 20)));
    }
    *out = (struct establishment){
        .slug = arena_str(a, in->slug),
        .name = arena_str(a, name),
        .timezone = arena_str(a, in->timezone),
        .currency = str_of(currency->code),
        .created_us = clock_now_us(&env->clock),
    };
    return true;
}

static bool insert(struct db_conn *c, void *arg, struct err *e)
{
    return establishment_insert(c, arg, e);
}

bool hotel_add(struct env *env, struct arena *a, const struct hotel_new *in, struct establishment *out,
               struct err *e)
{
    return hotel_prepare(env, a, in, out, e) && db_write(env->store->hotel, insert, out, e);
}

bool hotel_list(struct env *env, struct arena *a, struct establishment **list, size_t *count, struct err *e)
{
    DB_READ_SCOPE *c = db_read(env->store->hotel, e);
    return c && establishment_list(c, a, list, count, e);
}
