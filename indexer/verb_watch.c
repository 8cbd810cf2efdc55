/*
 * The verb watch: take what is put into a folder, as it comes.
 *
 * The folder is looked at once a second.  Files stay where they are; one that
 * changes is taken again, one that goes leaves its articles in the index.
 * What was taken is remembered beside the index; a build removes that memory,
 * and then all is taken again.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ingest.h"
#include "jianwen/file.h"
#include "jianwen/index.h"
#include "jianwen/schema.h"
#include "verbs.h"
#include "watch_list.h"

enum {
    LOOK_S = 1,
    /* After a failure, such as a full disk, it is tried again this much later. */
    RETRY_S = 10
};

/* What tells a file of that name from the next; all zero: there is none. */
struct memory {
    ino_t inode;
    int64_t mtime_ns;
};

struct watch {
    const struct jw_indexer_settings *settings;
    /** DIR without links, so that it is the same however it was named. */
    char *dir;
    char *state_path;
    /** What the list goes by, as it was read or written. */
    struct memory memory;
    struct jw_watch_list list;
    sigset_t end_signals;
    /** Files passed over at the last look, and when that was said last. */
    uint64_t n_passed_over;
    uint64_t n_passed_over_said;
    /** What was said last, so that a lasting failure is said once. */
    char said[JW_ERROR_MESSAGE_BYTES];
};

static void say(struct watch *w, const struct jw_error *err)
{
    if (strcmp(w->said, err->message) != 0) {
        memcpy(w->said, err->message, sizeof w->said);
        (void)fprintf(stderr, "jianwen-indexer: %s\n", err->message);
    }
}

/* @return whether it is time to end. */
static bool wait_s(const struct watch *w, int seconds)
{
    const struct timespec time = {.tv_sec = seconds, .tv_nsec = 0};
    return sigtimedwait(&w->end_signals, NULL, &time) > 0;
}

/* 64-bit FNV-1a. */
static uint64_t hash_of(const char *z)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (; *z; z++) {
        h = (h ^ (unsigned char)*z) * 0x100000001B3u;
    }
    return h;
}

static struct memory memory_at(const char *path)
{
    struct memory m = {0, 0};
    struct stat st;
    if (path && stat(path, &st) == 0) {
        m.inode = st.st_ino;
        m.mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    }
    return m;
}

/* @return whether what is remembered on disk is not what we put there: the index has
 * been built anew, or its folder was removed, or is another one. */
static bool is_overtaken(const struct watch *w)
{
    struct memory now = memory_at(w->state_path);
    return now.inode != w->memory.inode || now.mtime_ns != w->memory.mtime_ns;
}

/* Go by what is remembered on disk, and by nothing else. */
static enum jw_status recall(struct watch *w, struct jw_error *err)
{
    /* First: a later file then only looks newer than it is. */
    struct memory memory = memory_at(w->state_path);
    jw_watch_list_release(&w->list);
    enum jw_status status = jw_watch_list_load(&w->list, w->state_path, err);
    if (status == JW_OK) {
        w->memory = memory;
    }
    return status;
}

/* What cannot be remembered is taken again: after a build it would be lost. */
static enum jw_status remember(struct watch *w, struct jw_error *err)
{
    struct jw_error why;
    jw_error_clear(&why);
    enum jw_status status = jw_watch_list_save(&w->list, w->state_path, err);
    if (status == JW_OK) {
        w->memory = memory_at(w->state_path);
    } else if (recall(w, &why) != JW_OK) {
        jw_watch_list_release(&w->list);
    }
    return status;
}

/* Take the files that are ready.  @return JW_OK when they are done with, be it that
 * they were rejected; else it is tried again. */
static enum jw_status take_with(struct watch *w, struct jw_index_writer *writer,
                                struct jw_error *err)
{
    struct jw_ingest in;
    enum jw_status status = jw_ingest_begin(&in, w->settings, writer, NULL, err);
    if (status != JW_OK) {
        return status;
    }
    bool go_on = true;
    for (size_t i = 0; i < w->list.n && go_on; i++) {
        const struct jw_watched *f = &w->list.at[i];
        if (f->state == JW_WATCH_READY) {
            go_on = jw_ingest_file(&in, f->path, f->id_from, f->bytes);
        }
    }
    (void)jw_ingest_finish(&in);
    (void)fflush(stdout);
    if (in.status != JW_OK) {
        /* jw_ingest_finish() has said why. */
        return jw_fail(err, in.status, "trying again every %d seconds", RETRY_S);
    }
    for (size_t i = 0; i < w->list.n; i++) {
        if (w->list.at[i].state == JW_WATCH_READY) {
            w->list.at[i].state = JW_WATCH_TAKEN;
        }
    }
    return remember(w, err);
}

