/* config.h: options from a file: one "name = value" a line, '#' begins a comment line. A flag's value is yes or no. What
 * the command line gives wins, then the first line that says it; lists add up. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "cli/cli.h"

/* Reads the file of --config, if there is one, into cli's options. ERR_INVALID names the line; ERR_NOT_FOUND,
 * ERR_TOO_BIG above 64 KiB. */
bool config_read(struct cli *cli, struct err *e);
/* The same for a text; where: its name for errors. */
bool config_parse(struct cli *cli, struct str text, struct str where, struct err *e);

#endif
