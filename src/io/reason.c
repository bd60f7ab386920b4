#include "io/reason.h"

#include "base/str.h"

#include <errno.h>
#include <string.h>

/* glibc's strerrordesc_np() is strerror() without a translation and without a shared buffer (man 3 strerror). */
const char *reason_en(int error)
{
    const char *text = strerrordesc_np(error);
    return text ? text : "unknown error";
}

const char *reason_fr(int error)
{
    static const struct {
        int error;
        const char *text;
    } texts[] = {
        {ENOENT, "ce fichier ou ce dossier n'existe pas"},
        {EACCES, "le droit d'accès manque"},
        {EPERM, "cette opération n'est pas permise"},
        {ENOSPC, "il n'y a plus de place sur le disque"},
        {EDQUOT, "le quota d'espace disque est atteint"},
        {EISDIR, "c'est un dossier"},
        {ENOTDIR, "ce n'est pas un dossier"},
        {EEXIST, "ce nom est déjà pris"},
        {EROFS, "ce disque est en lecture seule"},
        {EIO, "le disque ne répond pas correctement"},
        {ENAMETOOLONG, "ce nom est trop long"},
        {EADDRINUSE, "cette adresse est déjà utilisée"},
        {EADDRNOTAVAIL, "cette machine n'a pas cette adresse"},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i].error == error) {
            return texts[i].text;
        }
    }
    return reason_en(error);
}
