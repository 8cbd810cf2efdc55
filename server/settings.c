#include "settings.h"

#include <stddef.h>
#include <string.h>

#include "jianwen/file.h"
#include "listen.h"

#define AT(field)   offsetof(struct jw_server_settings, field)
#define ROOM(field) sizeof(((struct jw_server_settings *)0)->field)

#define STRING(key, fallback, help)                                                      \
    {                                                                                    \
#key, JW_SETTING_STRING, AT(key), ROOM(key), fallback, 0, 0, help                \
    }
#define SWITCH(key, fallback, help)                                                      \
    {                                                                                    \
#key, JW_SETTING_BOOL, AT(key), 0, fallback, 0, 0, help                          \
    }
#define NUMBER(key, fallback, min, max, help)                                            \
    {                                                                                    \
#key, JW_SETTING_NUMBER, AT(key), 0, fallback, min, max, help                    \
    }

/* The order is that of config/jianwen.conf. */
static const struct jw_setting rows[] = {
    STRING(index, "jianwen-index", "folder of the index"),
    STRING(log_level, "info", "error, warn, info or debug"),
    STRING(listen, "127.0.0.1:8080", "ADDRESS:PORT, [IPv6]:PORT or unix:PATH"),
    STRING(port_file, "", "file that receives the port that was bound"),
    SWITCH(allow_remote, "off", "whether an address beyond loopback may be listened on"),
    STRING(read_access, "open", "who may search: open (all) or token"),
    STRING(tokens, "", "file of tokens; empty: none"),
    STRING(cors_origins, "", "origins whose pages may ask, commas between; or *"),
    STRING(trusted_proxies, "",
           "addresses whose X-Forwarded-For counts, commas between; also unix"),
    STRING(log_format, "text", "lines of the log: text or json"),
    SWITCH(access_log, "on", "one line per request on standard error"),
    NUMBER(slow_query_ms, "500", 0, 3600000,
           "searches that took longer are logged; 0: none"),
    STRING(query_log, "hash", "queries in that line: off, hash or plain"),
    NUMBER(workers, "0", 0, 1024,
           "threads that search; 0: one a processor, and two at least"),
    NUMBER(queue, "256", 1, 65536, "requests that may wait for a worker"),
    NUMBER(queue_time_ms, "2000", 1, 600000, "longest wait for a worker"),
    NUMBER(connections, "1024", 1, 1000000, "open connections"),
    NUMBER(connections_per_address, "512", 0, 1000000,
           "open connections of one address; 0: no limit"),
    NUMBER(head_bytes, "32k", 4096, 1048576, "memory for the head of one request"),
    NUMBER(header_time_ms, "10000", 100, 3600000, "time for the whole head of a request"),
    NUMBER(idle_time_ms, "15000", 1000, 3600000, "silence after which one is hung up on"),
    NUMBER(send_time_ms, "60000", 1000, 3600000, "time to take a whole answer"),
    NUMBER(drain_time_ms, "10000", 0, 3600000,
           "time to finish what began, when stopping"),
    NUMBER(query_time_ms, "1000", 0, 600000, "time budget of one search; 0: none"),
    NUMBER(query_chars, "1000", 1, 100000, "longest query, in code points"),
    NUMBER(cache, "1000", 0, 10000000, "answers that are kept; 0: none"),
    NUMBER(cache_bytes, "64m", 0, UINT64_C(1) << 40,
           "memory of the answers that are kept"),
    NUMBER(rate, "0", 0, 1000000, "requests a second from one address; 0: no limit"),
    NUMBER(rate_burst, "50", 1, 1000000, "requests that may come at once despite rate"),
    NUMBER(token_rate, "0", 0, 1000000, "requests a second with one token; 0: no limit"),
    NUMBER(token_rate_burst, "50", 1, 1000000,
           "requests that may come at once despite token_rate"),
};

struct jw_settings jw_server_settings_table(struct jw_server_settings *values)
{
    return (struct jw_settings){.rows = rows,
                                .n_rows = sizeof rows / sizeof rows[0],
                                .values = values,
                                .section = JW_SERVER_SECTION};
}

enum jw_log_level jw_server_log_level(const struct jw_server_settings *values)
{
    enum jw_log_level level = JW_LOG_INFO;
    (void)jw_log_parse_level(jw_str_c(values->log_level), &level);
    return level;
}

enum jw_query_log jw_server_query_log(const struct jw_server_settings *values)
{
    return strcmp(values->query_log, "plain") == 0  ? JW_QUERY_LOG_PLAIN
           : strcmp(values->query_log, "hash") == 0 ? JW_QUERY_LOG_HASH
                                                    : JW_QUERY_LOG_OFF;
}

/* One of two or three words; the last may be given twice. */
static enum jw_status check_word(const char *key, const char *value, const char *a,
                                 const char *b, const char *c, struct jw_error *err)
{
    if (strcmp(value, a) == 0 || strcmp(value, b) == 0 || strcmp(value, c) == 0) {
        return JW_OK;
    }
    return strcmp(b, c) == 0
               ? jw_fail(err, JW_EINVAL, "%s = %s: must be %s or %s", key, value, a, b)
               : jw_fail(err, JW_EINVAL, "%s = %s: must be %s, %s or %s", key, value, a,
                         b, c);
}

enum jw_status jw_server_settings_check(const struct jw_server_settings *values,
                                        struct jw_error *err)
{
    enum jw_log_level level = JW_LOG_INFO;
    struct jw_listen_address address;
    if (!jw_log_parse_level(jw_str_c(values->log_level), &level)) {
        return jw_fail(err, JW_EINVAL,
                       "log_level = %s: must be error, warn, info or debug",
                       values->log_level);
    }
    if (!values->index[0]) {
        return jw_fail(err, JW_EINVAL, "index is empty: name the folder of the index");
    }
    enum jw_status status =
        check_word("read_access", values->read_access, "open", "token", "token", err);
    if (status == JW_OK) {
        status =
            check_word("log_format", values->log_format, "text", "json", "json", err);
    }
    if (status == JW_OK) {
        status = check_word("query_log", values->query_log, "off", "hash", "plain", err);
    }
    if (status == JW_OK) {
        status = jw_listen_parse(jw_str_c(values->listen), &address, err);
    }
    if (status == JW_OK && !jw_listen_is_local(&address) && !values->allow_remote) {
        return jw_fail(err, JW_EINVAL,
                       "listen = %s: this is more than the loopback interface; set "
                       "allow_remote = on if everyone who reaches it may search",
                       values->listen);
    }
    return status;
}
