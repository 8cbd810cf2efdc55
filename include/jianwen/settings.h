/*
 * settings.h - table-driven settings: defaults < file < environment < options.
 *
 * A program describes its settings in one table of struct jw_setting and
 * keeps the values in a struct of its own; every value, wherever it comes
 * from, is read and checked by the same routine.
 *
 * The file is an INI file.  Keys before any [section] are for both programs;
 * a program reads the section named after it and passes over the others.  A
 * key that no table row names is an error, so that a misspelt limit cannot
 * be lost in silence.
 */
#ifndef JIANWEN_SETTINGS_H
#define JIANWEN_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/compiler.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

enum jw_setting_type {
    /** char[size] in the struct, NUL-terminated UTF-8. */
    JW_SETTING_STRING,
    /** uint64_t between min and max; k, m, g suffixes are powers of 1,024. */
    JW_SETTING_NUMBER,
    /** bool: on, off, true, false, yes, no, 1, 0. */
    JW_SETTING_BOOL
};

struct jw_setting {
    /** lower_snake; the environment variable is JIANWEN_ + upper case. */
    const char *key;
    enum jw_setting_type type;
    /** Where the value lives in the caller's struct, in bytes. */
    size_t offset;
    /** Room for a string with its NUL, in bytes; else 0. */
    size_t size;
    /** Written as in a file. */
    const char *fallback;
    uint64_t min;
    uint64_t max;
    /** Unit and meaning, one line; printed by jw_settings_print(). */
    const char *help;
};

struct jw_settings {
    const struct jw_setting *rows;
    size_t n_rows;
    /** The caller's struct. */
    void *values;
    /** The section of the file that is ours ("server", "indexer"). */
    const char *section;
};

/** Give every value its default. */
JW_MUST_CHECK enum jw_status jw_settings_defaults(const struct jw_settings *s,
                                                  struct jw_error *err) JW_NOEXCEPT;

/**
 * Set one value from its text.
 *
 * @param key  '-' counts as '_', so that option names can be passed as they are.
 * @return JW_OK; JW_ENOTFOUND when no row has the key; JW_EINVAL with a
 *         message that names the key, the value and what is allowed.
 */
JW_MUST_CHECK enum jw_status jw_settings_set(const struct jw_settings *s,
                                             struct jw_str key, struct jw_str value,
                                             struct jw_error *err) JW_NOEXCEPT;

/** Read a settings file; messages name file and line. */
JW_MUST_CHECK enum jw_status jw_settings_file(const struct jw_settings *s,
                                              const char *path,
                                              struct jw_error *err) JW_NOEXCEPT;

/** Take JIANWEN_* variables for the keys of the table; others are left alone. */
JW_MUST_CHECK enum jw_status jw_settings_env(const struct jw_settings *s,
                                             struct jw_error *err) JW_NOEXCEPT;

/** Append the values as a settings file, each below its help line. */
void jw_settings_print(const struct jw_settings *s, struct jw_buf *out) JW_NOEXCEPT;

JW_END_DECLS

#endif
