#include <cstdlib>
#include <memory>
#include <string>
#include <xapian.h>

#include "guard.hh"
#include "jianwen/file.h"
#include "jianwen/xap.h"

struct jw_xap_writer {
    std::string path;
    Xapian::WritableDatabase db;
    bool in_transaction = false;
    bool is_static = false;
    // The first failure that made Xapian drop the transaction's changes.
    jw_status broken = JW_OK;
};

namespace
{

std::string to_string(jw_str s)
{
    return s.n ? std::string(s.p, s.n) : std::string();
}

int flags_of(jw_xap_open_mode mode)
{
    switch (mode) {
    case JW_XAP_CREATE:
        return Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS;
    case JW_XAP_CREATE_STATIC:
        return Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_TERMLIST;
    case JW_XAP_OPEN:
        break;
    }
    return Xapian::DB_OPEN;
}

// How long glass makes a term or metadata key: it writes a NUL as two bytes.
bool fits(jw_str s)
{
    size_t n = s.n;
    for (size_t i = 0; i < s.n && n <= JW_XAP_TERM_MAX_BYTES; i++) {
        n += s.p[i] == 0;
    }
    return s.n > 0 && n <= JW_XAP_TERM_MAX_BYTES;
}

// A transaction keeps Xapian from committing by itself: within one, its
// flush threshold writes blocks out but starts no new revision.
void begin(jw_xap_writer *w)
{
    if (!w->in_transaction) {
        w->db.begin_transaction(true);
        w->in_transaction = true;
    }
}

// Run one change.  Xapian answers a failure in it by cancelling all changes
// since the last commit, so that nothing may follow it.
template <class Body> jw_status change(jw_xap_writer *w, jw_error *err, Body &&body)
{
    if (w->broken != JW_OK) {
        return jw_fail(err, w->broken, "an earlier change to %s failed", w->path.c_str());
    }
    w->broken = jw::guard(err, [&] {
        begin(w);
        return body();
    });
    return w->broken;
}

} // namespace

jw_status jw_xap_writer_open(const char *path, jw_xap_open_mode mode, jw_xap_writer **out,
                             jw_error *err) noexcept
{
    *out = nullptr;
    // How many documents Xapian gathers before it writes their postings out.
    // Its default of 10,000 is a third slower: the tree no longer fits a cache.
    // Once only: setenv() and getenv() of two threads must not meet.
    static const int said_once = setenv("XAPIAN_FLUSH_THRESHOLD", "1000", 0);
    (void)said_once;
    return jw::guard(err, [&] {
        auto w = std::make_unique<jw_xap_writer>();
        w->path = path;
        w->db = Xapian::WritableDatabase(w->path, flags_of(mode));
        w->is_static = mode == JW_XAP_CREATE_STATIC;
        *out = w.release();
        return JW_OK;
    });
}

void jw_xap_writer_close(jw_xap_writer *w) noexcept
{
    if (!w) {
        return;
    }
    // Closing is not allowed to fail; what was committed is on disk already.
    (void)jw::guard(nullptr, [&] {
        if (w->in_transaction) {
            w->db.cancel_transaction();
        }
        w->db.close();
        return JW_OK;
    });
    (void)jw::guard(nullptr, [&] {
        delete w;
        return JW_OK;
    });
}

jw_status jw_xap_writer_add(jw_xap_writer *w, const jw_xap_term *terms, size_t n_terms,
                            jw_str data, uint32_t *docid, jw_error *err) noexcept
{
    for (size_t i = 0; i < n_terms; i++) {
        if (!fits(terms[i].term)) {
            return jw_fail(err, JW_EINVAL, "a term has %zu bytes, not 1 to %d",
                           terms[i].term.n, JW_XAP_TERM_MAX_BYTES);
        }
    }
    return change(w, err, [&] {
        Xapian::Document doc;
        std::string term;
        for (size_t i = 0; i < n_terms; i++) {
            term.assign(terms[i].term.p, terms[i].term.n);
            doc.add_term(term, terms[i].wdf);
        }
        if (data.n) {
            doc.set_data(to_string(data));
        }
        Xapian::docid id = w->db.add_document(doc);
        if (docid) {
            *docid = id;
        }
        return JW_OK;
    });
}

// Whether there is a document: asked first, since deleting what is not there
// would cost all other changes.
static jw_status look_for(jw_xap_writer *w, uint32_t docid, jw_error *err)
{
    return jw::guard(err, [&] {
        (void)w->db.get_doclength(static_cast<Xapian::docid>(docid));
        return JW_OK;
    });
}

jw_status jw_xap_writer_delete(jw_xap_writer *w, uint32_t docid, jw_error *err) noexcept
{
    if (w->is_static) {
        return jw_fail(err, JW_EINVAL, "documents of %s stay for ever", w->path.c_str());
    }
    jw_status status = w->broken == JW_OK ? look_for(w, docid, err) : JW_OK;
    if (status == JW_ENOTFOUND || status == JW_EINVAL) {
        return JW_ENOTFOUND;
    }
    return change(w, err, [&] {
        w->db.delete_document(static_cast<Xapian::docid>(docid));
        return JW_OK;
    });
}

jw_status jw_xap_writer_set_meta(jw_xap_writer *w, jw_str key, jw_str value,
                                 jw_error *err) noexcept
{
    if (!fits(key)) {
        return jw_fail(err, JW_EINVAL, "a metadata key has %zu bytes, not 1 to %d", key.n,
                       JW_XAP_TERM_MAX_BYTES);
    }
    return change(w, err, [&] {
        w->db.set_metadata(to_string(key), to_string(value));
        return JW_OK;
    });
}

jw_status jw_xap_writer_commit(jw_xap_writer *w, jw_error *err) noexcept
{
    return change(w, err, [&] {
        w->in_transaction = false;
        w->db.commit_transaction();
        return jw_dir_sync(w->path.c_str(), err);
    });
}

jw_status jw_xap_check(const char *path, jw_buf *report, size_t *n_faults,
                       jw_error *err) noexcept
{
    *n_faults = 0;
    return jw::guard(err, [&] {
        // The stream is for details that nobody reads; faults are counted.
        *n_faults = Xapian::Database::check(std::string(path), 0, nullptr);
        if (*n_faults) {
            jw_buf_printf(report, "%s: %zu faults found by Xapian's own check\n", path,
                          *n_faults);
        }
        return jw_buf_status(report);
    });
}

const char *jw_xap_version(void) noexcept
{
    return Xapian::version_string();
}
