/*
 * champions.h - the champion lists of a database that is being made.
 *
 * While the postings of a pair are written, those that come first are kept, best first:
 *
 *     key: count << 32 | date      9·2024  9·2023  7·2024  ...  3·2021 <- floor
 *
 * Lists wait in a spool, since their terms come behind all others.
 */
#ifndef JW_GLASS_CHAMPIONS_H
#define JW_GLASS_CHAMPIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "btree.h"
#include "jianwen/compiler.h"
#include "jianwen/glass.h"
#include "jianwen/signature.h"
#include "spool.h"

struct jw_champion {
    uint64_t key;
    uint32_t docid;
    uint32_t number;
};

struct jw_champions {
    /** NULL: none are asked for. */
    const struct jw_champion_rule *rule;
    struct jw_spool spool;
    /* Of the list at hand. */
    bool wanted;
    size_t n;
    /** Only greater keys come in: documents ascend. */
    uint64_t floor;
    struct jw_champion best[JW_CHAMPIONS_MAX];
};

/** @param dir  where lists wait; borrowed. */
void jw_champions_init(struct jw_champions *c, const char *dir);
void jw_champions_release(struct jw_champions *c);

/** Begin a list; c->wanted tells whether its postings are to be noted. */
void jw_champions_begin(struct jw_champions *c, struct jw_str term, uint64_t n_docs);

/** Keep a posting that jw_champions_note() has not passed over. */
void jw_champions_keep(struct jw_champions *c, uint32_t docid, uint32_t number);

/** Note a posting of a list that is wanted, in the order of documents. */
static inline void jw_champions_note(struct jw_champions *c, uint32_t docid,
                                     uint32_t number)
{
    uint64_t count = jw_signature_count(number);
    uint32_t newest = c->rule->newest[docid / c->rule->n_together];
    if (JW_UNLIKELY((count << 32 | newest) > c->floor)) {
        jw_champions_keep(c, docid, number);
    }
}

/** End a list that jw_champions_begin() has begun. */
JW_MUST_CHECK enum jw_status jw_champions_end(struct jw_champions *c, struct jw_str term,
                                              struct jw_error *err);

/** Write the lists behind all others. */
JW_MUST_CHECK enum jw_status
jw_champions_write(struct jw_champions *c, struct jw_btree *table, struct jw_error *err);

#endif
