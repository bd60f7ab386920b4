/* file.h: files and folders.
 *
 * Our own files (below the data directory) are opened by path. Files of others (watched and export folders) are
 * reached only through a folder handle, which cannot be left: no "..", no absolute name, no symbolic link on the
 * way (openat2 with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS). */
#ifndef IO_FILE_H
#define IO_FILE_H

#include "base/arena.h"
#include "base/err.h"

/* --- by path, for our own --- */

/* Makes a directory (0700) unless it is there. */
bool file_make_dir(struct str path, struct err *e);
/* Read-only; −1 with *e. Close it with file_close(). */
int file_open(struct str path, struct err *e);
/* New or emptied, 0600; −1 with *e. */
int file_create(struct str path, struct err *e);
void file_close(int *fd); /* for __attribute__((cleanup)); −1 is fine */
#define FILE_SCOPE __attribute__((cleanup(file_close))) int
bool file_exists(struct str path);
bool file_remove(struct str path); /* true also when it was not there */
bool file_rename(struct str from, struct str to, struct err *e);

/* At most room bytes; *got 0 at the end. */
bool file_read(int fd, char *bytes, size_t room, size_t *got, struct err *e);
/* All of it. ERR_FULL when the disk is full. */
bool file_write(int fd, struct str bytes, struct err *e);
bool file_sync(int fd, struct err *e); /* on disk when it returns */
/* Takes the file's advisory lock (man 2 flock) without waiting; false when somebody has it, in this process or another.
 * It ends when fd is closed, also by a crash, and stays with the file when that gets another name. */
bool file_try_lock(int fd);
/* Takes a lock that many may have at once, waiting for whoever has it alone. In the place of fd's own lock. */
bool file_share_lock(int fd);

struct file_info {
    int64_t size;
    int64_t modified_us;
    bool regular;
};
bool file_stat(int fd, struct file_info *out, struct err *e);

/* Sets when the file says it was changed last. */
bool file_set_modified(int fd, int64_t modified_us, struct err *e);
/* A new directory (0700) of that beginning below $TMPDIR or /tmp; absent with *e. */
struct str file_make_temporary(struct arena *a, struct str beginning, struct err *e);
/* A directory with all that is in it, without following links. */
void file_remove_tree(struct str path);

/* --- below a folder, for others' --- */

/* Opens root (an absolute path) and from there relative (may be empty), making missing parts (0750) when make is set.
 * −1 with *e; the texts name the folder. */
int file_dir_open(struct str root, struct str relative, bool make, struct err *e);
/* Names of the regular files in it that do not begin with '.', sorted, at most limit. */
bool file_dir_list(int dir, struct arena *a, size_t limit, struct str **names, size_t *count, struct err *e);
/* A file directly in it; no symbolic link. −1 with *e. */
int file_open_in(int dir, struct str name, struct err *e);
/* A new file for writing in it, under a hidden name until file_publish_in() gives it its own; −1 with *e. */
int file_create_in(int dir, struct str name, struct err *e);
bool file_publish_in(int dir, struct str name, int fd, struct err *e); /* syncs file and folder */
/* Moves a file into the folder `into`; a name that is taken there gets "-2", "-3" …; *as: the name it got. */
bool file_move_in(int dir, struct str name, int into, struct arena *a, struct str *as, struct err *e);
/* The same for a new file: as file_publish_in(), but a name that is taken stays taken. */
bool file_publish_beside_in(int dir, struct str name, int fd, struct arena *a, struct str *as, struct err *e);
/* Can a file be made there? */
bool file_dir_writable(int dir);

#endif
