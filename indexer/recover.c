#include "recover.h"

enum jw_status jw_recover_article(struct jw_str text, uint32_t first_line,
                                  struct jw_arena *arena, struct jw_article *article,
                                  size_t *doubles, struct jw_error *err)
{
    struct jw_paragraph_options options = {first_line, false};
    struct jw_recovery found;
    enum jw_status status = jw_paragraphs_recover(text, &options, arena, &found, err);
    if (status != JW_OK) {
        return status;
    }
    article->paragraphs = found.paragraphs;
    article->n_paragraphs = found.n_paragraphs;
    if (article->title.n == 0 && found.title != JW_NO_TITLE) {
        article->title = found.paragraphs[found.title].text;
    }
    if (doubles) {
        *doubles = found.n_doubles;
    }
    return JW_OK;
}
