#include "mark.h"

#include <stddef.h>

#include "edge.h"
#include "glyph.h"
#include "jianwen/utf8.h"

/* A walk over a line: what is left of it. */
static uint32_t peek(struct jw_str s)
{
    if (s.n == 0) {
        return 0;
    }
    const unsigned char *p = (const unsigned char *)s.p;
    return jw_utf8_next(&p, p + s.n);
}

static struct jw_str skip_one(struct jw_str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    const unsigned char *end = p + s.n;
    jw_utf8_next(&p, end);
    return jw_str_of((const char *)p, (size_t)(end - p));
}

static bool skip(struct jw_str *s, const char *phrase)
{
    size_t n = 0;
    for (; phrase[n]; n++) {
        if (n == s->n || s->p[n] != phrase[n]) {
            return false;
        }
    }
    *s = jw_str_slice(*s, n, s->n);
    return true;
}

static bool skip_any(struct jw_str *s, const char *const *phrases)
{
    for (size_t i = 0; phrases[i]; i++) {
        if (skip(s, phrases[i])) {
            return true;
        }
    }
    return false;
}

static size_t skip_spaces(struct jw_str *s)
{
    size_t n = 0;
    while (s->n && jw_glyph_of(peek(*s)).cls == JW_GLYPH_SPACE) {
        *s = skip_one(*s);
        n++;
    }
    return n;
}

static bool ends_with(struct jw_str s, const char *phrase)
{
    struct jw_str want = jw_str_c(phrase);
    return s.n >= want.n && memcmp(s.p + s.n - want.n, want.p, want.n) == 0;
}

/* Brackets, bullets, dashes and spaces around the words of a notice. */
static bool is_trim(uint32_t cp)
{
    switch ((enum jw_glyph_class)jw_glyph_of(cp).cls) {
    case JW_GLYPH_SPACE:
    case JW_GLYPH_OPEN_BRACKET:
    case JW_GLYPH_CLOSE_BRACKET:
    case JW_GLYPH_BULLET:
    case JW_GLYPH_DASH:
    case JW_GLYPH_HYPHEN:
    case JW_GLYPH_ZERO:
        return true;
    case JW_GLYPH_OTHER:
        return cp == 0x00B7 || cp == 0x30FB || cp == '<' || cp == '>' || cp == '|' ||
               (cp >= 0x2190 && cp <= 0x21FF);
    case JW_GLYPH_HAN:
    case JW_GLYPH_LETTER:
    case JW_GLYPH_DIGIT:
    case JW_GLYPH_OPEN_QUOTE:
    case JW_GLYPH_CLOSE_QUOTE:
    case JW_GLYPH_NEUTRAL_QUOTE:
    case JW_GLYPH_STOP:
    case JW_GLYPH_DOT:
    case JW_GLYPH_ELLIPSIS:
    case JW_GLYPH_COMMA:
    case JW_GLYPH_SEMICOLON:
    case JW_GLYPH_COLON:
    case JW_GLYPH_SOFT_HYPHEN:
    case JW_GLYPH_UNIT:
        return false;
    }
    return false;
}

static struct jw_str trim_start(struct jw_str s)
{
    while (s.n && is_trim(peek(s))) {
        s = skip_one(s);
    }
    return s;
}

static struct jw_str trim(struct jw_str s)
{
    s = trim_start(s);
    const unsigned char *start = (const unsigned char *)s.p;
    const unsigned char *end = start + s.n;
    while (end > start) {
        const unsigned char *before = end;
        if (!is_trim(jw_step_back(start, &before))) {
            break;
        }
        end = before;
    }
    return jw_str_of(s.p, (size_t)(end - start));
}

