/* What integrations call the hotel's rooms. */
#include "api/resource.h"
#include "hub/desk.h"
#include "hub/integration.h"

/* The code of a room type; absent when it is none of these. */
static struct str code_of(const struct room_type *rooms, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++) {
        if (rooms[i].id == id) {
            return rooms[i].code;
        }
    }
    return (struct str){0};
}

/* Without a name it is absent, which is written as null. */
static struct str or_null(struct str s)
{
    return s.n > 0 ? s : (struct str){0};
}

bool mappings_list(struct api_call *c, struct err *e)
{
    struct page page;
    struct room_mapping *list;
    struct room_type *rooms;
    size_t count, room_count, from, to;
    if (!page_read(c->request, "mappings", &page, e) ||
        !desk_rooms(c->env, c->arena, &c->hotel, &rooms, &room_count, e) ||
        !desk_mappings(c->env, c->arena, &c->hotel, &list, &count, e)) {
        return false;
    }
    struct str next = page_slice(c->arena, &page, count, &from, &to);
    struct json_out *o = api_list(c);
    for (size_t i = from; i < to; i++) {
        json_open(o, '{');
        json_member_str(o, S("integrationId"), or_null(list[i].integration_id));
        json_member_str(o, S("remote"), list[i].remote);
        json_member_str(o, S("roomType"), code_of(rooms, room_count, list[i].room_type_id));
        api_member_instant(o, S("seenAt"), list[i].seen_us);
        json_close(o, '}');
    }
    return api_list_send(c, next);
}

struct mapping_body {
    struct str integration_id, remote, room_type;
};

static const struct field mapping_members[] = {
    {FIELD_MEMBER("integrationId", FIELD_STR, mapping_body, integration_id), .max = 60},
    {FIELD_MEMBER("remote", FIELD_STR, mapping_body, remote), .flags = FIELD_REQUIRED, .max = 200},
    {FIELD_MEMBER("roomType", FIELD_STR, mapping_body, room_type), .max = 60},
};
static const struct field_table mapping_fields = {"mapping", sizeof(struct mapping_body), mapping_members,
                                                  ARRAY_LEN(mapping_members)};

/* {integrationId, remote, roomType}; without integrationId (or null, or "") it is a name of what came without one, from
 * a file or the hotel itself; without roomType (or null, or "") the mapping is taken back. */
bool mappings_set(struct api_call *c, struct err *e)
{
    struct mapping_body in;
    struct integration_view integration;
    int64_t repaired = 0;
    bool repairing = false;
    if (!api_body(c, &mapping_fields, &in, e)) {
        return false;
    }
    if (in.integration_id.n > 0 &&
        !integration_get(c->env, c->arena, &c->hotel, in.integration_id, &integration, e)) {
        return err_in(e, S("integrationId"));
    }
    if (!desk_map(c->env, c->arena, &c->hotel, c->principal.email, in.integration_id, in.remote,
                  str_given(in.room_type) ? in.room_type : S(""), &repaired, e) ||
        !desk_repairing(c->env, &c->hotel, &repairing, e)) {
        return false;
    }
    struct json_out *o = api_json(c);
    json_open(o, '{');
    json_member_str(o, S("integrationId"), or_null(in.integration_id));
    json_member_str(o, S("remote"), in.remote);
    json_member_str(o, S("roomType"), or_null(in.room_type));
    json_member_i64(o, S("repaired"), repaired);
    json_member_bool(o, S("repairing"), repairing);
    json_close(o, '}');
    return api_send(c, 200);
}
