#include "hub/import_report.h"

#include "base/show.h"
#include "format/json.h"

void import_report_add(struct import_report *r, const struct import_problem *p)
{
    if (r->problem_count == IMPORT_PROBLEMS_MAX) {
        r->left_out++;
        return;
    }
    r->problems[r->problem_count++] = (struct import_problem){
        .line = p->line,
        .severity = p->severity,
        .pointer = arena_str(r->a, p->pointer),
        .text = {arena_str(r->a, p->text.en), arena_str(r->a, p->text.fr)},
    };
}

struct import_report_mark import_report_mark(const struct import_report *r)
{
    return (struct import_report_mark){r->counts, r->problem_count, r->left_out};
}

void import_report_reset(struct import_report *r, const struct import_report_mark *m)
{
    r->counts = m->counts;
    r->problem_count = m->problem_count;
    r->left_out = m->left_out;
}

static int64_t number_at(const struct json *v, struct str name)
{
    int64_t n = 0;
    const struct json *member = json_get(v, name);
    return member && str_to_i64(member->text, &n) ? n : 0;
}

static struct str text_at(const struct json *v, struct str name)
{
    const struct json *member = json_get(v, name);
    return member ? member->text : S("");
}

void import_report_read(struct import_report *r, struct str json)
{
    const struct json *v = json_parse(r->a, json, NULL), *n = json_get(v, S("counts"));
    const struct json *problems = json_get(v, S("problems"));
    r->counts = (struct import_counts){
        .created = number_at(n, S("created")),
        .changed = number_at(n, S("changed")),
        .unchanged = number_at(n, S("unchanged")),
        .not_applied = number_at(n, S("notApplied")),
        .skipped = number_at(n, S("skipped")),
        .refused = number_at(n, S("refused")),
        .warnings = number_at(n, S("warnings")),
    };
    r->problem_count = 0;
    for (const struct json *p = problems ? problems->first : NULL; p; p = p->next) {
        const struct json *text = json_get(p, S("text"));
        struct import_problem problem = {number_at(p, S("line")),
                                         arena_cstr(r->a, text_at(p, S("severity"))),
                                         text_at(p, S("pointer")),
                                         {text_at(text, S("en")), text_at(text, S("fr"))}};
        import_report_add(r, &problem);
    }
    r->left_out = number_at(v, S("problemsLeftOut"));
}

static void member_text(struct json_out *o, struct str name, struct text t)
{
    json_key(o, name);
    json_open(o, '{');
    json_member_str(o, S("en"), t.en);
    json_member_str(o, S("fr"), t.fr);
    json_close(o, '}');
}

