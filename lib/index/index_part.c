#include "index_part.h"

#include <stdlib.h>

void jw_written_count(struct jw_index_written *written, const struct jw_intake *intake)
{
    written->n_articles++;
    written->n_paragraphs += intake->n - 1;
    for (size_t i = 0; i < intake->n; i++) {
        written->text_bytes += intake->paragraphs[i].text.n;
    }
}

enum jw_status jw_index_writer_learn(struct jw_index_writer *w,
                                     const struct jw_str *texts, size_t n,
                                     struct jw_error *err)
{
    enum jw_status status = jw_bulk_learn(jw_writer_bulk(w), texts, n);
    return status == JW_OK ? JW_OK
                           : jw_fail(err, status, "cannot find a form for the texts: %s",
                                     jw_status_name(status));
}

enum jw_status jw_index_part_new(struct jw_index_writer *w, struct jw_index_part **out,
                                 struct jw_error *err)
{
    *out = NULL;
    if (!jw_index_writer_takes_parts(w)) {
        return jw_fail(err, JW_EINVAL, "this writer takes no parts");
    }
    struct jw_index_part *part = calloc(1, sizeof *part);
    if (!part) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    enum jw_status status = jw_bulk_part_new(jw_writer_bulk(w), &part->bulk, err);
    if (status != JW_OK) {
        jw_index_part_free(part);
        return status;
    }
    *out = part;
    return JW_OK;
}

void jw_index_part_free(struct jw_index_part *part)
{
    if (part) {
        jw_bulk_part_free(part->bulk);
        jw_intake_release(&part->intake);
        free(part);
    }
}

enum jw_status jw_index_part_put(struct jw_index_part *part,
                                 const struct jw_article *article, struct jw_error *err)
{
    struct jw_intake *in = &part->intake;
    enum jw_status status = jw_intake_arrange(in, article, err);
    if (status == JW_OK) {
        status = jw_bulk_part_add(part->bulk, &in->article, in->paragraphs, in->n,
                                  in->date, err);
    }
    if (status == JW_OK) {
        jw_written_count(&part->written, in);
    }
    part->failed |= status != JW_OK;
    return status;
}

enum jw_status jw_index_part_sort(struct jw_index_part *part, struct jw_error *err)
{
    enum jw_status status = jw_bulk_part_sort(part->bulk, err);
    part->failed |= status != JW_OK;
    return status;
}

enum jw_status jw_index_part_end(struct jw_index_part *part, struct jw_error *err)
{
    enum jw_status status = jw_bulk_part_end(part->bulk, err);
    part->failed |= status != JW_OK;
    return status;
}
