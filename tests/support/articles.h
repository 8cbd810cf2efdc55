/*
 * articles.h - made-up articles from a small stock of words, for tests of the
 * index and of searching.
 *
 * Few words make many meetings: most of what is asked for is found somewhere.
 */
#ifndef JW_TESTS_ARTICLES_H
#define JW_TESTS_ARTICLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/article.h"
#include "jianwen/buf.h"
#include "random.h"

struct jw_articles {
    struct jw_arena arena;
    struct jw_article *at;
    size_t n;
};

struct jw_articles_shape {
    size_t n;
    /** Words of the stock that are used; 0 is all of them. */
    uint32_t words;
    uint32_t paragraphs_max;
    uint32_t sentences_max;
    /** Ids are PREFIX-0, PREFIX-1 ... */
    const char *id_prefix;
};

void jw_articles_make(struct jw_articles *a, struct jw_random *r,
                      const struct jw_articles_shape *shape);

/** Give paragraphs printed lines, and others that they may go on in. */
void jw_articles_print(struct jw_articles *a, struct jw_random *r);
void jw_articles_release(struct jw_articles *a);

/** Append a sentence with its end mark. @param words  see the shape's. */
void jw_sentence_make(struct jw_random *r, uint32_t words, struct jw_buf *out);

/** @return a word of the stock, number below jw_word_count(). */
struct jw_str jw_word_at(uint32_t number);
uint32_t jw_word_count(void);

/**
 * Put articles into the index in dir and commit.  A failure is a failed check.
 * @param stock  through Xapian, even a base.
 */
void jw_articles_index(const char *dir, bool build, bool stock,
                       const struct jw_article *articles, size_t n);

/** One article with a title and paragraphs, for small tables of own text. */
struct jw_article jw_article_of(const char *id, const char *title, const char *date,
                                const struct jw_paragraph *paragraphs, size_t n);

#endif
