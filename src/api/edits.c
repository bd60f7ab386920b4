/* What people changed: the list, the history of a night, taking back. */
#include "hub/edit.h"

#include "api/cells.h"
#include "api/resource.h"

static const char *const kinds[] = {[EDIT_KIND_STOCK] = "stock",
                                    [EDIT_KIND_RATES] = "rates",
                                    [EDIT_KIND_PLAN] = "plan",
                                    [EDIT_KIND_UNDO] = "undo"};

bool edits_list(struct api_call *c, struct err *e)
{
    struct page page;
    struct edit_row *list;
    size_t count;
    if (!page_read(c->request, "edits", &page, e) ||
        !edit_recent(c->env, c->arena, &c->hotel, page.key, page.limit + 1, &list, &count, e)) {
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
        json_member_str(o, S("kind"), str_of(kinds[list[i].kind]));
        json_member_str(o, S("actor"), list[i].actor);
        api_member_instant(o, S("at"), list[i].made_us);
        api_member_text(c, o, S("summary"), list[i].summary);
        json_member_i64(o, S("cells"), list[i].cells);
        api_member_id(o, S("undoes"), list[i].undoes);
        api_member_id(o, S("undoneBy"), list[i].undone_by);
        json_close(o, '}');
    }
    return api_list_send(c, next);
}

/* ?roomType=&ratePlan=&night= */
bool edits_history(struct api_call *c, struct err *e)
{
    struct cells_names names;
    struct edit_past *list;
    size_t count;
    int32_t night = DATE_NONE;
    struct str room = http_query(c->request, S("roomType")), plan = http_query(c->request, S("ratePlan"));
    if (!api_query_date(c, "night", &night, e)) {
        return false;
    }
    if (night == DATE_NONE) {
        return err_field(e, ERR_INVALID, "night", "say which night: night=2026-07-14",
                         "dites quelle nuit : night=2026-07-14");
    }
    if (!room.n) {
        return err_field(e, ERR_INVALID, "roomType", "say which room type",
                         "dites de quel type de chambre il s'agit");
    }
    if (!edit_history(c->env, c->arena, &c->hotel, room, plan.n ? plan : (struct str){0}, night, &list,
                      &count, e) ||
        !cells_names(c, &names, e)) {
        return false;
    }
    struct json_out *o = api_list(c);
    for (size_t i = 0; i < count; i++) {
        const struct edit_past *p = &list[i];
        json_open(o, '{');
        api_member_id(o, S("edit"), p->edit.id);
        json_member_str(o, S("actor"), p->edit.actor);
        api_member_instant(o, S("at"), p->edit.made_us);
        api_member_text(c, o, S("summary"), p->edit.summary);
        api_member_id(o, S("undoes"), p->edit.undoes);
        api_member_id(o, S("undoneBy"), p->edit.undone_by);
        cells_place(o, &names, &p->cell);
        cells_member_value(c, o, S("before"), &names, &p->cell, p->cell.before);
        cells_member_value(c, o, S("after"), &names, &p->cell, p->cell.after);
        json_close(o, '}');
    }
    return api_list_send(c, (struct str){0});
}

bool edits_undo(struct api_call *c, struct err *e)
{
    struct edit_undone r;
    struct cells_names names;
    int64_t id;
    if (!api_param_id(c, "id", &id, e) ||
        !edit_undo(c->env, c->arena, &c->hotel, c->principal.email, id, &r, e) ||
        !cells_names(c, &names, e)) {
        return false;
    }
    struct json_out *o = api_json(c);
    json_open(o, '{');
    api_member_id(o, S("edit"), r.edit_id);
    json_member_i64(o, S("restored"), (int64_t)r.restored);
    json_member_i64(o, S("left"), (int64_t)r.left);
    json_key(o, S("leftCells"));
    json_open(o, '[');
    for (size_t i = 0; i < r.left_shown; i++) {
        json_open(o, '{');
        cells_place(o, &names, &r.left_cells[i]);
        cells_member_value(c, o, S("wanted"), &names, &r.left_cells[i], r.left_cells[i].before);
        cells_member_value(c, o, S("value"), &names, &r.left_cells[i], r.left_cells[i].after);
        json_close(o, '}');
    }
    json_close(o, ']');
    cells_oversold(o, &r.overs);
    json_close(o, '}');
    return api_send(c, 200);
}
