#include "io/file.h"

#include "io/reason.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A path as the system wants it; false when it cannot be one. */
static bool as_path(struct str s, char out[static PATH_MAX], struct err *e)
{
    if (s.n == 0 || s.n >= PATH_MAX || memchr(s.p, 0, s.n)) {
        return err_set(e, ERR_INVALID, "this is not a path", "ceci n'est pas un chemin");
    }
    memcpy(out, s.p, s.n);
    out[s.n] = 0;
    return true;
}

static bool fail(struct err *e, struct str path, int why)
{
    enum err_code code = why == ENOSPC || why == EDQUOT ? ERR_FULL
                         : why == ENOENT                ? ERR_NOT_FOUND
                                                        : ERR_INTERNAL;
    return err_set(e, code, "%.*s: %s%.0s", "%.*s : %.0s%s", STR_ARG(path), REASON(why));
}

bool file_make_dir(struct str path, struct err *e)
{
    char name[PATH_MAX];
    struct stat s;
    if (!as_path(path, name, e)) {
        return false;
    }
    if (mkdir(name, 0700) == 0) {
        return true;
    }
    int why = errno;
    bool there = why == EEXIST && stat(name, &s) == 0 && S_ISDIR(s.st_mode);
    return there || fail(e, path, why);
}

static int open_path(struct str path, int flags, struct err *e)
{
    char name[PATH_MAX];
    if (!as_path(path, name, e)) {
        return -1;
    }
    int fd = open(name, flags | O_CLOEXEC, 0600);
    if (fd < 0) {
        fail(e, path, errno);
    }
    return fd;
}

int file_open(struct str path, struct err *e)
{
    return open_path(path, O_RDONLY, e);
}

int file_create(struct str path, struct err *e)
{
    return open_path(path, O_RDWR | O_CREAT | O_TRUNC, e);
}

void file_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

bool file_exists(struct str path)
{
    char name[PATH_MAX];
    return as_path(path, name, NULL) && access(name, F_OK) == 0;
}

bool file_remove(struct str path)
{
    char name[PATH_MAX];
    return as_path(path, name, NULL) && (unlink(name) == 0 || errno == ENOENT);
}

bool file_rename(struct str from, struct str to, struct err *e)
{
    char a[PATH_MAX], b[PATH_MAX];
    return as_path(from, a, e) && as_path(to, b, e) && (rename(a, b) == 0 || fail(e, to, errno));
}

bool file_read(int fd, char *bytes, size_t room, size_t *got, struct err *e)
{
    ssize_t n;
    do {
        n = read(fd, bytes, room);
    } while (n < 0 && errno == EINTR);
    *got = n > 0 ? (size_t)n : 0;
    return n >= 0 ||
           err_set(e, ERR_INTERNAL, "reading a file: %s%.0s", "lecture d'un fichier : %.0s%s", REASON(errno));
}

bool file_write(int fd, struct str bytes, struct err *e)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            enum err_code code = errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_INTERNAL;
            return err_set(e, code, "writing a file: %s%.0s", "écriture d'un fichier : %.0s%s",
                           REASON(errno));
        }
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
    return true;
}

bool file_sync(int fd, struct err *e)
{
    return fsync(fd) == 0 ||
           err_set(e, errno == ENOSPC ? ERR_FULL : ERR_INTERNAL, "bringing a file to disk: %s%.0s",
                   "enregistrement d'un fichier sur le disque : %.0s%s", REASON(errno));
}

bool file_try_lock(int fd)
{
    return flock(fd, LOCK_EX | LOCK_NB) == 0;
}

bool file_share_lock(int fd)
{
    int done;
    do {
        done = flock(fd, LOCK_SH);
    } while (done != 0 && errno == EINTR);
    return done == 0;
}

bool file_stat(int fd, struct file_info *out, struct err *e)
{
    struct stat s;
    if (fstat(fd, &s) != 0) {
        return err_set(e, ERR_INTERNAL, "looking at a file: %s%.0s", "examen d'un fichier : %.0s%s",
                       REASON(errno));
    }
    *out = (struct file_info){
        .size = s.st_size,
        .modified_us = (int64_t)s.st_mtim.tv_sec * 1000000 + s.st_mtim.tv_nsec / 1000,
        .regular = S_ISREG(s.st_mode),
    };
    return true;
}