/* The first Han characters of the phrases below: few lines begin with one. */
static bool may_lead(uint32_t cp)
{
    switch (cp) {
    case 0x4E0A: /* 上接 上图 */
    case 0x4E0B: /* 下转 下图 */
    case 0x4E2D: /* 中新社 */
    case 0x4E3B: /* 主编 */
    case 0x4EBA: /* 人民网 */
    case 0x4F5C: /* 作者 */
    case 0x503C: /* 值班主任 */
    case 0x5236: /* 制图 */
    case 0x53F3: /* 右图 */
    case 0x56FE: /* 图为 */
    case 0x5B9E: /* 实习生 */
    case 0x5BA1: /* 审核 */
    case 0x5DE6: /* 左图 */
    case 0x6267: /* 执行主编 */
    case 0x63A5: /* 接 */
    case 0x6444: /* 摄影 */
    case 0x64B0: /* 撰文 撰稿 */
    case 0x6574: /* 整理 */
    case 0x6587: /* 文 */
    case 0x65B0: /* 新华社 */
    case 0x672C: /* 本报 本刊 本网 本版 */
    case 0x6821: /* 校对 */
    case 0x7248: /* 版式设计 */
    case 0x7279: /* 特约 特派记者 */
    case 0x7B2C: /* 第 */
    case 0x7D27: /* 紧接 */
    case 0x7F16: /* 编辑 编审 */
    case 0x7F8E: /* 美编 */
    case 0x89C1: /* 见 见习 */
    case 0x8BB0: /* 记者 */
    case 0x8BC4: /* 评论员 */
    case 0x8BD1: /* 译者 */
    case 0x8BE6: /* 详见 */
    case 0x8D23: /* 责任编辑 责编 */
    case 0x8F6C: /* 转 */
    case 0x901A: /* 通讯员 */
    case 0x57F7: /* 執行主編 */
    case 0x5716: /* 圖為 */
    case 0x5BE6: /* 實習 */
    case 0x5BE9: /* 審核 */
    case 0x651D: /* 攝影 */
    case 0x7DCA: /* 緊接 */
    case 0x7DE8: /* 編輯 編審 */
    case 0x88FD: /* 製圖 */
    case 0x898B: /* 見 見習 */
    case 0x8A18: /* 記者 */
    case 0x8A55: /* 評論員 */
    case 0x8A73: /* 詳見 */
    case 0x8B6F: /* 譯者 */
    case 0x8CAC: /* 責任編輯 */
    case 0x8F49: /* 轉 */
        return true;
    default:
        return false;
    }
}

/* The last Han characters of the credits below: 摄 图 片 发, 攝 圖 發. */
static bool may_tail(uint32_t cp)
{
    return cp == 0x6444 || cp == 0x56FE || cp == 0x7247 || cp == 0x53D1 || cp == 0x651D ||
           cp == 0x5716 || cp == 0x767C;
}

static bool is_numeral(uint32_t cp)
{
    static const uint32_t han[] = {0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94,
                                   0x516D, 0x4E03, 0x516B, 0x4E5D, 0x5341, 0x767E};
    if (jw_glyph_of(cp).cls == JW_GLYPH_DIGIT) {
        return true;
    }
    for (size_t i = 0; i < sizeof han / sizeof han[0]; i++) {
        if (cp == han[i]) {
            return true;
        }
    }
    return false;
}

static size_t skip_numerals(struct jw_str *s, size_t max)
{
    size_t n = 0;
    while (n < max && s->n && is_numeral(peek(*s))) {
        *s = skip_one(*s);
        n++;
    }
    return n;
}

/* "第2版", "A02版", "2版": moves behind it. */
static bool skip_page_number(struct jw_str *s)
{
    struct jw_str t = *s;
    bool ordinal = skip(&t, "第");
    skip_spaces(&t);
    uint32_t letter = peek(t);
    if ((letter >= 'A' && letter <= 'H') || (letter >= 0xFF21 && letter <= 0xFF28)) {
        t = skip_one(t);
    }
    if (skip_numerals(&t, 4) == 0) {
        return false;
    }
    skip_spaces(&t);
    if (!skip(&t, "版") && !(ordinal && skip(&t, "页"))) {
        return false;
    }
    *s = t;
    return true;
}

static size_t count_han(struct jw_str s)
{
    size_t n = 0;
    for (; s.n; s = skip_one(s)) {
        n += jw_glyph_of(peek(s)).cls == JW_GLYPH_HAN;
    }
    return n;
}

/* A page number alone, digits between dashes. */
static bool is_folio(struct jw_str bare, struct jw_str line)
{
    size_t n = 0;
    while (bare.n && jw_glyph_of(peek(bare)).cls == JW_GLYPH_DIGIT) {
        bare = skip_one(bare);
        n++;
    }
    return bare.n == 0 && n >= 1 && n <= 4 && line.n > n;
}

