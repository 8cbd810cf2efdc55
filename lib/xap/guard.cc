#include "guard.hh"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <xapian.h>

namespace jw
{

namespace
{

jw_status fail(jw_error *err, jw_status status, const Xapian::Error &e) noexcept
{
    const char *why = e.get_error_string();
    return jw_fail(err, status, "%s%s%s", e.get_msg().c_str(), why ? ": " : "",
                   why ? why : "");
}

// Xapian keeps the errno of a failed call as text only.
bool disk_is_full(const Xapian::Error &e) noexcept
{
    const char *why = e.get_error_string();
    return why && (std::strcmp(why, std::strerror(ENOSPC)) == 0 ||
                   std::strcmp(why, std::strerror(EDQUOT)) == 0);
}

} // namespace

// The order matters: Version and NotFound are kinds of Opening, Lock and
// Modified and Corrupt kinds of DatabaseError.
jw_status translate(jw_error *err) noexcept
{
    try {
        throw;
    } catch (const Xapian::DatabaseModifiedError &e) {
        return fail(err, JW_ESTALE, e);
    } catch (const Xapian::DatabaseLockError &e) {
        return fail(err, JW_ELOCKED, e);
    } catch (const Xapian::DatabaseVersionError &e) {
        return fail(err, JW_ECORRUPT, e);
    } catch (const Xapian::DatabaseCorruptError &e) {
        return fail(err, JW_ECORRUPT, e);
    } catch (const Xapian::DatabaseOpeningError &e) {
        return fail(err, JW_ENOTFOUND, e);
    } catch (const Xapian::DocNotFoundError &e) {
        return fail(err, JW_ENOTFOUND, e);
    } catch (const Xapian::InvalidArgumentError &e) {
        return fail(err, JW_EINVAL, e);
    } catch (const Xapian::RangeError &e) {
        return fail(err, JW_EINVAL, e);
    } catch (const Xapian::DatabaseError &e) {
        return fail(err, disk_is_full(e) ? JW_ENOSPC : JW_EIO, e);
    } catch (const Xapian::Error &e) {
        return fail(err, JW_EINTERNAL, e);
    } catch (const std::bad_alloc &) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    } catch (const std::exception &e) {
        return jw_fail(err, JW_EINTERNAL, "%s", e.what());
    } catch (...) {
        return jw_fail(err, JW_EINTERNAL, "unknown exception");
    }
}

} // namespace jw
