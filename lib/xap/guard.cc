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
bool failed_with(const Xapian::Error &e, int errnum) noexcept
{
    const char *why = e.get_error_string();
    return why && std::strcmp(why, std::strerror(errnum)) == 0;
}

// What a failed call of the system means; without one the files are not what
// they should be (a block behind the end of its file, say).
jw_status status_of_call(const Xapian::Error &e, jw_status without_call) noexcept
{
    if (!e.get_error_string()) {
        return without_call;
    }
    if (failed_with(e, ENOSPC) || failed_with(e, EDQUOT) || failed_with(e, EFBIG)) {
        return JW_ENOSPC;
    }
    return failed_with(e, ENOENT) ? JW_ENOTFOUND : JW_EIO;
}

} // namespace

// The order matters: Version and NotFound are kinds of Opening; Lock, Modified,
// Corrupt, Create and Opening kinds of DatabaseError.
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
    } catch (const Xapian::DatabaseNotFoundError &e) {
        return fail(err, JW_ENOTFOUND, e);
    } catch (const Xapian::DatabaseOpeningError &e) {
        return fail(err, status_of_call(e, JW_ECORRUPT), e);
    } catch (const Xapian::DatabaseCreateError &e) {
        return fail(err, status_of_call(e, JW_EINVAL), e);
    } catch (const Xapian::DocNotFoundError &e) {
        return fail(err, JW_ENOTFOUND, e);
    } catch (const Xapian::InvalidArgumentError &e) {
        return fail(err, JW_EINVAL, e);
    } catch (const Xapian::RangeError &e) {
        return fail(err, JW_EINVAL, e);
    } catch (const Xapian::DatabaseError &e) {
        return fail(err, status_of_call(e, JW_ECORRUPT), e);
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
