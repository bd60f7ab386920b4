#include "io/keyfile.h"

#include "format/base64.h"
#include "io/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_LINE "selfkey-master-key v1"
#define FILE_MAX   4096

#define DAMAGED(e, path, en, fr)                                                                             \
    err_set((e), ERR_INVALID,                                                                                \
            "The key file %.*s " en ". Put back the copy of it that you keep apart from the backups.",       \
            "Le fichier de clé %.*s " fr ". Remettez la copie que vous en gardez à part des sauvegardes.",   \
            STR_ARG(path))

static bool refused_by_system(struct str path, int problem, struct err *e)
{
    return err_set(e, ERR_INTERNAL, "The key file %.*s cannot be used: %s%.0s.",
                   "Le fichier de clé %.*s est inutilisable : %.0s%s.", STR_ARG(path), REASON(problem));
}

static bool check_owner(struct str path, const struct stat *s, struct err *e)
{
    if (!S_ISREG(s->st_mode))
        return DAMAGED(e, path, "is not a plain file", "n'est pas un fichier ordinaire");
    if (s->st_mode & 077)
        return err_set(
            e, ERR_FORBIDDEN,
            "Other users of this machine may read or change the key file %.*s (mode %04o). Close it: "
            "chmod 600 '%.*s'",
            "D'autres utilisateurs de cette machine peuvent lire ou modifier le fichier de clé %.*s (mode "
            "%04o). Fermez-le : chmod 600 '%.*s'",
            STR_ARG(path), (unsigned)(s->st_mode & 07777), STR_ARG(path));
    if (s->st_uid != geteuid() && s->st_uid != 0)
        return err_set(
            e, ERR_FORBIDDEN,
            "The key file %.*s belongs to user %u, but the program runs as user %u. Start it as that user, "
            "or change the owner of the file with chown.",
            "Le fichier de clé %.*s appartient à l'utilisateur %u, mais le programme tourne sous "
            "l'utilisateur %u. Lancez-le sous cet utilisateur, ou changez le propriétaire du fichier avec "
            "chown.",
            STR_ARG(path), (unsigned)s->st_uid, (unsigned)geteuid());
    return true;
}

/* The value of "name: value"; absent when the line says something else. */
static struct str line_value(struct str line, struct str name)
{
    if (!str_starts(line, name) || line.n < name.n + 2 || line.p[name.n] != ':')
        return (struct str){NULL, 0};
    return str_trim(str_sub(line, name.n + 1, line.n));
}

static bool parse(struct arena *a, struct str path, struct str text, uint8_t key[static SECRET_KEY_SIZE],
                  struct err *e)
{
    struct str rest = text, key_text = {NULL, 0}, id_text = {NULL, 0}, bytes;
    if (!str_eq(str_trim(str_cut(&rest, '\n')), S(FIRST_LINE)))
        return DAMAGED(
            e, path,
            "does not begin with \"" FIRST_LINE "\": it is not a key file of this program, or of a "
            "newer version",
            "ne commence pas par « " FIRST_LINE " » : ce n'est pas un fichier de clé de ce programme, ou "
            "il vient d'une version plus récente");
    while (str_given(rest)) {
        struct str line = str_trim(str_cut(&rest, '\n'));
        if (line.n == 0 || line.p[0] == '#')
            continue;
        struct str is_key = line_value(line, S("key")), is_id = line_value(line, S("id"));
        if (str_given(is_key) && !str_given(key_text))
            key_text = is_key;
        else if (str_given(is_id) && !str_given(id_text))
            id_text = is_id;
        else
            return DAMAGED(e, path, "holds a line that does not belong there", "contient une ligne de trop");
    }
    if (!str_given(key_text) || !str_given(id_text))
        return DAMAGED(e, path, "is incomplete: it needs a line \"key:\" and a line \"id:\"",
                       "est incomplet : il lui faut une ligne « key: » et une ligne « id: »");
    if (!base64_url_decode(a, key_text, &bytes) || bytes.n != SECRET_KEY_SIZE)
        return DAMAGED(e, path, "is damaged: its key is not 32 bytes in base64url",
                       "est endommagé : sa clé n'est pas de 32 octets en base64url");
    char id[KEYRING_ID_SIZE];
    if (!str_eq(keyring_master_id((const uint8_t *)bytes.p, id), id_text))
        return DAMAGED(
            e, path, "is damaged: its key does not fit its id, one of the two was changed",
            "est endommagé : sa clé ne correspond pas à son identifiant, l'un des deux a été modifié");
    memcpy(key, bytes.p, SECRET_KEY_SIZE);
    secret_wipe_str(bytes);
    return true;
}