/* "第2版", "下转第3版", "（上接A1版）", "- 4 -". */
static bool is_page(struct jw_str s, struct jw_str line)
{
    static const char *const jumps[] = {"下转", "下轉", "上接", "转", "轉", "接", "紧接",
                                        "緊接", "详见", "詳見", "见", "見", NULL};
    /* What may stand beside the number: a section's name, a date. */
    enum {
        LEFT_OVER_HAN = 8
    };
    if (is_folio(s, line)) {
        return true;
    }
    struct jw_str t = s;
    if (skip_any(&t, jumps) && (skip_spaces(&t), skip_page_number(&t))) {
        return count_han(t) <= LEFT_OVER_HAN;
    }
    t = s;
    if (skip_page_number(&t)) {
        struct jw_str after = t;
        return t.n == 0 || (skip_spaces(&after) && count_han(after) <= LEFT_OVER_HAN);
    }
    return false;
}

/* What a reporter says, "记者：……？", is no byline. */
static bool is_question(struct jw_str s)
{
    const unsigned char *end = (const unsigned char *)s.p + s.n;
    uint32_t cp = jw_step_back((const unsigned char *)s.p, &end);
    return jw_glyph_of(cp).cls == JW_GLYPH_STOP;
}

/* Behind "记者": a name, a stroke, a place, "报道". */
static bool is_report(struct jw_str s)
{
    static const char *const ends[] = {"报道", "報導", "報道", NULL};
    bool stroke = false;
    bool report = false;
    for (struct jw_str t = s; t.n; t = skip_one(t)) {
        stroke = stroke || peek(t) == '/' || peek(t) == 0xFF0F;
    }
    for (size_t i = 0; ends[i]; i++) {
        report = report || ends_with(s, ends[i]);
    }
    return stroke && report && count_han(s) <= 16;
}

/* "本报记者 某某", "责任编辑：某某", "（记者 某某）". */
static bool is_byline(struct jw_str s, struct jw_str line)
{
    static const char *const houses[] = {
        "本报", "本刊", "本网", "新华社", "中新社", "人民网", "特约", "实习",
        "见习", "通讯", "本報", "新華社", "中央社", "實習",   "見習", NULL};
    static const char *const trades[] = {
        "责任编辑", "本版责编", "本版编辑", "责编", "美编",     "编辑",     "记者",
        "通讯员",   "作者",     "撰文",     "摄影", "编审",     "校对",     "制图",
        "整理",     "撰稿",     "译者",     "文",   "实习生",   "评论员",   "版式设计",
        "执行主编", "主编",     "值班主任", "审核", "特派记者", "責任編輯", "編輯",
        "記者",     "通訊員",   "攝影",     "編審", "校對",     "製圖",     "譯者",
        "評論員",   "主編",     "執行主編", "審核", "特派記者", NULL};
    bool bracketed = s.n < line.n && jw_glyph_of(peek(line)).cls == JW_GLYPH_OPEN_BRACKET;
    bool house = false;
    while (skip_any(&s, houses)) {
        house = true;
    }
    skip_spaces(&s);
    if (!skip_any(&s, trades)) {
        return false;
    }
    if (s.n == 0) {
        return house;
    }
    if (is_question(s) || is_report(s)) {
        return is_report(s);
    }
    uint32_t cp = peek(s);
    bool apart = jw_glyph_of(cp).cls == JW_GLYPH_SPACE ||
                 jw_glyph_of(cp).cls == JW_GLYPH_COLON || cp == '/' || cp == 0xFF0F;
    /* Names are short; a sentence that begins so is not. */
    return (apart || bracketed) && count_han(s) <= 24;
}

/* The credit of a picture: set apart by a space or a bracket, or after "记者". */
static bool is_credit(struct jw_str s, struct jw_str line)
{
    static const char *const credits[] = {"摄",       "供图",     "资料图", "资料图片",
                                          "资料照片", "新华社发", "攝",     "供圖",
                                          "資料圖片", "資料照片", NULL};
    static const char *const before[] = {" ", "\xE3\x80\x80", "（", "(", "/", "／", NULL};
    bool bracketed = ends_with(line, "）") || ends_with(line, ")");
    for (size_t i = 0; credits[i]; i++) {
        size_t n = jw_str_c(credits[i]).n;
        if (!ends_with(s, credits[i])) {
            continue;
        }
        struct jw_str rest = jw_str_slice(s, 0, s.n - n);
        for (size_t k = 0; before[k]; k++) {
            if (ends_with(rest, before[k])) {
                return true;
            }
        }
        return bracketed || rest.n == 0;
    }
    return false;
}

