#include "settings.h"

#include <stddef.h>
#include <unistd.h>

#define FIELD(name) offsetof(struct jw_indexer_settings, name)
#define ROOM(name)  sizeof(((struct jw_indexer_settings *)0)->name)

static const struct jw_setting rows[] = {
    {"index", JW_SETTING_STRING, FIELD(index), ROOM(index), "jianwen-index", 0, 0,
     "folder of the index"},
    {"log_level", JW_SETTING_STRING, FIELD(log_level), ROOM(log_level), "info", 0, 0,
     "least level that is logged: error, warn, info, debug"},
    {"encoding", JW_SETTING_STRING, FIELD(encoding), ROOM(encoding), "", 0, 0,
     "encoding of text files; empty: found file by file"},
    {"repair", JW_SETTING_BOOL, FIELD(repair), 0, "off", 0, 0,
     "keep files with undecodable bytes, as U+FFFD, instead of rejecting them"},
    {"file_bytes", JW_SETTING_NUMBER, FIELD(file_bytes), 0, "256m", 1024, 4294967295,
     "largest file that is read, in bytes; longer ones are rejected"},
    {"pdf_time_s", JW_SETTING_NUMBER, FIELD(pdf_time_s), 0, "60", 1, 3600,
     "seconds of processor time for the text of one PDF; then it is rejected"},
    {"pdf_memory", JW_SETTING_NUMBER, FIELD(pdf_memory), 0, "1g", 67108864, UINT64_MAX,
     "memory for reading one PDF, in bytes"},
    {"memory", JW_SETTING_NUMBER, FIELD(memory), 0, "0", 0, UINT64_MAX,
     "memory for the postings of a new index, in bytes; beyond it they wait on disk; 0: "
     "a "
     "quarter of the machine's"},
    {"stock", JW_SETTING_BOOL, FIELD(stock), 0, "off", 0, 0,
     "write new indexes through the Xapian library, document by document: slower and "
     "larger, for comparing"},
    {"threads", JW_SETTING_NUMBER, FIELD(threads), 0, "0", 0, 64,
     "threads that read and cut articles; 0: as many as there are cores"},
};

struct jw_settings jw_indexer_settings_table(struct jw_indexer_settings *s)
{
    struct jw_settings table = {rows, sizeof rows / sizeof rows[0], s, "indexer"};
    return table;
}

size_t jw_indexer_threads(const struct jw_indexer_settings *values, size_t most)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t n =
        values->threads ? (size_t)values->threads : (cores > 0 ? (size_t)cores : 1);
    return n < most ? n : most;
}