static bool read_open(int fd, struct str path, uint8_t key[static SECRET_KEY_SIZE], struct err *e)
{
    struct stat s;
    if (fstat(fd, &s) != 0)
        return refused_by_system(path, errno, e);
    if (!check_owner(path, &s, e))
        return false;
    char text[FILE_MAX + 1];
    size_t n = 0;
    ssize_t got;
    while (n < sizeof text && (got = read(fd, text + n, sizeof text - n)) != 0) {
        if (got > 0)
            n += (size_t)got;
        else if (errno != EINTR)
            return refused_by_system(path, errno, e);
    }
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 16);
    bool done = n <= FILE_MAX ? parse(&a, path, (struct str){text, n}, key, e)
                              : DAMAGED(e, path, "is too long to be one", "est trop long pour en être un");
    secret_wipe(text, sizeof text);
    return done;
}

bool keyfile_read(struct str path, uint8_t key[static SECRET_KEY_SIZE], struct err *e)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 16);
    /* Symbolic links are followed (that is how secrets are mounted into containers); what counts is the file. */
    int fd = open(arena_cstr(&a, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOENT)
        return err_set(
            e, ERR_NOT_FOUND,
            "The key file %.*s is missing, and the stored secrets cannot be opened without it. It is not "
            "part of the backups: put your copy of it back there, or say where it is with --key-file.",
            "Le fichier de clé %.*s est absent, et les secrets enregistrés ne s'ouvrent pas sans lui. Il ne "
            "fait pas partie des sauvegardes : remettez-y votre copie, ou dites où il est avec --key-file.",
            STR_ARG(path));
    if (fd < 0)
        return refused_by_system(path, errno, e);
    bool done = read_open(fd, path, key, e);
    close(fd);
    return done;
}

static bool write_whole(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0) {
            p += put;
            n -= (size_t)put;
        }
    }
    return fchmod(fd, 0600) == 0 && fsync(fd) == 0;
}

static bool sync_directory(struct arena *a, struct str path)
{
    char *copy = arena_alloc(a, path.n + 1);
    memcpy(copy, path.p, path.n);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return done;
}

/* Errno, or 0. */
static int create_file(struct arena *a, struct str path, const char *text, size_t n)
{
    struct str id = keyring_new_kid(a);
    const char *name = arena_cstr(a, path);
    const char *new_name = arena_cstr(a, arena_fmt(a, "%s.new-%.*s", name, STR_ARG(id)));
    int fd = open(new_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno;
    int problem = write_whole(fd, text, n) ? 0 : errno;
    if (close(fd) != 0 && problem == 0)
        problem = errno;
    /* link() and not rename(): of two nodes that start together only one may give its file the name. */
    if (problem == 0 && link(new_name, name) != 0)
        problem = errno;
    unlink(new_name);
    if (problem == 0 && !sync_directory(a, path))
        problem = errno;
    return problem;
}

bool keyfile_create(struct str path, uint8_t key[static SECRET_KEY_SIZE], struct err *e)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 16);
    char id[KEYRING_ID_SIZE], text[1024];
    secret_random(key, SECRET_KEY_SIZE);
    keyring_master_id(key, id);
    struct str key_text = base64_url_encode(&a, (struct str){(const char *)key, SECRET_KEY_SIZE});
    int n = snprintf(text, sizeof text,
                     FIRST_LINE
                     "\n"
                     "# Keep a copy of this file in a safe place, apart from the backups of the data:\n"
                     "# whoever has both can read every stored secret, and without this file nobody can.\n"
                     "# Gardez une copie de ce fichier en lieu sûr, à part des sauvegardes des données :\n"
                     "# qui a les deux lit tous les secrets enregistrés ; sans ce fichier, personne.\n"
                     "key: %.*s\nid: %s\n",
                     STR_ARG(key_text), id);
    secret_wipe_str(key_text);
    int problem = create_file(&a, path, text, (size_t)n);
    secret_wipe(text, sizeof text);
    if (problem == 0)
        return true;
    secret_wipe(key, SECRET_KEY_SIZE);
    if (problem == EEXIST)
        return err_set(e, ERR_CONFLICT, "The key file %.*s exists already; it is never overwritten.",
                       "Le fichier de clé %.*s existe déjà ; il n'est jamais écrasé.", STR_ARG(path));
    return refused_by_system(path, problem, e);
}

bool keyfile_open(struct str path, bool has_keys, uint8_t key[static SECRET_KEY_SIZE], bool *created,
                  struct err *e)
{
    *created = false;
    struct err problem;
    if (keyfile_read(path, key, &problem))
        return true;
    if (problem.code == ERR_NOT_FOUND && !has_keys) {
        if (keyfile_create(path, key, &problem)) {
            *created = true;
            return true;
        }
        if (problem.code == ERR_CONFLICT) /* another node was quicker: its key it is */
            return keyfile_read(path, key, e);
    }
    if (e != NULL)
        *e = problem;
    return false;
}