static void write_detected(struct json_out *o, const struct csv_analysis *x)
{
    static const char *const certainties[] = {"given", "certain", "assumed", "open"};
    json_key(o, S("detected"));
    json_open(o, '[');
    for (size_t i = 0; i < x->finding_count; i++) {
        const struct csv_finding *f = &x->findings[i];
        json_open(o, '{');
        json_member_str(o, S("name"), str_of(f->name));
        json_member_str(o, S("value"), f->value);
        json_member_str(o, S("certainty"), str_of(certainties[f->certainty]));
        member_text(o, S("text"), f->text);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_key(o, S("columns"));
    json_open(o, '[');
    for (size_t i = 0; i < x->column_count; i++) {
        const struct csv_column_use *u = &x->columns[i];
        json_open(o, '{');
        json_member_str(o, S("name"), u->name);
        json_member_str(o, S("means"),
                        u->column >= 0 ? str_of(csv_columns[u->column].name) : (struct str){0});
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void write_questions(struct json_out *o, const struct csv_analysis *x)
{
    json_key(o, S("questions"));
    json_open(o, '[');
    for (size_t i = 0; i < x->question_count; i++) {
        const struct csv_question *q = &x->questions[i];
        json_open(o, '{');
        json_member_str(o, S("name"), q->name);
        member_text(o, S("text"), q->text);
        json_key(o, S("choices"));
        json_open(o, '[');
        for (size_t k = 0; k < q->count; k++) {
            json_open(o, '{');
            json_member_str(o, S("value"), q->choices[k].value);
            member_text(o, S("label"), q->choices[k].label);
            json_close(o, '}');
        }
        json_close(o, ']');
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void write_counts(struct json_out *o, const struct import_counts *n)
{
    json_key(o, S("counts"));
    json_open(o, '{');
    json_member_i64(o, S("created"), n->created);
    json_member_i64(o, S("changed"), n->changed);
    json_member_i64(o, S("unchanged"), n->unchanged);
    json_member_i64(o, S("notApplied"), n->not_applied);
    json_member_i64(o, S("skipped"), n->skipped);
    json_member_i64(o, S("refused"), n->refused);
    json_member_i64(o, S("warnings"), n->warnings);
    json_close(o, '}');
}

static void write_problems(struct json_out *o, const struct import_report *r)
{
    json_key(o, S("problems"));
    json_open(o, '[');
    for (size_t i = 0; i < r->problem_count; i++) {
        const struct import_problem *p = &r->problems[i];
        json_open(o, '{');
        json_member_i64(o, S("line"), p->line);
        json_member_str(o, S("severity"), str_of(p->severity));
        json_member_str(o, S("pointer"), p->pointer);
        member_text(o, S("text"), p->text);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_member_i64(o, S("problemsLeftOut"), r->left_out);
}

struct str import_report_json(struct arena *a, const struct import_report *r)
{
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    json_open(&o, '{');
    json_member_i64(&o, S("rows"), r->analysis ? (int64_t)r->analysis->rows : 0);
    if (r->analysis) {
        const struct csv_preset *preset = r->analysis->dialect.preset;
        json_member_str(&o, S("layout"), preset ? str_of(preset->id) : (struct str){0});
        write_detected(&o, r->analysis);
        write_questions(&o, r->analysis);
    }
    write_counts(&o, &r->counts);
    write_problems(&o, r);
    json_close(&o, '}');
    return buf_str(&b);
}

static void add_count(struct buf *b, int64_t n, const char *one, const char *many, enum lang lang)
{
    if (n) {
        buf_fmt(b, "%s%lld %s", b->n ? ", " : "", (long long)n, show_plural(n, lang, one, many));
    }
}

struct text import_report_line(struct arena *a, const struct import_counts *n)
{
    struct buf en = buf_in(a), fr = buf_in(a);
    add_count(&en, n->created, "created", "created", LANG_EN);
    add_count(&fr, n->created, "créée", "créées", LANG_FR);
    add_count(&en, n->changed, "changed", "changed", LANG_EN);
    add_count(&fr, n->changed, "modifiée", "modifiées", LANG_FR);
    add_count(&en, n->unchanged, "unchanged", "unchanged", LANG_EN);
    add_count(&fr, n->unchanged, "inchangée", "inchangées", LANG_FR);
    add_count(&en, n->not_applied, "older, not applied", "older, not applied", LANG_EN);
    add_count(&fr, n->not_applied, "plus ancienne, non appliquée", "plus anciennes, non appliquées", LANG_FR);
    add_count(&en, n->skipped, "row skipped", "rows skipped", LANG_EN);
    add_count(&fr, n->skipped, "ligne ignorée", "lignes ignorées", LANG_FR);
    add_count(&en, n->refused, "refused", "refused", LANG_EN);
    add_count(&fr, n->refused, "refusée", "refusées", LANG_FR);
    add_count(&en, n->warnings, "warning", "warnings", LANG_EN);
    add_count(&fr, n->warnings, "avertissement", "avertissements", LANG_FR);
    if (en.n == 0) {
        return TEXT("no reservation in the file", "aucune réservation dans le fichier");
    }
    return (struct text){buf_str(&en), buf_str(&fr)};
}
