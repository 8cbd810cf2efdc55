#include "jianwen/settings.h"

#include <ctype.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_BYTES = 64
};

static const struct jw_setting *find_row(const struct jw_settings *s, struct jw_str key)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        const char *k = s->rows[i].key;
        size_t j = 0;
        while (j < key.n && k[j] &&
               (k[j] == key.p[j] || (k[j] == '_' && key.p[j] == '-'))) {
            j++;
        }
        if (j == key.n && !k[j]) {
            return &s->rows[i];
        }
    }
    return NULL;
}

static void *slot(const struct jw_settings *s, const struct jw_setting *row)
{
    return (char *)s->values + row->offset;
}

static enum jw_status set_number(const struct jw_setting *row, void *at,
                                 struct jw_str value, struct jw_error *err)
{
    struct jw_str digits = value;
    unsigned shift = 0;
    if (digits.n > 1) {
        switch (digits.p[digits.n - 1]) {
        case 'k':
        case 'K':
            shift = 10;
            break;
        case 'm':
        case 'M':
            shift = 20;
            break;
        case 'g':
        case 'G':
            shift = 30;
            break;
        default:
            break;
        }
        digits.n -= shift ? 1 : 0;
    }
    unsigned long long v = 0;
    if (!jw_str_to_u64(digits, UINT64_MAX >> shift, &v) || v << shift < row->min ||
        v << shift > row->max) {
        return jw_fail(err, JW_EINVAL,
                       "%s = %.*s: must be a whole number from %llu to %llu; k, m or g "
                       "behind it stand for 1,024 each (512m, 4g)",
                       row->key, (int)value.n, value.p, (unsigned long long)row->min,
                       (unsigned long long)row->max);
    }
    *(uint64_t *)at = v << shift;
    return JW_OK;
}

static enum jw_status set_bool(const struct jw_setting *row, void *at,
                               struct jw_str value, struct jw_error *err)
{
    static const char *const yes[] = {"on", "true", "yes", "1"};
    static const char *const no[] = {"off", "false", "no", "0"};
    for (size_t i = 0; i < 4; i++) {
        if (jw_str_eq_c(value, yes[i]) || jw_str_eq_c(value, no[i])) {
            *(bool *)at = jw_str_eq_c(value, yes[i]);
            return JW_OK;
        }
    }
    return jw_fail(err, JW_EINVAL, "%s = %.*s: must be on or off", row->key, (int)value.n,
                   value.p);
}

enum jw_status jw_settings_set(const struct jw_settings *s, struct jw_str key,
                               struct jw_str value, struct jw_error *err)
{
    const struct jw_setting *row = find_row(s, key);
    if (!row) {
        return jw_fail(err, JW_ENOTFOUND, "there is no setting %.*s", (int)key.n, key.p);
    }
    switch (row->type) {
    case JW_SETTING_NUMBER:
        return set_number(row, slot(s, row), value, err);
    case JW_SETTING_BOOL:
        return set_bool(row, slot(s, row), value, err);
    case JW_SETTING_STRING:
        break;
    }
    if (value.n >= row->size || (value.n && memchr(value.p, '\0', value.n))) {
        return jw_fail(err, JW_EINVAL, "%s: must be shorter than %zu bytes", row->key,
                       row->size);
    }
    if (value.n) {
        memcpy(slot(s, row), value.p, value.n);
    }
    ((char *)slot(s, row))[value.n] = '\0';
    return JW_OK;
}

enum jw_status jw_settings_defaults(const struct jw_settings *s, struct jw_error *err)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        enum jw_status status = jw_settings_set(s, jw_str_c(s->rows[i].key),
                                                jw_str_c(s->rows[i].fallback), err);
        if (status != JW_OK) {
            return status;
        }
    }
    return JW_OK;
}

struct file_walk {
    const struct jw_settings *settings;
    struct jw_error *err;
    enum jw_status status;
};

/* Called by inih for each "key = value"; 0 makes it remember the line. */
static int on_entry(void *user, const char *section, const char *name, const char *value)
{
    struct file_walk *w = user;
    if (w->status != JW_OK) {
        return 1;
    }
    if (section[0] && strcmp(section, w->settings->section) != 0) {
        return 1;
    }
    w->status = jw_settings_set(w->settings, jw_str_c(name), jw_str_c(value), w->err);
    return w->status == JW_OK;
}

enum jw_status jw_settings_file(const struct jw_settings *s, const char *path,
                                struct jw_error *err)
{
    struct file_walk walk = {.settings = s, .err = err, .status = JW_OK};
    int rc = ini_parse(path, on_entry, &walk);
    if (rc == 0) {
        return JW_OK;
    }
    if (rc < 0) {
        return jw_fail(err, JW_ENOTFOUND, "cannot read settings file %s", path);
    }
    if (walk.status == JW_OK) {
        return jw_fail(err, JW_EINVAL, "%s, line %d: not \"key = value\"", path, rc);
    }
    if (err) {
        (void)jw_error_prefix(err, "%s, line %d", path, rc);
    }
    return JW_EINVAL;
}

enum jw_status jw_settings_env(const struct jw_settings *s, struct jw_error *err)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        char name[KEY_BYTES + 16];
        int n = snprintf(name, sizeof name, "JIANWEN_%s", s->rows[i].key);
        for (int j = 0; j < n; j++) {
            name[j] = (char)toupper((unsigned char)name[j]);
        }
        const char *value = getenv(name);
        if (!value) {
            continue;
        }
        enum jw_status status =
            jw_settings_set(s, jw_str_c(s->rows[i].key), jw_str_c(value), err);
        if (status != JW_OK) {
            (void)jw_error_prefix(err, "environment variable %s", name);
            return status;
        }
    }
    return JW_OK;
}

void jw_settings_print(const struct jw_settings *s, struct jw_buf *out)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct jw_setting *row = &s->rows[i];
        jw_buf_printf(out, "; %s\n%s = ", row->help, row->key);
        switch (row->type) {
        case JW_SETTING_STRING:
            jw_buf_add_c(out, slot(s, row));
            break;
        case JW_SETTING_NUMBER:
            jw_buf_printf(out, "%llu", (unsigned long long)*(uint64_t *)slot(s, row));
            break;
        case JW_SETTING_BOOL:
            jw_buf_add_c(out, *(bool *)slot(s, row) ? "on" : "off");
            break;
        }
        jw_buf_add_byte(out, '\n');
    }
}
