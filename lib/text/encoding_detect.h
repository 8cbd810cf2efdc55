/*
 * encoding_detect.h - which encoding bytes without a mark are in.
 */
#ifndef JW_TEXT_ENCODING_DETECT_H
#define JW_TEXT_ENCODING_DETECT_H

#include "encoding_read.h"

/** The encodings that are found; the first is UTF-8. */
extern const struct jw_encoding jw_encodings[];
extern const size_t jw_encodings_n;

/** The encoding with that name or alias, in any case; NULL: none of ours. */
const struct jw_encoding *jw_encoding_named(const char *name);

/**
 * Find the encoding.
 *
 * @param only_utf16  choose between the two byte orders only.
 * @param found       receives the best reading, good or not.
 * @param is_text     receives whether it gave mostly characters that texts have.
 * @return JW_OK, JW_ENOMEM; JW_EINTERNAL when iconv lacks a converter.
 */
enum jw_status jw_encoding_detect(struct jw_str bytes, bool only_utf16,
                                  const struct jw_encoding **found, bool *is_text);

/** uchardet's opinion of bytes, for messages; "" when it has none. */
void jw_encoding_guess(struct jw_str bytes, char *name, size_t room);

#endif
