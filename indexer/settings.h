/*
 * settings.h - what jianwen-indexer can be told.
 */
#ifndef JW_INDEXER_SETTINGS_H
#define JW_INDEXER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/index.h"
#include "jianwen/settings.h"

enum {
    JW_PATH_BYTES = 4096
};

struct jw_indexer_settings {
    char index[JW_PATH_BYTES];
    char log_level[16];
    char encoding[32];
    bool repair;
    bool stock;
    uint64_t file_bytes;
    uint64_t pdf_time_s;
    uint64_t pdf_memory;
    uint64_t memory;
    uint64_t threads;
};

/** What a writer is to know of them. */
static inline struct jw_index_writer_options
jw_indexer_writer_options(const struct jw_indexer_settings *s)
{
    struct jw_index_writer_options options = {s->memory, s->stock};
    return options;
}

/** The table over s; see config/jianwen.conf for the keys. */
struct jw_settings jw_indexer_settings_table(struct jw_indexer_settings *s);

/** @return how many threads read and cut: the setting, or one a core; at most `most`. */
size_t jw_indexer_threads(const struct jw_indexer_settings *values, size_t most);

#endif