bool file_set_modified(int fd, int64_t modified_us, struct err *e)
{
    struct timespec t = {modified_us / 1000000, modified_us % 1000000 * 1000};
    struct timespec both[2] = {t, t};
    return futimens(fd, both) == 0 ||
           err_set(e, ERR_INTERNAL, "dating a file: %s%.0s", "datation d'un fichier : %.0s%s", REASON(errno));
}

struct str file_make_temporary(struct arena *a, struct str beginning, struct err *e)
{
    struct str base = str_of(getenv("TMPDIR"));
    struct str path =
        arena_fmt(a, "%.*s/%.*s-XXXXXX", STR_ARG(base.n ? base : S("/tmp")), STR_ARG(beginning));
    if (!mkdtemp((char *)path.p)) {
        fail(e, path, errno);
        return (struct str){0};
    }
    return path;
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    (void)s;
    (void)kind;
    (void)at;
    return remove(path);
}

void file_remove_tree(struct str path)
{
    char name[PATH_MAX];
    if (as_path(path, name, NULL)) {
        nftw(name, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    }
}

/* openat2 has no wrapper in glibc 2.36 (man 2 openat2). */
static int open_beneath(int dir, const char *name, uint64_t flags)
{
    struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .mode = flags & O_CREAT ? 0640 : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, dir, name, &how, sizeof(how));
}

/* One part of the way down. */
static int enter(int dir, const char *name, bool make)
{
    int fd = open_beneath(dir, name, O_RDONLY | O_DIRECTORY);
    /* Somebody else may make it at the same moment. */
    if (fd < 0 && errno == ENOENT && make && (mkdirat(dir, name, 0750) == 0 || errno == EEXIST)) {
        fd = open_beneath(dir, name, O_RDONLY | O_DIRECTORY);
    }
    return fd;
}

/* Each part of it is the name of a folder. */
static bool leads_down(struct str relative, struct err *e)
{
    for (struct str rest = relative; str_given(rest) && relative.n;) {
        struct str part = str_cut(&rest, '/');
        if (part.n == 0 || part.n > NAME_MAX || memchr(part.p, 0, part.n) || str_eq(part, S(".")) ||
            str_eq(part, S(".."))) {
            return err_set(e, ERR_INVALID, "“%.*s” is not the name of a folder below another one",
                           "« %.*s » n'est pas le nom d'un dossier situé dans un autre", STR_ARG(relative));
        }
    }
    return true;
}

static bool no_way(struct err *e, struct str relative, int why)
{
    switch (why) {
    case ELOOP:
    case EXDEV:
        return err_set(e, ERR_INVALID,
                       "the folder %.*s leads elsewhere by a link; only real folders are used",
                       "le dossier %.*s mène ailleurs par un lien ; seuls de vrais dossiers sont utilisés",
                       STR_ARG(relative));
    case ENOTDIR: /* also for a link in the last place */
        return err_set(e, ERR_INVALID, "%.*s is a file or a link, not a folder",
                       "%.*s est un fichier ou un lien, pas un dossier", STR_ARG(relative));
    default:
        return fail(e, relative, why);
    }
}

int file_dir_open(struct str root, struct str relative, bool make, struct err *e)
{
    char name[PATH_MAX];
    if (!as_path(root, name, e) || !leads_down(relative, e)) {
        return -1;
    }
    if (make && mkdir(name, 0750) != 0 && errno != EEXIST) {
        fail(e, root, errno);
        return -1;
    }
    int dir = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) {
        fail(e, root, errno);
        return -1;
    }
    for (struct str rest = relative; str_given(rest) && relative.n;) {
        struct str part = str_cut(&rest, '/');
        memcpy(name, part.p, part.n);
        name[part.n] = 0;
        int next = enter(dir, name, make);
        int why = errno;
        close(dir);
        if (next < 0) {
            no_way(e, relative, why);
            return -1;
        }
        dir = next;
    }
    return dir;
}

static int by_name(const void *x, const void *y)
{
    const struct str *a = x, *b = y;
    return str_cmp(*a, *b);
}

