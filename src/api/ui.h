/* ui.h: the files of the web page, which the build embeds (ui/build.mjs). */
#ifndef API_UI_H
#define API_UI_H

#include <stddef.h>

struct ui_file {
    const char
        *name; /* "index.html", or below /assets/: "app-0123456789abcdef.js", with a hash of the content */
    const char *type;
    const unsigned char *bytes;
    size_t size;
};

/* Ends with a name of NULL; empty when the program was built without the page. */
extern const struct ui_file ui_files[];

#endif
