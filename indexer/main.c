/*
 * jianwen-indexer: options, settings, then one verb.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jianwen/encoding.h"
#include "jianwen/log.h"
#include "jianwen/settings.h"
#include "verbs.h"

enum {
    EXIT_USAGE = 2,
    OPERANDS_ANY = 1 << 20
};

static const char default_config[] = "/etc/jianwen/jianwen.conf";

struct verb {
    const char *name;
    int (*run)(const struct jw_verb_args *args);
    const char *operands;
    int least;
    int most;
    const char *summary;
    const char *help;
};

static const struct verb verbs[] = {
    {"build", jw_verb_build, "PATH...", 1, OPERANDS_ANY,
     "make a new index from files and folders",
     "Reads article files and folders of them, recovers their paragraphs and makes a\n"
     "new index, which takes the old one's place at the end.  Files that cannot be read\n"
     "are named and left out.  Articles are .txt files in any usual Chinese encoding,\n"
     ".html pages, .pdf files (by pdftotext of poppler-utils), and lines of .jsonl.\n"
     "Other files in a folder are counted and passed over; hidden ones are not looked "
     "at.\n"
     "\n"
     "An article's id is the one in its front matter, else its path below PATH without\n"
     "the extension.  Facts about an article stand before its text, in lines like\n"
     "`title: ...` up to a line `---` (id, title, date, source, section, page, author,\n"
     "url), or as a JSON object in a file beside it: harbour.txt.json beside "
     "harbour.txt.\n"},
    {"add", jw_verb_add, "PATH...", 1, OPERANDS_ANY,
     "add articles to the index, or replace those with the same id",
     "Takes what `build` takes.  Without an index it makes one.\n"},
    {"import", jw_verb_import, "FILE|-", 1, 1, "add articles from NDJSON, one a line",
     "A line: "
     "{\"id\",\"title\",\"date\",\"source\",\"section\",\"page\",\"author\",\"url\",\n"
     "\"paragraphs\":[...]} or with \"text\":\"...\" instead of the paragraphs, which "
     "then\n"
     "are recovered from it.  \"-\" reads standard input.\n"},
    {"delete", jw_verb_delete, "ID...", 1, OPERANDS_ANY, "remove articles by id", ""},
    {"watch", jw_verb_watch, "DIR", 1, 1, "add what is put into a folder, as it comes",
     "Looks at DIR and the folders in it once a second and takes what `add` takes: a\n"
     "file when it has stopped growing, and again when it has changed.  Files stay\n"
     "where they are; a file that goes leaves its articles in the index.  What was\n"
     "taken is remembered in the index' folder.  After a `build`, which makes a new "
     "index\n"
     "without them, and when that folder is removed, all files are taken again.  Ends\n"
     "with SIGINT or SIGTERM, after what it has begun.\n"},
    {"merge", jw_verb_merge, "", 0, 0, "bring all changes together into one new base",
     "What was added, replaced and removed since the last build is kept beside the "
     "base;\n"
     "a search reads both.  This writes one base of what there is now and swaps it in: "
     "a\n"
     "running server follows within a second, and the old files go when it has let go "
     "of\n"
     "them.  Needs room for a second index while it runs.\n"},
    {"paragraphs", jw_verb_paragraphs, "[--explain] FILE", 1, 1,
     "show the paragraphs that are recovered from a file",
     "Prints one JSON object a paragraph: n, role (title, heading, body, caption,\n"
     "byline), text, line_start, line_end, joins.  With --explain, why each line was\n"
     "read as it was, on standard error.  Needs no index.\n"},
    {"analyze", jw_verb_analyze, "[--query] TEXT", 1, 1, "show the index terms of a text",
     "Prints one JSON object a term: term, start, end (bytes into TEXT), kind; as a\n"
     "document's text, or with --query as a query's.  Needs no index.\n"},
    {"check", jw_verb_check, "", 0, 0,
     "check the index, file by file and article by article", ""},
    {"stats", jw_verb_stats, "", 0, 0, "show what the index holds and how large it is",
     ""},
    {"export", jw_verb_export, "", 0, 0, "write every article as NDJSON", ""},
};
enum {
    VERBS = sizeof verbs / sizeof verbs[0]
};

static void print_help(FILE *out)
{
    (void)fputs("usage: jianwen-indexer [--config F] [--index DIR] VERB ...\n\n", out);
    for (size_t i = 0; i < VERBS; i++) {
        (void)fprintf(out, "  %-10s %-18s %s\n", verbs[i].name, verbs[i].operands,
                      verbs[i].summary);
    }
    (void)fputs(
        "\n"
        "options, before or behind the verb:\n"
        "  --config F     settings file (default: /etc/jianwen/jianwen.conf if there)\n"
        "  --index DIR    folder of the index (default: jianwen-index)\n"
        "  --encoding E   encoding of text files (default: found file by file)\n"
        "  --memory N     memory for building, 512m, 4g; beyond it postings wait on "
        "disk\n"
        "                 (default: a quarter of the machine's)\n"
        "  --threads N    threads that read and cut articles (default: one a core)\n"
        "  --stock        write a new index through Xapian itself: slower, for "
        "comparing\n"
        "  --repair       keep files with undecodable bytes, as U+FFFD\n"
        "  --help         this text; behind a verb, that verb's\n"
        "  --version      the version\n"
        "\n"
        "exit: 0 done, 1 failed, 2 wrong usage, 65 some inputs rejected (each named on\n"
        "standard error, the rest kept), 75 the index is locked, try again\n",
        out);
}

static void print_verb_help(const struct verb *verb, FILE *out)
{
    (void)fprintf(out, "usage: jianwen-indexer [--config F] [--index DIR] %s%s%s\n\n%s\n",
                  verb->name, *verb->operands ? " " : "", verb->operands, verb->summary);
    if (*verb->help) {
        (void)fprintf(out, "\n%s", verb->help);
    }
}

struct command_line {
    const struct verb *verb;
    const char *config;
    bool help;
    bool version;
    bool query;
    bool explain;
    char **operands;
    int n_operands;
    /** Settings given as options: key, value. */
    const char *given[16][2];
    int n_given;
};