static enum jw_status take_ready(struct watch *w, struct jw_error *err)
{
    const struct jw_index_writer_options options = jw_indexer_writer_options(w->settings);
    struct jw_index_writer *writer = NULL;
    enum jw_status status = jw_index_writer_open_with(w->settings->index, JW_INDEX_CHANGE,
                                                      &options, &writer, err);
    /* From here to the closing no build can end: what is taken and what is remembered
     * are of one index.  One that has ended since the look is seen at the next. */
    if (status == JW_OK && !is_overtaken(w)) {
        status = take_with(w, writer, err);
    }
    jw_index_writer_close(writer);
    return status;
}

/* Say it when it has changed since, and two looks agree: a name may be for a moment. */
static void note_passed_over(struct watch *w, const struct jw_passed_over *p)
{
    if (p->n == w->n_passed_over && p->n != w->n_passed_over_said) {
        jw_passed_over_say(p);
        w->n_passed_over_said = p->n;
    }
    w->n_passed_over = p->n;
}

static enum jw_status begin_anew_if_overtaken(struct watch *w, struct jw_error *err)
{
    if (!is_overtaken(w)) {
        return JW_OK;
    }
    enum jw_status status = recall(w, err);
    if (status == JW_OK) {
        (void)fprintf(stderr,
                      "jianwen-indexer: the index in %s was replaced: taking again what "
                      "it lacks of %s\n",
                      w->settings->index, w->dir);
    }
    return status;
}

static void run(struct watch *w)
{
    (void)fprintf(stderr, "jianwen-indexer: watching %s for the index in %s\n", w->dir,
                  w->settings->index);
    int pause_s = LOOK_S;
    while (!wait_s(w, pause_s)) {
        struct jw_error err;
        jw_error_clear(&err);
        struct jw_passed_over passed_over = {0};
        enum jw_status status = begin_anew_if_overtaken(w, &err);
        if (status == JW_OK) {
            status = jw_watch_list_look(&w->list, w->dir, &passed_over, &err);
        }
        if (status == JW_OK) {
            note_passed_over(w, &passed_over);
        }
        if (status == JW_OK && jw_watch_list_ready(&w->list) > 0) {
            status = take_ready(w, &err);
        }
        pause_s = status == JW_OK || status == JW_ELOCKED ? LOOK_S : RETRY_S;
        if (status == JW_OK) {
            w->said[0] = '\0';
        } else {
            say(w, &err);
        }
    }
}

static enum jw_status start(struct watch *w, const struct jw_verb_args *args,
                            struct jw_error *err)
{
    struct stat st;
    char name[64];
    w->settings = &args->settings;
    w->dir = realpath(args->operands[0], NULL);
    if (!w->dir || stat(w->dir, &st) != 0) {
        return jw_fail_errno(err, errno, "cannot watch %s", args->operands[0]);
    }
    if (!S_ISDIR(st.st_mode)) {
        return jw_fail(err, JW_EINVAL, "%s is not a folder", args->operands[0]);
    }
    (void)snprintf(name, sizeof name, JW_WATCH_PREFIX "%016llx",
                   (unsigned long long)hash_of(w->dir));
    w->state_path = jw_path_join(args->settings.index, name);
    if (!w->state_path) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    /* Blocked in all threads to come, so that a batch that was begun is finished. */
    (void)sigemptyset(&w->end_signals);
    (void)sigaddset(&w->end_signals, SIGINT);
    (void)sigaddset(&w->end_signals, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &w->end_signals, NULL);
    return recall(w, err);
}

int jw_verb_watch(const struct jw_verb_args *args)
{
    struct watch w;
    struct jw_error err;
    memset(&w, 0, sizeof w);
    jw_error_clear(&err);
    enum jw_status status = start(&w, args, &err);
    if (status == JW_OK) {
        run(&w);
    } else {
        (void)fprintf(stderr, "jianwen-indexer: %s\n", err.message);
    }
    jw_watch_list_release(&w.list);
    free(w.state_path);
    free(w.dir);
    return status == JW_OK ? 0 : jw_status_exit_code(status);
}
