#include "server.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "hash.h"
#include "jianwen/clock.h"
#include "jianwen/log.h"
#include "version.h"

/* A new state of the index: old answers go, idle workers follow. */
static void on_index_changed(void *arg)
{
    struct jw_server *server = arg;
    jw_cache_clear(server->cache);
    struct jw_pool *pool = atomic_load(&server->pool);
    if (pool) {
        jw_pool_wake(pool);
    }
}

static enum jw_status render_fixed(struct jw_server *server)
{
    enum jw_status status = JW_OK;
    for (int i = 0; i < JW_FIXED && status == JW_OK; i++) {
        status = jw_fixed_init(&server->fixed[i], (enum jw_fixed_name)i);
    }
    return status;
}

enum jw_status jw_server_init(struct jw_server *server,
                              const struct jw_server_settings *settings,
                              struct jw_error *err)
{
    memset(server, 0, sizeof *server);
    server->started_us = jw_clock_us();
    if (getrandom(server->log_salt, sizeof server->log_salt, 0) < 0) {
        return jw_fail_errno(err, errno, "no random numbers");
    }
    server->build = jw_hash_str(JW_HASH_START, jw_str_c(JW_VERSION));
    enum jw_status status =
        jw_cache_new(settings->cache, settings->cache_bytes, &server->cache);
    if (status == JW_OK) {
        status = jw_store_new(settings->index, on_index_changed, server, &server->store);
    }
    if (status == JW_OK) {
        status = jw_access_new(&server->access);
    }
    if (status == JW_OK) {
        status = render_fixed(server);
    }
    if (status != JW_OK) {
        return jw_fail(err, status, "out of memory");
    }
    return jw_server_reload(server, settings, err);
}

void jw_server_release(struct jw_server *server)
{
    jw_store_free(server->store);
    jw_cache_free(server->cache);
    jw_access_free(server->access);
    for (int i = 0; i < JW_FIXED; i++) {
        jw_fixed_release(&server->fixed[i]);
    }
}

enum jw_status jw_server_reload(struct jw_server *server,
                                const struct jw_server_settings *settings,
                                struct jw_error *err)
{
    enum jw_status status = jw_access_load(server->access, settings, err);
    if (status != JW_OK) {
        return status;
    }
    jw_log_set_json(strcmp(settings->log_format, "json") == 0);
    jw_log_set_level(jw_server_log_level(settings));
    jw_cache_limit(server->cache, settings->cache, settings->cache_bytes);
    atomic_store(&server->query_time_ms, settings->query_time_ms);
    atomic_store(&server->query_chars, settings->query_chars);
    atomic_store(&server->access_log, settings->access_log);
    atomic_store(&server->slow_query_ms, settings->slow_query_ms);
    atomic_store(&server->query_log, jw_server_query_log(settings));
    struct jw_pool *pool = atomic_load(&server->pool);
    if (pool) {
        jw_pool_set_wait(pool, (int64_t)settings->queue_time_ms * 1000);
    }
    return JW_OK;
}
