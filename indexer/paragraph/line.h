/*
 * line.h - the lines of a text, and what the edges of each one look like.
 *
 * Only lines that hold something are kept; blank ones are counted.  Widths
 * are half-width cells (glyph.h).
 *
 *      ....first line of a para-     indent 4, cells 4 + text
 *      graph, and its end.           head: what could not be divided there
 *
 *      <indent><----- text ----->
 *      <-------- cells --------->
 */
#ifndef JW_PARAGRAPH_LINE_H
#define JW_PARAGRAPH_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/status.h"
#include "jianwen/str.h"

/** How a line ends, brackets and quotes that close there set aside. */
enum jw_line_end {
    /** A full stop, question or exclamation mark. */
    JW_END_SENTENCE,
    JW_END_ELLIPSIS,
    JW_END_COLON,
    JW_END_SEMICOLON,
    JW_END_COMMA,
    JW_END_OPEN,
    /** A closing bracket or quote without a stop. */
    JW_END_CLOSE,
    JW_END_HAN,
    JW_END_WORD,
    JW_END_DASH,
    JW_END_HYPHEN,
    JW_END_OTHER,
    JW_ENDS
};

/** How a line begins. */
enum jw_line_head {
    JW_HEAD_HAN,
    JW_HEAD_OPEN_QUOTE,
    JW_HEAD_OPEN_BRACKET,
    /** A mark that closes something or ends a clause: no paragraph begins so. */
    JW_HEAD_CLOSING,
    JW_HEAD_LOWER,
    JW_HEAD_WORD,
    JW_HEAD_DIGIT,
    JW_HEAD_DASH,
    JW_HEAD_BULLET,
    /** Number or letter of a list item. */
    JW_HEAD_LIST,
    /** A question or an answer: "问：". */
    JW_HEAD_TURN,
    JW_HEAD_OTHER,
    JW_HEADS
};

enum jw_line_flags {
    /** "第2版", "下转第3版": a notice of the page, not of the text. */
    JW_LINE_PAGE = 1 << 0,
    /** Who wrote, took or edited it. */
    JW_LINE_BYLINE = 1 << 1,
    /** Names a photographer or says that it is a picture. */
    JW_LINE_CAPTION = 1 << 2,
    /** A sentence ends inside. */
    JW_LINE_INNER_STOP = 1 << 3,
    /** A mark of a sentence or clause inside or at the end. */
    JW_LINE_PUNCTUATED = 1 << 4,
    /** Two or more gaps of two spaces, or a tab: a row of a table. */
    JW_LINE_ROW = 1 << 5,
    /** Han on both sides of a gap: two phrases of a heading. */
    JW_LINE_PHRASES = 1 << 6,
    /** A bracket is open at the end. */
    JW_LINE_BRACKET_OPEN = 1 << 7,
    /** A quotation is open at the end. */
    JW_LINE_QUOTE_OPEN = 1 << 8,
    /** A bracket closes that was opened on an earlier line. */
    JW_LINE_BRACKET_CLOSES = 1 << 9,
    JW_LINE_QUOTE_CLOSES = 1 << 10,
    /** The last or first character belongs to a number. */
    JW_LINE_TAIL_DIGIT = 1 << 12,
    JW_LINE_HEAD_DIGIT = 1 << 13,
    /** The text is one thing printed twice. */
    JW_LINE_TWICE = 1 << 11,
    /** Begins with the number of a note. */
    JW_LINE_NOTE = 1 << 14,
    /** Indented by two ideographic spaces or more. */
    JW_LINE_IDEOGRAPHIC = 1 << 15,
    /** Between blank lines, all of one length, each with a mark at its end. */
    JW_LINE_VERSE = 1 << 16,
    /** One of many lines of one character: a column of vertical text. */
    JW_LINE_STACKED = 1 << 17,
    /** A comma or semicolon inside or at the end. */
    JW_LINE_COMMA = 1 << 18,
    /** On a page whose lines all have blank lines between (spacing.h). */
    JW_LINE_APART = 1 << 19
};

struct jw_line {
    /** The line without the space at its ends. */
    size_t offset;
    uint32_t bytes;
    /** Bytes of white space before and behind the text. */
    uint32_t lead;
    uint32_t trail;
    /** Physical line, from 1. */
    uint32_t number;
    uint32_t cells;
    /** Characters of one cell. */
    uint32_t narrow;
    /** Han characters; letters of words; all that is not space. */
    uint32_t han;
    uint32_t letters;
    uint32_t marks;
    /** Half-width cells of the full line of its block; 0 when there is none. */
    uint32_t measure;
    uint32_t block;
    /** First and last code point. */
    uint32_t first;
    uint32_t last;
    /** Lines from the blank line above to the next one; 65535 at most. */
    uint16_t run;
    /** Which of them this is, from 0. */
    uint16_t place;
    /** Blank lines above; many are counted as 255. */
    uint8_t blanks;
    /** Cells of white space before the text; 255 at most. */
    uint8_t indent;
    /** Marks that a typesetter can set half as wide; 255 at most. */
    uint8_t squeeze;
    /** Marks at the end that may hang over it; 15 at most. */
    uint8_t hanging;
    /** Cells that the line above must lack for this one to have been broken off. */
    uint8_t head_cells;
    /** enum jw_line_head, enum jw_line_end. */
    uint8_t head;
    uint8_t end;
    uint32_t flags;
};

struct jw_pairs;

/** Reads a text line by line. */
struct jw_line_source {
    struct jw_str text;
    size_t at;
    uint32_t next_number;
    /** Where the next LF and CR are, when at or behind at. */
    size_t next_lf;
    size_t next_cr;
};

void jw_line_source_init(struct jw_line_source *src, struct jw_str text,
                         uint32_t first_line);

/**
 * Fill lines[] with the next lines that are not blank, at most room of them,
 * and note in pairs what stands side by side on them.
 * @return how many; 0 at the end of the text.
 */
size_t jw_lines_read(struct jw_line_source *src, struct jw_line *lines, size_t room,
                     struct jw_pairs *pairs);

/** The whole line as printed, white space and all. */
static inline struct jw_str jw_line_printed(struct jw_str text,
                                            const struct jw_line *line)
{
    return jw_str_of(text.p + line->offset - line->lead,
                     (size_t)line->lead + line->bytes + line->trail);
}

static inline struct jw_str jw_line_text(struct jw_str text, const struct jw_line *line)
{
    return jw_str_of(text.p + line->offset, line->bytes);
}

#endif
