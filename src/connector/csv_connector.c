#include "connector/csv_connector.h"

#include "base/money.h"
#include "connector/csv.h"
#include "format/json.h"

const char *const csv_connector_dates[] = {"dmy", "mdy", "ymd", NULL};
const char *const csv_connector_decimals[] = {"point", "comma", NULL};

static const struct field fields[] = {
    {FIELD_MEMBER("importPath", FIELD_STR, csv_connector_settings, import_path), .max = 400,
     .label = TEXT_INIT("Import folder", "Dossier d'import"),
     .help =
         TEXT_INIT("Below your hotel's folder. Files put there are read and then moved to done or failed.",
                   "Dans le dossier de votre hôtel. Les fichiers déposés y sont lus puis rangés dans done ou "
                   "failed."),
     .example = "in"},
    {FIELD_MEMBER("exportPath", FIELD_STR, csv_connector_settings, export_path), .max = 400,
     .label = TEXT_INIT("Export folder", "Dossier d'export"),
     .help = TEXT_INIT(
         "Below your hotel's folder. Reservations, guests and stock are written there.",
         "Dans le dossier de votre hôtel. Les réservations, les clients et le stock y sont écrits."),
     .example = "out"},
    {FIELD_MEMBER("delimiter", FIELD_STR, csv_connector_settings, delimiter), .max = 1,
     .flags = FIELD_MULTILINE, .label = TEXT_INIT("Separator of columns", "Séparateur de colonnes"),
     .help = TEXT_INIT("Left empty, it is recognised from the file; exports use a comma.",
                       "Vide, il est reconnu d'après le fichier ; les exports utilisent une virgule."),
     .example = ";"},
    {FIELD_MEMBER("dates", FIELD_ENUM, csv_connector_settings, dates), .choices = csv_connector_dates,
     .flags = FIELD_ADVANCED, .label = TEXT_INIT("Order of dates", "Ordre des dates"),
     .help = TEXT_INIT(
         "dmy: 14/07/2027, mdy: 07/14/2027, ymd: 2027-07-14. Left empty, it is recognised from the file, "
         "and you are asked when the file leaves it open.",
         "dmy : 14/07/2027, mdy : 07/14/2027, ymd : 2027-07-14. Vide, l'ordre est reconnu d'après le "
         "fichier, et la question vous est posée quand le fichier ne tranche pas.")},
    {FIELD_MEMBER("decimal", FIELD_ENUM, csv_connector_settings, decimal), .choices = csv_connector_decimals,
     .flags = FIELD_ADVANCED, .label = TEXT_INIT("Decimal sign", "Signe décimal"),
     .help = TEXT_INIT("point: 1,204.50, comma: 1 204,50. Left empty, it is recognised from the file.",
                       "point : 1,204.50, comma : 1 204,50. Vide, il est reconnu d'après le fichier.")},
    {FIELD_MEMBER("currency", FIELD_STR, csv_connector_settings, currency), .max = 3, .flags = FIELD_ADVANCED,
     .label = TEXT_INIT("Currency", "Devise"),
     .help = TEXT_INIT("For files that do not say it; left empty, your hotel's.",
                       "Pour les fichiers qui ne l'indiquent pas ; vide, celle de votre hôtel."),
     .example = "EUR"},
    {FIELD_MEMBER("channel", FIELD_STR, csv_connector_settings, channel), .max = 60,
     .label = TEXT_INIT("Sales channel", "Canal de vente"),
     .help = TEXT_INIT(
         "The name of the sales channel for bookings that do not name one, e.g. booking; bookings with the same channel and reference are the same booking, whatever way they come.",
         "Le nom du canal de vente des réservations qui n'en indiquent pas, par exemple booking ; deux réservations de même canal et de même référence sont la même, par quelque voie qu'elles arrivent."),
     .example = "booking"},
    {FIELD_MEMBER("mapping", FIELD_JSON, csv_connector_settings, mapping), .flags = FIELD_ADVANCED,
     .label = TEXT_INIT("Columns", "Colonnes"),
     .help = TEXT_INIT(
         "Which column of the file is which of our fields. Not needed for exports of Airbnb, Booking.com "
         "and Lodgify, which are recognised.",
         "Quelle colonne du fichier correspond à quel champ. Inutile pour les exports d'Airbnb, de "
         "Booking.com et de Lodgify, qui sont reconnus.")},
    {FIELD_MEMBER("syncFrequency", FIELD_INT, csv_connector_settings, sync_frequency), .min = 1, .max = 1440,
     .standard = "1", .label = TEXT_INIT("Look every … minutes", "Regarder toutes les … minutes"),
     .help = TEXT_INIT("How often the import folder is looked into.",
                       "À quel rythme le dossier d'import est examiné.")},
    {FIELD_MEMBER("exportEvery", FIELD_INT, csv_connector_settings, export_every), .min = 1, .max = 10080,
     .flags = FIELD_ADVANCED, .label = TEXT_INIT("Export every … minutes", "Exporter toutes les … minutes"),
     .help = TEXT_INIT("Left empty, only when you ask for it.", "Vide, seulement à votre demande."),
     .example = "60"},
    {FIELD_MEMBER("enabled", FIELD_BOOL, csv_connector_settings, enabled), .standard = "true",
     .label = TEXT_INIT("In use", "En service"),
     .help = TEXT_INIT("While it is off, the folders are left alone.",
                       "Tant que ce n'est pas coché, les dossiers ne sont pas touchés.")},
};
const struct field_table csv_connector_fields = {"csvSettings", sizeof(struct csv_connector_settings), fields,
                                                 ARRAY_LEN(fields)};

