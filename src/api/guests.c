/* The people who stay. */
#include "hub/guest.h"

#include "api/resource.h"

bool guests_list(struct api_call *c, struct err *e)
{
    struct page page;
    struct guest_row *list;
    size_t count;
    struct guest_filter f = {.search = http_query(c->request, S("search"))};
    if (!page_read(c->request, "guests", &page, e)) {
        return false;
    }
    f.before_id = page.key;
    f.limit = page.limit + 1;
    if (!guest_list(c->env, c->arena, &c->hotel, &f, &list, &count, e)) {
        return false;
    }
    struct str next = {0};
    if (page_cut(&page, &count)) {
        next = page_cursor(c->arena, &page, list[count - 1].id);
    }
    struct json_out *o = api_list(c);
    for (size_t i = 0; i < count; i++) {
        json_open(o, '{');
        api_member_id(o, S("id"), list[i].id);
        json_member_str(o, S("firstName"), list[i].guest.first_name);
        json_member_str(o, S("lastName"), list[i].guest.last_name);
        json_member_str(o, S("email"), list[i].guest.email);
        json_member_str(o, S("phone"), list[i].guest.phone);
        json_member_str(o, S("country"), list[i].guest.country);
        json_member_str(o, S("language"), list[i].guest.language);
        json_close(o, '}');
    }
    return api_list_send(c, next);
}
