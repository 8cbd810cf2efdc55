/*
 * verbs.h - what jianwen-indexer can do; one function a verb.
 */
#ifndef JW_INDEXER_VERBS_H
#define JW_INDEXER_VERBS_H

#include "settings.h"

/** The command line behind the verb. */
struct jw_verb_args {
    struct jw_indexer_settings settings;
    char *const *operands;
    int n_operands;
    /** analyze --query */
    bool query;
    /** paragraphs --explain */
    bool explain;
};

/** Each returns the program's exit code. */
int jw_verb_build(const struct jw_verb_args *args);
int jw_verb_add(const struct jw_verb_args *args);
int jw_verb_import(const struct jw_verb_args *args);
int jw_verb_delete(const struct jw_verb_args *args);
int jw_verb_merge(const struct jw_verb_args *args);
int jw_verb_watch(const struct jw_verb_args *args);
int jw_verb_paragraphs(const struct jw_verb_args *args);
int jw_verb_analyze(const struct jw_verb_args *args);
int jw_verb_check(const struct jw_verb_args *args);
int jw_verb_stats(const struct jw_verb_args *args);
int jw_verb_export(const struct jw_verb_args *args);

#endif
