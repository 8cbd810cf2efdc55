/*
 * mark.h - lines that say by their words what they are: notices of the page,
 * bylines, captions, list items, notes.
 *
 * Only fixed phrases of the trade are known, and only where they make up the
 * line or its edge; no meaning is guessed.
 */
#ifndef JW_PARAGRAPH_MARK_H
#define JW_PARAGRAPH_MARK_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/str.h"

/** Longest line, in cells, that is looked at as a notice, byline or caption. */
enum {
    JW_MARK_MAX_CELLS = 120
};

/** What a line as a whole says that it is. */
enum jw_mark_kind {
    /** "第2版", "下转第3版", "（上接A1版）", "- 4 -". */
    JW_MARK_PAGE = 1,
    /** "本报记者 某某", "责任编辑：某某", "（记者 某某）". */
    JW_MARK_BYLINE = 2,
    /** "图为……", "某某 摄", "（资料图片）". */
    JW_MARK_CAPTION = 4
};

/** @return enum jw_mark_kind, ored; 0 for most lines. */
unsigned jw_mark_line(struct jw_str line);

/** What the first characters of a line announce. */
enum jw_mark_head {
    JW_MARK_NONE,
    /** "一、", "（二）", "3.", "④". */
    JW_MARK_LIST,
    /** "问：", "答：". */
    JW_MARK_TURN,
    /** "〔5〕", "[12]": a numbered note. */
    JW_MARK_NOTE
};

enum jw_mark_head jw_mark_head_of(struct jw_str line);

#endif
