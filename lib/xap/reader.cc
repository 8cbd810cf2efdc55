#include <memory>
#include <string>
#include <xapian.h>

#include "guard.hh"
#include "jianwen/xap.h"

struct jw_xap_reader {
    Xapian::Database db;
    std::string scratch;
};

struct jw_xap_postings {
    Xapian::PostingIterator at;
    Xapian::PostingIterator end;
};

jw_status jw_xap_reader_open(const char *path, jw_xap_reader **out,
                             jw_error *err) noexcept
{
    *out = nullptr;
    return jw::guard(err, [&] {
        auto r = std::make_unique<jw_xap_reader>();
        r->db = Xapian::Database(std::string(path));
        *out = r.release();
        return JW_OK;
    });
}

void jw_xap_reader_close(jw_xap_reader *r) noexcept
{
    (void)jw::guard(nullptr, [&] {
        delete r;
        return JW_OK;
    });
}

static std::string to_string(jw_str s)
{
    return s.n ? std::string(s.p, s.n) : std::string();
}

jw_status jw_xap_reader_info(jw_xap_reader *r, jw_xap_info *out, jw_error *err) noexcept
{
    *out = jw_xap_info();
    return jw::guard(err, [&] {
        out->n_docs = r->db.get_doccount();
        out->last_docid = r->db.get_lastdocid();
        out->total_length = r->db.get_total_length();
        out->revision = r->db.get_revision();
        return JW_OK;
    });
}

jw_status jw_xap_reader_data(jw_xap_reader *r, uint32_t docid, jw_buf *out,
                             jw_error *err) noexcept
{
    return jw::guard(err, [&] {
        // Lazily: whether the document exists shows when its data is read.
        Xapian::Document doc = r->db.get_document(docid, Xapian::DOC_ASSUME_VALID);
        const std::string data = doc.get_data();
        if (data.empty()) {
            return jw_fail(err, JW_ENOTFOUND, "document %u has no data", docid);
        }
        jw_buf_add(out, data.data(), data.size());
        return jw_buf_status(out);
    });
}

jw_status jw_xap_reader_meta(jw_xap_reader *r, jw_str key, jw_buf *out,
                             jw_error *err) noexcept
{
    return jw::guard(err, [&] {
        const std::string value = r->db.get_metadata(to_string(key));
        jw_buf_add(out, value.data(), value.size());
        return jw_buf_status(out);
    });
}

jw_status jw_xap_term_stats(jw_xap_reader *r, jw_str term, jw_xap_term_info *out,
                            jw_error *err) noexcept
{
    out->n_docs = 0;
    out->wdf_max = 0;
    if (term.n == 0) {
        return JW_OK; // to Xapian the empty term is in every document
    }
    return jw::guard(err, [&] {
        r->scratch.assign(term.p, term.n);
        out->n_docs = r->db.get_termfreq(r->scratch);
        out->wdf_max = out->n_docs ? r->db.get_wdf_upper_bound(r->scratch) : 0;
        return JW_OK;
    });
}

jw_status jw_xap_terms(jw_xap_reader *r, jw_str prefix, jw_xap_term_fn fn, void *arg,
                       jw_error *err) noexcept
{
    return jw::guard(err, [&] {
        const std::string p = to_string(prefix);
        const Xapian::TermIterator end = r->db.allterms_end(p);
        for (Xapian::TermIterator t = r->db.allterms_begin(p); t != end; ++t) {
            const std::string term = *t;
            if (!fn(jw_str_of(term.data(), term.size()), t.get_termfreq(), arg)) {
                break;
            }
        }
        return JW_OK;
    });
}

jw_status jw_xap_postings_open(jw_xap_reader *r, jw_str term, jw_xap_postings **out,
                               jw_error *err) noexcept
{
    *out = nullptr;
    if (term.n == 0) {
        return JW_OK;
    }
    return jw::guard(err, [&] {
        r->scratch.assign(term.p, term.n);
        auto p = std::make_unique<jw_xap_postings>();
        p->at = r->db.postlist_begin(r->scratch);
        p->end = r->db.postlist_end(r->scratch);
        if (p->at != p->end) {
            *out = p.release();
        }
        return JW_OK;
    });
}

void jw_xap_postings_close(jw_xap_postings *p) noexcept
{
    (void)jw::guard(nullptr, [&] {
        delete p;
        return JW_OK;
    });
}

jw_status jw_xap_postings_read(jw_xap_postings *p, uint32_t from, uint32_t *docids,
                               uint32_t *wdfs, size_t room, size_t *n,
                               jw_error *err) noexcept
{
    *n = 0;
    return jw::guard(err, [&] {
        size_t k = 0;
        if (from && p->at != p->end) {
            p->at.skip_to(from);
        }
        while (k < room && p->at != p->end) {
            docids[k] = *p->at;
            if (wdfs) {
                wdfs[k] = p->at.get_wdf();
            }
            k++;
            ++p->at;
        }
        *n = k;
        return JW_OK;
    });
}
