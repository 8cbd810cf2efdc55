#include "options.h"

#include <stdlib.h>
#include <string.h>

static const char help[] =
    "Usage: jianwen-server [OPTION...]\n"
    "Answer searches over HTTP from an index that jianwen-indexer has built.\n"
    "\n"
    "  --config FILE         read settings from FILE (or JIANWEN_CONFIG)\n"
    "  --index DIR           the folder of the index\n"
    "  --listen ADDR:PORT    where to listen; also [IPv6]:PORT, unix:PATH; port 0\n"
    "                        takes a free one (default 127.0.0.1:8080)\n"
    "  --port-file FILE      write the port that was bound to FILE\n"
    "  --KEY VALUE           any other setting, as in the file\n"
    "  --check-config        read and check the settings, then stop\n"
    "  --print-config        print the settings in force, then stop\n"
    "  --healthcheck         ask the server that listens there; exit 0 when it is well\n"
    "  --help, --version\n"
    "\n"
    "Settings: defaults, then FILE, then JIANWEN_KEY in the environment, then\n"
    "options.  config/jianwen.conf explains every key.\n"
    "SIGTERM and SIGINT finish what has begun and stop; SIGHUP reads the settings\n"
    "again.\n"
    "Exit: 0 done, 1 failed, 2 wrong usage.\n";

const char *jw_server_help(void)
{
    return help;
}

/* One option, with its value behind '=' or in the next argument. */
struct option {
    struct jw_str name;
    struct jw_str value;
    bool has_value;
    int next;
};

static const struct {
    const char *name;
    enum jw_server_action action;
} actions[] = {
    {"help", JW_ACTION_HELP},
    {"version", JW_ACTION_VERSION},
    {"check-config", JW_ACTION_CHECK_CONFIG},
    {"print-config", JW_ACTION_PRINT_CONFIG},
    {"healthcheck", JW_ACTION_HEALTHCHECK},
};

static bool find_action(struct jw_str name, enum jw_server_action *out)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (jw_str_eq_c(name, actions[i].name)) {
            *out = actions[i].action;
            return true;
        }
    }
    return false;
}

static bool is_known(struct jw_str name)
{
    struct jw_server_settings scratch;
    const struct jw_settings table = jw_server_settings_table(&scratch);
    return jw_str_eq_c(name, "config") ||
           jw_settings_set(&table, name, jw_str_c(""), NULL) != JW_ENOTFOUND;
}

static enum jw_status read_option(int argc, char **argv, int i, struct option *out,
                                  struct jw_error *err)
{
    enum jw_server_action action;
    const char *arg = argv[i];
    memset(out, 0, sizeof *out);
    if (strncmp(arg, "--", 2) != 0 || !arg[2]) {
        return jw_fail(err, JW_EINVAL, "%s: not an option; see --help", arg);
    }
    const char *equals = strchr(arg, '=');
    out->name =
        equals ? jw_str_of(arg + 2, (size_t)(equals - arg) - 2) : jw_str_c(arg + 2);
    out->next = i + 1;
    if (find_action(out->name, &action)) {
        return equals ? jw_fail(err, JW_EINVAL, "%s: takes no value", arg) : JW_OK;
    }
    if (equals) {
        out->value = jw_str_c(equals + 1);
    } else if (i + 1 < argc) {
        out->value = jw_str_c(argv[i + 1]);
        out->next = i + 2;
    } else {
        return jw_fail(err, JW_EINVAL,
                       is_known(out->name) ? "%s: a value is missing"
                                           : "%s: there is no such option; see --help",
                       arg);
    }
    out->has_value = true;
    return JW_OK;
}

enum jw_status jw_server_options_read(int argc, char **argv,
                                      struct jw_server_options *out, struct jw_error *err)
{
    memset(out, 0, sizeof *out);
    out->argc = argc;
    out->argv = argv;
    out->config = getenv("JIANWEN_CONFIG");
    for (int i = 1; i < argc;) {
        struct option option;
        enum jw_status status = read_option(argc, argv, i, &option, err);
        if (status != JW_OK) {
            return status;
        }
        if (!option.has_value) {
            (void)find_action(option.name, &out->action);
        } else if (jw_str_eq_c(option.name, "config")) {
            /* A whole argument or the end of one: NUL-terminated. */
            out->config = option.value.p;
        }
        i = option.next;
    }
    return JW_OK;
}

enum jw_status jw_server_options_load(const struct jw_server_options *options,
                                      struct jw_server_settings *values,
                                      struct jw_error *err)
{
    const struct jw_settings table = jw_server_settings_table(values);
    memset(values, 0, sizeof *values);
    enum jw_status status = jw_settings_defaults(&table, err);
    if (status == JW_OK && options->config && options->config[0]) {
        status = jw_settings_file(&table, options->config, err);
    }
    if (status == JW_OK) {
        status = jw_settings_env(&table, err);
    }
    for (int i = 1; i < options->argc && status == JW_OK;) {
        struct option option;
        status = read_option(options->argc, options->argv, i, &option, err);
        if (status == JW_OK && option.has_value && !jw_str_eq_c(option.name, "config")) {
            status = jw_settings_set(&table, option.name, option.value, err);
            if (status != JW_OK) {
                (void)jw_error_prefix(err, "option --%.*s", (int)option.name.n,
                                      option.name.p);
            }
        }
        i = option.next;
    }
    return status == JW_OK ? jw_server_settings_check(values, err) : status;
}
