/*
 * watch_list.h - the files of a drop folder, and which of them have been taken.
 *
 * A file is ready when two looks in a row saw it with the same size and time:
 * it has stopped growing.  What was taken is remembered in a file of the
 * index' folder, a line a file: size, time, path.
 */
#ifndef JW_INDEXER_WATCH_LIST_H
#define JW_INDEXER_WATCH_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/status.h"

enum jw_watch_state {
    JW_WATCH_SEEN,
    JW_WATCH_READY,
    JW_WATCH_TAKEN
};

struct jw_watched {
    char *path;
    size_t id_from;
    /** Of the file and of FILE.json beside it: the sum, the later time. */
    uint64_t bytes;
    int64_t mtime_ns;
    enum jw_watch_state state;
};

/** All zero is empty. */
struct jw_watch_list {
    /** Ascending by path. */
    struct jw_watched *at;
    size_t n;
    size_t cap;
};

void jw_watch_list_release(struct jw_watch_list *list);

struct jw_passed_over;

/**
 * Look at the folder: list is as it is now.
 * @param passed_over  counts the files that are not of a kind we know.
 * @return not JW_OK: list is as it was.
 */
JW_MUST_CHECK enum jw_status jw_watch_list_look(struct jw_watch_list *list,
                                                const char *dir,
                                                struct jw_passed_over *passed_over,
                                                struct jw_error *err);

/** @return how many files are ready. */
size_t jw_watch_list_ready(const struct jw_watch_list *list);

/** Count what was taken as such; a file that is not there is an empty list. */
JW_MUST_CHECK enum jw_status jw_watch_list_load(struct jw_watch_list *list,
                                                const char *path, struct jw_error *err);
JW_MUST_CHECK enum jw_status jw_watch_list_save(const struct jw_watch_list *list,
                                                const char *path, struct jw_error *err);

#endif
