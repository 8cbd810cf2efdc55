/*
 * server.h - what all requests share.
 */
#ifndef JW_SERVER_SERVER_H
#define JW_SERVER_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "access.h"
#include "answer_fixed.h"
#include "cache.h"
#include "metrics.h"
#include "pool.h"
#include "settings.h"
#include "store.h"

struct jw_server {
    struct jw_store *store;
    struct jw_cache *cache;
    struct jw_access *access;
    /** The workers, once they run; for their figures. */
    _Atomic(struct jw_pool *) pool;
    struct jw_metrics metrics;
    /** By enum jw_fixed_name. */
    struct jw_fixed fixed[JW_FIXED];
    int64_t started_us;
    /** Mixed into entity tags: another build may render differently. */
    uint64_t build;
    /* What SIGHUP may change while requests are answered. */
    _Atomic uint64_t query_time_ms;
    _Atomic uint64_t query_chars;
    atomic_bool access_log;
    _Atomic uint64_t slow_query_ms;
    _Atomic enum jw_query_log query_log;
    /** Mixed into the hashes of queries in the log; random, forgotten at the end. */
    uint8_t log_salt[16];
    /** The server finishes what began and takes nothing new. */
    atomic_bool stopping;
};

JW_MUST_CHECK enum jw_status jw_server_init(struct jw_server *server,
                                            const struct jw_server_settings *settings,
                                            struct jw_error *err);
void jw_server_release(struct jw_server *server);

/**
 * Take over the settings that may change while the server runs.
 *
 * @return JW_OK; a failure, with all settings as before, when what they name
 *         (the token file) cannot be read.
 */
JW_MUST_CHECK enum jw_status jw_server_reload(struct jw_server *server,
                                              const struct jw_server_settings *settings,
                                              struct jw_error *err);

#endif
