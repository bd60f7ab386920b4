#include "io/http_fault.h"

#include "format/json.h"

static const struct {
    int status;
    struct str code;
    struct text detail;
} faults[HTTP_FAULT_COUNT] = {
    [HTTP_FAULT_BODY_SIZE] = {413, S_INIT("too_big"),
                              TEXT_INIT("The body of the request is larger than is taken here.",
                                        "Le corps de la requête dépasse la taille acceptée ici.")},
    [HTTP_FAULT_DISK] = {507, S_INIT("full"),
                         TEXT_INIT(
                             "The upload could not be stored: there is no room left on the server’s disk.",
                             "Le fichier n’a pas pu être enregistré : le disque du serveur est plein.")},
    [HTTP_FAULT_EXPECT] = {417, S_INIT("expectation_failed"),
                           TEXT_INIT("The only expectation that is understood is “100-continue”.",
                                     "La seule attente comprise est « 100-continue ».")},
    [HTTP_FAULT_FIELD_NAME] =
        {400, S_INIT("invalid"),
         TEXT_INIT("The name of a header holds a character that is not allowed there, such as "
                   "a blank before the colon.",
                   "Le nom d’un en-tête contient un caractère interdit, par exemple une espace "
                   "avant les deux-points.")},
    [HTTP_FAULT_FIELD_VALUE] = {400, S_INIT("invalid"),
                                TEXT_INIT("The value of a header holds a control character.",
                                          "La valeur d’un en-tête contient un caractère de contrôle.")},
    [HTTP_FAULT_FRAMING] = {400, S_INIT("invalid"),
                            TEXT_INIT("The length of the body is ambiguous: send one Content-Length, or "
                                      "“Transfer-Encoding: chunked”, and never both.",
                                      "La longueur du corps est ambiguë : envoyez un seul Content-Length, ou "
                                      "« Transfer-Encoding: chunked », jamais les deux.")},
    [HTTP_FAULT_HEAD_SIZE] = {431, S_INIT("headers_too_large"),
                              TEXT_INIT("The request has too many headers, or they are too long.",
                                        "La requête comporte trop d’en-têtes, ou ils sont trop longs.")},
    [HTTP_FAULT_HOST] = {400, S_INIT("invalid"),
                         TEXT_INIT(
                             "The request needs exactly one Host header with a host name or address.",
                             "La requête doit comporter exactement un en-tête Host avec un nom d’hôte ou une "
                             "adresse.")},
    [HTTP_FAULT_INTERNAL] = {500, S_INIT("internal"),
                             TEXT_INIT(
                                 "The server could not answer. The fault is on its side; try again later.",
                                 "Le serveur n’a pas pu répondre. L’erreur est de son côté ; réessayez plus "
                                 "tard.")},
    [HTTP_FAULT_LINES] = {400, S_INIT("invalid"),
                          TEXT_INIT(
                              "The head of the request is malformed: lines end in CR LF, none is folded, and "
                              "there is no NUL byte.",
                              "La tête de la requête est mal formée : les lignes finissent par CR LF, aucune "
                              "n’est repliée et aucun octet NUL n’est admis.")},
    [HTTP_FAULT_METHOD] = {501, S_INIT("not_implemented"),
                           TEXT_INIT("This method is not known here.",
                                     "Cette méthode n’est pas connue ici.")},
    [HTTP_FAULT_METHOD_NEVER] = {405, S_INIT("method_not_allowed"),
                                 TEXT_INIT("This method is never allowed here.",
                                           "Cette méthode n’est jamais permise ici.")},
    [HTTP_FAULT_STOPPING] = {503, S_INIT("busy"),
                             TEXT_INIT("The server is shutting down. Try again in a moment.",
                                       "Le serveur s’arrête. Réessayez dans un instant.")},
    [HTTP_FAULT_TARGET] = {400, S_INIT("invalid"),
                           TEXT_INIT(
                               "The address asked for is malformed: its percent-encoding must be valid UTF-8 "
                               "without control characters, encoded slashes or dot segments.",
                               "L’adresse demandée est mal formée : son encodage pour-cent doit être de "
                               "l’UTF-8 valide, sans caractère de contrôle, barre oblique encodée ni segment "
                               "« . » ou « .. ».")},
    [HTTP_FAULT_TARGET_SIZE] = {414, S_INIT("uri_too_long"),
                                TEXT_INIT("The address asked for is too long.",
                                          "L’adresse demandée est trop longue.")},
    [HTTP_FAULT_TIMEOUT] = {408, S_INIT("timeout"),
                            TEXT_INIT("The request did not arrive in time.",
                                      "La requête n’est pas arrivée à temps.")},
};

int http_fault_status(enum http_fault f)
{
    return faults[f].status;
}

struct str http_fault_problem(enum http_fault f, enum lang lang, struct arena *a)
{
    struct buf b = buf_in(a);
    struct json_out o = json_out(&b);
    struct str detail = text_in(faults[f].detail, lang);
    json_open(&o, '{');
    json_member_str(&o, S("type"), S("about:blank"));
    json_member_str(&o, S("title"), http_status_title(faults[f].status));
    json_member_i64(&o, S("status"), faults[f].status);
    json_member_str(&o, S("detail"), detail);
    json_member_str(&o, S("code"), faults[f].code);
    json_key(&o, S("errors"));
    json_open(&o, '[');
    json_open(&o, '{');
    json_member_str(&o, S("pointer"), S(""));
    json_member_str(&o, S("detail"), detail);
    json_close(&o, '}');
    json_close(&o, ']');
    json_close(&o, '}');
    return buf_str(&b);
}

struct str http_status_title(int status)
{
    static const struct {
        int status;
        struct str title;
    } titles[] = {
        {400, S_INIT("Bad Request")},
        {401, S_INIT("Unauthorized")},
        {403, S_INIT("Forbidden")},
        {404, S_INIT("Not Found")},
        {405, S_INIT("Method Not Allowed")},
        {408, S_INIT("Request Timeout")},
        {409, S_INIT("Conflict")},
        {413, S_INIT("Content Too Large")},
        {414, S_INIT("URI Too Long")},
        {415, S_INIT("Unsupported Media Type")},
        {417, S_INIT("Expectation Failed")},
        {429, S_INIT("Too Many Requests")},
        {431, S_INIT("Request Header Fields Too Large")},
        {500, S_INIT("Internal Server Error")},
        {501, S_INIT("Not Implemented")},
        {502, S_INIT("Bad Gateway")},
        {503, S_INIT("Service Unavailable")},
        {507, S_INIT("Insufficient Storage")},
    };
    for (size_t i = 0; i < ARRAY_LEN(titles); i++) {
        if (titles[i].status == status) {
            return titles[i].title;
        }
    }
    return S("");
}
