#include "api/names.h"

#include "model/edit.h"

bool names_read(const struct api_call *c, const char *member, struct str **list, size_t *count, struct err *e)
{
    const struct json *v = json_get(c->body, str_of(member));
    *list = NULL;
    *count = 0;
    if (!v || v->type == JSON_NULL) {
        return true;
    }
    if (v->type != JSON_ARRAY) {
        return err_field(e, ERR_INVALID, member, "a list of texts is needed here",
                         "il faut ici une liste de textes");
    }
    *list = arena_array(c->arena, struct str, v->count);
    for (const struct json *item = v->first; item; item = item->next) {
        if (item->type != JSON_STRING) {
            err_set(e, ERR_INVALID, "a text is needed here", "il faut ici un texte");
            err_in_index(e, *count);
            return err_in(e, str_of(member));
        }
        (*list)[(*count)++] = item->text;
    }
    return true;
}

bool names_weekdays(const struct api_call *c, unsigned *out, struct err *e)
{
    struct str *names;
    size_t count;
    const struct json *v = json_get(c->body, S("weekdays"));
    const struct field choices = {.choices = edit_weekdays};
    if (!names_read(c, "weekdays", &names, &count, e)) {
        return false;
    }
    *out = !v || v->type == JSON_NULL ? EDIT_EVERY_DAY : 0;
    for (size_t i = 0; i < count; i++) {
        int day = field_choice(&choices, names[i]);
        if (day < 0) {
            err_set(e, ERR_INVALID, "this is no day of the week: write monday, tuesday, …",
                    "ce n'est pas un jour de la semaine : écrivez monday, tuesday, …");
            err_in_index(e, i);
            return err_in(e, S("weekdays"));
        }
        *out |= 1u << day;
    }
    return *out != 0 ||
           err_field(e, ERR_INVALID, "weekdays", "at least one day is needed; leave it out for all",
                     "il faut au moins un jour ; ne l'indiquez pas pour tous");
}
