/* config.h: options from a file: one "name = value" a line, '#' begins a comment line. What the command line gives
 * wins; lists add up. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "cli/cli.h"

/* Reads the file of --config, if there is one, into cli's options. ERR_INVALID names the line. */
bool config_read(struct cli *cli, struct err *e);
/* The same for a text; where: its name for errors. */
bool config_parse(struct cli *cli, struct str text, struct str where, struct err *e);

#endif