static int usage(const char *fmt, const char *what)
{
    (void)fputs("jianwen-indexer: ", stderr);
    (void)fprintf(stderr, "%s %s", fmt, what);
    (void)fputs("; see jianwen-indexer --help\n", stderr);
    return EXIT_USAGE;
}

static void give(struct command_line *c, const char *key, const char *value)
{
    if (c->n_given < 16) {
        c->given[c->n_given][0] = key;
        c->given[c->n_given][1] = value;
        c->n_given++;
    }
}

/* One option at argv[*i]; moves *i over its value.  @return 0 or an exit code. */
static int take_option(struct command_line *c, int argc, char **argv, int *i)
{
    static const char *const with_value[] = {"config", "index", "encoding", "memory",
                                             "threads"};
    const char *name = argv[*i] + 2;
    size_t length = strcspn(name, "=");
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    for (size_t k = 0; k < sizeof with_value / sizeof with_value[0]; k++) {
        if (strlen(with_value[k]) != length ||
            strncmp(name, with_value[k], length) != 0) {
            continue;
        }
        if (!value) {
            if (*i + 1 >= argc) {
                return usage("a value is missing behind", argv[*i]);
            }
            value = argv[++*i];
        }
        if (k == 0) {
            c->config = value;
        } else {
            give(c, with_value[k], value);
        }
        return 0;
    }
    if (strcmp(name, "help") == 0) {
        c->help = true;
    } else if (strcmp(name, "version") == 0) {
        c->version = true;
    } else if (strcmp(name, "repair") == 0 || strcmp(name, "stock") == 0) {
        give(c, name, "on");
    } else if (strcmp(name, "query") == 0 && c->verb && c->verb->run == jw_verb_analyze) {
        c->query = true;
    } else if (strcmp(name, "explain") == 0 && c->verb &&
               c->verb->run == jw_verb_paragraphs) {
        c->explain = true;
    } else {
        return usage("there is no option", argv[*i]);
    }
    return 0;
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < VERBS; i++) {
        if (strcmp(verbs[i].name, name) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

static int read_command_line(struct command_line *c, int argc, char **argv)
{
    bool options = true;
    for (int i = 1; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && strcmp(argv[i], "-h") == 0) {
            c->help = true;
        } else if (options && strncmp(argv[i], "--", 2) == 0) {
            int code = take_option(c, argc, argv, &i);
            if (code) {
                return code;
            }
        } else if (!c->verb) {
            c->verb = find_verb(argv[i]);
            if (!c->verb) {
                return usage("there is no verb", argv[i]);
            }
        } else {
            c->operands[c->n_operands++] = argv[i];
        }
    }
    return 0;
}

static enum jw_status read_settings(const struct command_line *c,
                                    struct jw_indexer_settings *settings,
                                    struct jw_error *err)
{
    struct jw_settings table = jw_indexer_settings_table(settings);
    const char *config = c->config ? c->config : getenv("JIANWEN_CONFIG");
    enum jw_log_level level = JW_LOG_INFO;
    enum jw_status status = jw_settings_defaults(&table, err);
    if (status == JW_OK && config) {
        status = jw_settings_file(&table, config, err);
    } else if (status == JW_OK) {
        status = jw_settings_file(&table, default_config, err);
        status = status == JW_ENOTFOUND ? JW_OK : status;
    }
    if (status == JW_OK) {
        status = jw_settings_env(&table, err);
    }
    for (int i = 0; i < c->n_given && status == JW_OK; i++) {
        status = jw_settings_set(&table, jw_str_c(c->given[i][0]),
                                 jw_str_c(c->given[i][1]), err);
    }
    if (status == JW_OK && !jw_log_parse_level(jw_str_c(settings->log_level), &level)) {
        status =
            jw_fail(err, JW_EINVAL, "log_level = %s: must be error, warn, info or debug",
                    settings->log_level);
    }
    if (status == JW_OK && settings->encoding[0] &&
        !jw_encoding_known(settings->encoding)) {
        status = jw_fail(err, JW_EINVAL, "encoding = %s: there is no such encoding",
                         settings->encoding);
    }
    jw_log_set_level(level);
    return status;
}

static int run(const struct command_line *c)
{
    struct jw_verb_args args = {.operands = c->operands,
                                .n_operands = c->n_operands,
                                .query = c->query,
                                .explain = c->explain};
    struct jw_error err;
    jw_error_clear(&err);
    if (c->version) {
        (void)puts("jianwen-indexer " JW_VERSION);
        return 0;
    }
    if (c->help) {
        if (c->verb) {
            print_verb_help(c->verb, stdout);
        } else {
            print_help(stdout);
        }
        return 0;
    }
    if (!c->verb) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (c->n_operands < c->verb->least || c->n_operands > c->verb->most) {
        print_verb_help(c->verb, stderr);
        return EXIT_USAGE;
    }
    if (read_settings(c, &args.settings, &err) != JW_OK) {
        (void)fprintf(stderr, "jianwen-indexer: %s\n", err.message);
        return EXIT_USAGE;
    }
    int code = c->verb->run(&args);
    if (fflush(stdout) != 0) {
        (void)fputs("jianwen-indexer: cannot write to standard output\n", stderr);
        code = code ? code : 1;
    }
    return code;
}

int main(int argc, char **argv)
{
    struct command_line c = {.operands = calloc((size_t)argc + 1, sizeof(char *))};
    if (!c.operands) {
        return 1;
    }
    /* A limit on files' sizes shows as a failed write, not as a sudden end. */
    (void)signal(SIGXFSZ, SIG_IGN);
    int code = read_command_line(&c, argc, argv);
    if (code == 0) {
        code = run(&c);
    }
    free(c.operands);
    return code;
}
