/*
 * schema.h - what stands where in an index.
 *
 * An index is a folder:
 *
 *     CURRENT            which segments there are, renamed into place
 *     LOCK               held by the one writer
 *     base-000001/       a Xapian database, never changed once it is named
 *     delta-000002/      a Xapian database that add, import and delete change
 *     <segment>/in-use   each reader holds a shared lock on it
 *     watch-<hash>       which files of one folder a watcher has taken; written with
 *                        LOCK held, removed before a build is named in CURRENT
 *
 * A segment holds articles.  An article is a row of Xapian documents with
 * numbers that follow each other: first the title (which may be empty), then
 * its paragraphs; so the document of paragraph n is the article's first one
 * plus n.
 *
 *   terms of a document
 *     齿轮, covid, 3.5 ...  the tokens of its text, folded (tokenizer.h)
 *     Q<id>                 on an article's first document only
 *     H                     on each heading
 *     N<n-gram>             in a base written in one go: 3 to 8 characters that
 *                           follow each other, where they are frequent
 *     Where a paragraph may go on in another one, its document has the terms
 *     across the break, too (overlap.h).
 *     \xFF<pair>            in a base written in one go: the champion list of a pair
 *                           of characters
 *   Folded text has no capital letters and no such byte, so they cannot meet.
 *
 *   The number that Xapian keeps with a posting, the within-document frequency, is how
 *   often the term stands there; of a pair of characters it also tells what stands
 *   around it (signature.h).
 *
 *   Frequent n-grams
 *     A base is made of stretches of documents.  Where an n-gram of pairs stands
 *     in many documents of a stretch, all of them there have its term; where it
 *     does not, none has.  So a stretch with a posting has them all, and what is
 *     left to be looked for in texts are few documents of each other one.
 *
 *   Champion lists
 *     Of a pair that stands in many documents of a base those that come first are
 *     kept as a list of their own, JW_CHAMPIONS of them: where it stands most often,
 *     of these the newest, of these the first.  Their postings have the same numbers.
 *     A pair that stands more than JW_CHAMPION_MOST times in any document has none.
 *
 *   data of a document
 *     first document of an article   its record (record.h): facts, the table
 *                                    of paragraphs, their printed lines
 *                                    (printed.h), the first block of text
 *     first document of a block      a later block of a long article's text
 *     any other                      none
 *
 *   metadata of a segment
 *     schema        JW_SCHEMA_VERSION, decimal
 *     fingerprint   jw_text_fingerprint() of the text analysis
 *     counts        struct jw_counts, LEB128 numbers
 *     chars         document frequency of each character (chars.h)
 *     table.<k>     rows k * JW_TABLE_CHUNK ... of the article table (table.h)
 *     names.<f>     the distinct values of source, section, page, author
 *     text.form     in a base written in one go: the symbols that its texts
 *                   are stored in (text_form.h)
 *     stretches     in a base written in one go: how many documents each of its
 *                   stretches has, LEB128 numbers
 *     dead.<n>      in a delta: articles of segment n that are no more
 *
 * Positions and single characters are not indexed: a phrase is looked for in
 * the stored text, and one character is the prefix of its bigrams.
 */
#ifndef JIANWEN_SCHEMA_H
#define JIANWEN_SCHEMA_H

/** Raise it when an older program could not read the index. */
#define JW_SCHEMA_VERSION "7"

/** Begins the names of the files in which watchers remember what they have taken. */
#define JW_WATCH_PREFIX "watch-"

#define JW_META_SCHEMA      "schema"
#define JW_META_FINGERPRINT "fingerprint"
#define JW_META_COUNTS      "counts"
#define JW_META_CHARS       "chars"
#define JW_META_TABLE       "table."
#define JW_META_NAMES       "names."
#define JW_META_TEXT_FORM   "text.form"
#define JW_META_STRETCHES   "stretches"
#define JW_META_DEAD        "dead."

/** Before an article's id in its term. */
#define JW_TERM_ID 'Q'
/** The term of every heading. */
#define JW_TERM_HEADING 'H'
/** Before the characters of a frequent n-gram. */
#define JW_TERM_NGRAM 'N'
/** Before a pair in the term of its champion list. */
#define JW_TERM_CHAMPIONS 0xFF

enum {
    /** Longest id, in bytes: the term limit without its prefix. */
    JW_ID_MAX_BYTES = 244,
    /** Longest title, source, section, page, author or url, in bytes. */
    JW_FIELD_MAX_BYTES = 4096,
    /** Longest paragraph, in bytes. */
    JW_PARAGRAPH_MAX_BYTES = 16 * 1024 * 1024,
    /** Most paragraphs an article may have. */
    JW_PARAGRAPHS_MAX = 1000000,
    /** Rows of the article table that are stored under one key. */
    JW_TABLE_CHUNK = 512,
    /** Text of an article beyond this is stored in blocks of about this, in bytes. */
    JW_BLOCK_BYTES = 4 * 1024,
    /** Characters of an n-gram that becomes a term: two are a pair. */
    JW_NGRAM_MIN_CHARS = 3,
    JW_NGRAM_MAX_CHARS = 8,
    /** What its term counts in a document: how often again the pair of it stands there
     *  that stands there most often; the greatest number is for more, too. */
    JW_NGRAM_AGAIN_MAX = 3,
    /** A trigram is frequent in a stretch of n documents when n / JW_TRIGRAM_LEAST_SHARE
     *  of them hold it, a longer n-gram from n / JW_NGRAM_LEAST_SHARE on, and neither
     *  when fewer than JW_NGRAM_LEAST_DOCS do.  docs/glass.md has what this costs
     *  and spares. */
    JW_TRIGRAM_LEAST_SHARE = 500,
    JW_NGRAM_LEAST_SHARE = 400,
    JW_NGRAM_LEAST_DOCS = 32,
    /** A pair has a champion list when so many documents hold it. */
    JW_CHAMPION_LEAST_DOCS = 512,
    /** Documents of a champion list. */
    JW_CHAMPIONS = 32,
    /** A pair that stands more often in any document has none: up to here BM25 grows from
     *  count to count by more than a float may lose. */
    JW_CHAMPION_MOST = 255
};

#endif