bool file_dir_list(int dir, struct arena *a, size_t limit, struct str **names, size_t *count, struct err *e)
{
    int fd = open_beneath(dir, ".", O_RDONLY | O_DIRECTORY);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    if (!d) {
        file_close(&fd);
        return err_set(e, ERR_INTERNAL, "reading a folder: %s%.0s", "lecture d'un dossier : %.0s%s",
                       REASON(errno));
    }
    *names = arena_array(a, struct str, limit);
    *count = 0;
    for (struct dirent *entry; *count < limit && (entry = readdir(d));) {
        struct stat s;
        if (entry->d_name[0] != '.' && fstatat(dir, entry->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(s.st_mode)) {
            (*names)[(*count)++] = arena_str(a, str_of(entry->d_name));
        }
    }
    closedir(d);
    qsort(*names, *count, sizeof(struct str), by_name);
    return true;
}

static bool plain_name(struct str name, char out[static NAME_MAX + 1], struct err *e)
{
    if (name.n == 0 || name.n > NAME_MAX || name.p[0] == '.' || memchr(name.p, '/', name.n) ||
        memchr(name.p, 0, name.n)) {
        return err_set(e, ERR_INVALID, "“%.*s” cannot be the name of a file here",
                       "« %.*s » ne peut pas être un nom de fichier ici", STR_ARG(name));
    }
    memcpy(out, name.p, name.n);
    out[name.n] = 0;
    return true;
}

int file_open_in(int dir, struct str name, struct err *e)
{
    char plain[NAME_MAX + 1];
    if (!plain_name(name, plain, e)) {
        return -1;
    }
    int fd = open_beneath(dir, plain, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno == ELOOP) {
        err_set(e, ERR_INVALID, "%.*s is a link; only real files are read",
                "%.*s est un lien ; seuls de vrais fichiers sont lus", STR_ARG(name));
    } else if (fd < 0) {
        fail(e, name, errno);
    }
    return fd;
}

static void hidden_name(struct str name, char out[static NAME_MAX + 1])
{
    snprintf(out, NAME_MAX + 1, ".%.*s.part", (int)(name.n < NAME_MAX - 6 ? name.n : NAME_MAX - 6), name.p);
}

int file_create_in(int dir, struct str name, struct err *e)
{
    char plain[NAME_MAX + 1], hidden[NAME_MAX + 1];
    if (!plain_name(name, plain, e)) {
        return -1;
    }
    hidden_name(name, hidden);
    int fd = open_beneath(dir, hidden, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (fd < 0) {
        fail(e, name, errno);
    }
    return fd;
}

bool file_publish_in(int dir, struct str name, int fd, struct err *e)
{
    char plain[NAME_MAX + 1], hidden[NAME_MAX + 1];
    if (!plain_name(name, plain, e) || !file_sync(fd, e)) {
        return false;
    }
    hidden_name(name, hidden);
    return (renameat(dir, hidden, dir, plain) == 0 && fsync(dir) == 0) || fail(e, name, errno);
}

/* Gives the file a name that is free in `into`: name, or one with "-2", "-3" … before its end. */
static bool rename_free(int dir, const char *from, int into, struct str name, struct arena *a, struct str *as,
                        struct err *e)
{
    size_t dot = name.n;
    for (size_t i = 1; i < name.n; i++) {
        dot = name.p[i] == '.' ? i : dot;
    }
    size_t over = name.n + 5 > NAME_MAX ? name.n + 5 - NAME_MAX : 0, stem = dot > over ? dot - over : dot;
    while (stem > 1 && stem < dot && ((unsigned char)name.p[stem] & 0xC0) == 0x80) {
        stem--; /* not in the middle of a character */
    }
    for (int n = 1; n < 10000; n++) {
        *as = n == 1 ? arena_str(a, name)
                     : arena_fmt(a, "%.*s-%d%.*s", (int)stem, name.p, n, (int)(name.n - dot), name.p + dot);
        /* Without RENAME_NOREPLACE an earlier file of that name would be lost. */
        if (renameat2(dir, from, into, arena_cstr(a, *as), RENAME_NOREPLACE) == 0) {
            return fsync(into) == 0 || fail(e, name, errno);
        }
        if (errno != EEXIST) {
            return fail(e, name, errno);
        }
    }
    return fail(e, name, EEXIST);
}

bool file_move_in(int dir, struct str name, int into, struct arena *a, struct str *as, struct err *e)
{
    char plain[NAME_MAX + 1];
    return plain_name(name, plain, e) && rename_free(dir, plain, into, name, a, as, e);
}

bool file_publish_beside_in(int dir, struct str name, int fd, struct arena *a, struct str *as, struct err *e)
{
    char plain[NAME_MAX + 1], hidden[NAME_MAX + 1];
    if (!plain_name(name, plain, e) || !file_sync(fd, e)) {
        return false;
    }
    hidden_name(name, hidden);
    return rename_free(dir, hidden, dir, name, a, as, e);
}

bool file_dir_writable(int dir)
{
    return faccessat(dir, ".", W_OK | X_OK, 0) == 0;
}
