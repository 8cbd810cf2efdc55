/*
 * maker.h - from an input to an article: bytes, encoding, facts, paragraphs.
 *
 * A maker is one thread's own.  What it makes lives in its arena until
 * jw_maker_clear().
 */
#ifndef JW_INDEXER_MAKER_H
#define JW_INDEXER_MAKER_H

#include "jianwen/arena.h"
#include "jianwen/article.h"
#include "jianwen/buf.h"
#include "jianwen/status.h"
#include "settings.h"

struct jw_maker {
    const struct jw_indexer_settings *settings;
    struct jw_arena arena;
    struct jw_buf bytes;
    struct jw_buf text;
};

struct jw_made {
    struct jw_article article;
    /** Display lines that stood twice and were taken once. */
    size_t n_doubles;
    /** Undecodable places that were kept as U+FFFD. */
    size_t n_repaired;
};

void jw_maker_init(struct jw_maker *m, const struct jw_indexer_settings *settings);
void jw_maker_release(struct jw_maker *m);
void jw_maker_clear(struct jw_maker *m);

/** Make an article of a file.  @param id  its id, unless it says another. */
JW_MUST_CHECK enum jw_status jw_make_from_file(struct jw_maker *m, const char *path,
                                               struct jw_str id, struct jw_made *out,
                                               struct jw_error *err);

/** Make an article of a line of NDJSON.  @param line  borrowed as long as out. */
JW_MUST_CHECK enum jw_status jw_make_from_line(struct jw_maker *m, struct jw_str line,
                                               struct jw_made *out, struct jw_error *err);

/** Give article the paragraphs of text, and a title when it has none. */
JW_MUST_CHECK enum jw_status jw_make_paragraphs(struct jw_maker *m, struct jw_str text,
                                                uint32_t first_line, struct jw_made *out,
                                                struct jw_error *err);

#endif