/* "图为……", "某某 摄", "（资料图片）". */
static bool is_caption(struct jw_str s, struct jw_str line)
{
    static const char *const heads[] = {"图为", "上图", "下图", "左图", "右图", "图：",
                                        "图①",  "图②",  "图③",  "图1",  "图2",  "图3",
                                        "圖為", "上圖", "下圖", "左圖", "右圖", NULL};
    struct jw_str t = s;
    return skip_any(&t, heads) || is_credit(s, line);
}

unsigned jw_mark_line(struct jw_str line)
{
    struct jw_str s = trim(line);
    if (s.n == 0) {
        return 0;
    }
    const unsigned char *end = (const unsigned char *)s.p + s.n;
    uint32_t lead = peek(s);
    uint32_t tail = jw_step_back((const unsigned char *)s.p, &end);
    bool leads = may_lead(lead);
    bool numbers = is_numeral(lead) || (lead >= 'A' && lead <= 'H') ||
                   (lead >= 0xFF21 && lead <= 0xFF28);
    unsigned kinds = 0;
    if ((leads || numbers) && is_page(s, line)) {
        kinds |= JW_MARK_PAGE;
    }
    if (leads && is_byline(s, line)) {
        kinds |= JW_MARK_BYLINE;
    }
    if ((leads || may_tail(tail)) && is_caption(s, line)) {
        kinds |= JW_MARK_CAPTION;
    }
    return kinds;
}

static bool skip_class(struct jw_str *s, enum jw_glyph_class cls)
{
    if (s->n == 0 || jw_glyph_of(peek(*s)).cls != cls) {
        return false;
    }
    *s = skip_one(*s);
    return true;
}

static bool is_ring(uint32_t cp)
{
    return cp >= 0x2460 && cp <= 0x249B;
}

/* "〔5〕", "[12]", "【3】"; "＠①", "※2". */
static bool is_note(struct jw_str s)
{
    uint32_t open = peek(s);
    if (open == 0xFF20 || open == '@' || open == 0x203B) {
        s = skip_one(s);
        return s.n && (is_ring(peek(s)) || is_numeral(peek(s)));
    }
    if (open != '[' && open != 0x3014 && open != 0xFF3B && open != 0x3010) {
        return false;
    }
    s = skip_one(s);
    return skip_numerals(&s, 3) > 0 && (skip_spaces(&s), true) &&
           skip_class(&s, JW_GLYPH_CLOSE_BRACKET);
}

enum jw_mark_head jw_mark_head_of(struct jw_str line)
{
    static const char *const turns[] = {"问：", "答：", "问:", "答:", "Q：",
                                        "Q:",   "A：",  "A:",  NULL};
    struct jw_str s = line;
    uint32_t cp = peek(s);
    if (jw_glyph_of(cp).cls == JW_GLYPH_HAN && cp != 0x95EE && cp != 0x7B54 &&
        !is_numeral(cp)) {
        return JW_MARK_NONE;
    }
    if (is_note(s)) {
        return JW_MARK_NOTE;
    }
    if (skip_any(&s, turns)) {
        return JW_MARK_TURN;
    }
    if (is_ring(cp)) {
        return JW_MARK_LIST;
    }
    s = line;
    if (skip_class(&s, JW_GLYPH_OPEN_BRACKET)) {
        return skip_numerals(&s, 3) && skip_class(&s, JW_GLYPH_CLOSE_BRACKET)
                   ? JW_MARK_LIST
                   : JW_MARK_NONE;
    }
    if (skip_numerals(&s, 3) == 0 || s.n == 0) {
        return JW_MARK_NONE;
    }
    cp = peek(s);
    struct jw_str after = skip_one(s);
    bool number_goes_on = after.n && jw_glyph_of(peek(after)).cls == JW_GLYPH_DIGIT;
    bool listed = cp == 0x3001 || cp == 0xFF0E || cp == '.' || cp == ')' || cp == 0xFF09;
    return listed && !number_goes_on ? JW_MARK_LIST : JW_MARK_NONE;
}