bool csv_connector_path_valid(struct str path)
{
    if (path.n == 0 || path.n > 1000 || !utf8_valid(path, &(size_t){0})) {
        return false;
    }
    for (struct str part, rest = path; str_given(rest);) {
        part = str_cut(&rest, '/');
        if (part.n == 0 || part.n > 255 || str_eq(part, S(".")) || str_eq(part, S(".."))) {
            return false;
        }
    }
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (c < 0x20 || c == 0x7f || c == '\\' || (i == 1 && c == ':')) {
            return false;
        }
    }
    return path.p[0] != '~';
}

static bool check_path(struct str path, const char *member, struct err *e)
{
    return path.n == 0 || csv_connector_path_valid(path) ||
           err_field(
               e, ERR_INVALID, member,
               "give a folder below your hotel's own, such as in or files/in: without / at the beginning and "
               "without ..",
               "indiquez un dossier situé dans celui de votre hôtel, par exemple in ou files/in : sans / au "
               "début et sans ..");
}

static bool check_delimiter(struct str s, struct err *e)
{
    if (s.n == 0) {
        return true;
    }
    char c = s.p[0];
    bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    bool good = s.n == 1 && !word && c >= ' ' && c != ' ' && c != '"' && c != '\'' && c != '-' && c != '.';
    return good || c == '\t' ||
           err_field(
               e, ERR_INVALID, "delimiter",
               "the separator is one character: a comma, a semicolon, a tab or a bar",
               "le séparateur est un seul caractère : virgule, point-virgule, tabulation ou barre verticale");
}

static bool check(struct arena *a, const void *settings, struct err *e)
{
    const struct csv_connector_settings *s = settings;
    if (!check_path(s->import_path, "importPath", e) || !check_path(s->export_path, "exportPath", e) ||
        !check_delimiter(s->delimiter, e)) {
        return false;
    }
    if (s->import_path.n > 0 && str_eq(s->import_path, s->export_path)) {
        return err_field(
            e, ERR_INVALID, "exportPath",
            "the export folder must not be the import folder: each export would be imported again",
            "le dossier d'export ne doit pas être le dossier d'import : chaque export serait importé de "
            "nouveau");
    }
    if (s->export_every != FIELD_INT_NONE && s->export_path.n == 0) {
        return err_field(e, ERR_INVALID, "exportPath", "an export on a schedule needs a folder",
                         "un export programmé a besoin d'un dossier");
    }
    if (str_given(s->mapping)) {
        struct csv_answer *answers;
        size_t count;
        const struct json *mapping = json_parse(a, s->mapping, e);
        if (!mapping || !csv_answers_of_mapping(a, mapping, &answers, &count, e)) {
            return err_in(e, S("mapping"));
        }
    }
    if (s->currency.n > 0 && !currency_find(s->currency)) {
        return err_field(e, ERR_INVALID, "currency",
                         "this is not a currency; write its three-letter code, such as EUR",
                         "ce n'est pas une devise ; écrivez son code de trois lettres, par exemple EUR");
    }
    return true;
}

/* An export is how files are told; without a folder for it what changed would pile up. */
static bool is_told(const void *settings)
{
    return ((const struct csv_connector_settings *)settings)->export_path.n > 0;
}

const struct connector csv_connector = {
    .name = "csv",
    .title = TEXT_INIT("CSV files", "Fichiers CSV"),
    .description =
        TEXT_INIT("Tables as files: reservations read from a folder or an upload, and written to a folder.",
                  "Des tableaux sous forme de fichiers : réservations lues dans un dossier ou un envoi, et "
                  "écrites dans un dossier."),
    .capabilities = CONNECTOR_IMPORTS | CONNECTOR_EXPORTS | CONNECTOR_PULLS,
    .settings = &csv_connector_fields,
    .check = check,
    .is_told = is_told,
};
