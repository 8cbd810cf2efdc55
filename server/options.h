/*
 * options.h - the command line, and where the settings come from.
 */
#ifndef JW_SERVER_OPTIONS_H
#define JW_SERVER_OPTIONS_H

#include "settings.h"

enum jw_server_action {
    JW_ACTION_SERVE,
    JW_ACTION_HELP,
    JW_ACTION_VERSION,
    JW_ACTION_CHECK_CONFIG,
    JW_ACTION_PRINT_CONFIG,
    JW_ACTION_HEALTHCHECK
};

struct jw_server_options {
    enum jw_server_action action;
    /** The settings file; NULL for none. */
    const char *config;
    int argc;
    char **argv;
};

/**
 * Look at the command line's form and its actions.
 *
 * @param argv  borrowed; read again by jw_server_options_load().
 * @return JW_EINVAL for wrong usage.
 */
JW_MUST_CHECK enum jw_status jw_server_options_read(int argc, char **argv,
                                                    struct jw_server_options *out,
                                                    struct jw_error *err);

/** Read the settings: defaults, file, environment, options; and check them. */
JW_MUST_CHECK enum jw_status
jw_server_options_load(const struct jw_server_options *options,
                       struct jw_server_settings *values, struct jw_error *err);

/** The text of --help. */
const char *jw_server_help(void);

#endif
