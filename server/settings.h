/*
 * settings.h - what an operator can set: one table, one struct.
 *
 * config/jianwen.conf holds the same keys with their reasons; a test compares
 * the two.
 */
#ifndef JW_SERVER_SETTINGS_H
#define JW_SERVER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/log.h"
#include "jianwen/settings.h"
#include "jianwen/status.h"

enum {
    JW_SETTING_PATH_BYTES = 4096,
    JW_SETTING_LISTEN_BYTES = 128,
    JW_SETTING_WORD_BYTES = 16,
    JW_SETTING_LIST_BYTES = 2048
};

/** Times are in milliseconds, sizes in bytes. */
struct jw_server_settings {
    char index[JW_SETTING_PATH_BYTES];
    char log_level[JW_SETTING_WORD_BYTES];
    char listen[JW_SETTING_LISTEN_BYTES];
    char port_file[JW_SETTING_PATH_BYTES];
    bool allow_remote;
    char read_access[JW_SETTING_WORD_BYTES];
    char tokens[JW_SETTING_PATH_BYTES];
    char cors_origins[JW_SETTING_LIST_BYTES];
    char trusted_proxies[JW_SETTING_LIST_BYTES];
    char log_format[JW_SETTING_WORD_BYTES];
    bool access_log;
    uint64_t slow_query_ms;
    char query_log[JW_SETTING_WORD_BYTES];
    uint64_t workers;
    uint64_t queue;
    uint64_t queue_time_ms;
    uint64_t connections;
    uint64_t connections_per_address;
    uint64_t head_bytes;
    uint64_t header_time_ms;
    uint64_t idle_time_ms;
    uint64_t send_time_ms;
    uint64_t drain_time_ms;
    uint64_t query_time_ms;
    uint64_t query_chars;
    uint64_t cache;
    uint64_t cache_bytes;
    uint64_t rate;
    uint64_t rate_burst;
    uint64_t token_rate;
    uint64_t token_rate_burst;
};

/** Name of the section of a settings file that is read. */
#define JW_SERVER_SECTION "server"

/** The table over one struct.  @param values  borrowed by the result. */
struct jw_settings jw_server_settings_table(struct jw_server_settings *values);

/** Check what single values cannot tell: the log level's name, the address. */
JW_MUST_CHECK enum jw_status
jw_server_settings_check(const struct jw_server_settings *values, struct jw_error *err);

/** How queries appear in the slow-query log. */
enum jw_query_log {
    JW_QUERY_LOG_OFF,
    JW_QUERY_LOG_HASH,
    JW_QUERY_LOG_PLAIN
};

/** The way named by values->query_log, which was checked. */
enum jw_query_log jw_server_query_log(const struct jw_server_settings *values);

/** The level named by values->log_level, which was checked. */
enum jw_log_level jw_server_log_level(const struct jw_server_settings *values);

#endif
