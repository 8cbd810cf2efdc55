// guard.hh - the only try and catch of the project.
//
// Every entry point of the binding is one `return jw::guard(err, [&] {...});`.
#ifndef JW_XAP_GUARD_HH
#define JW_XAP_GUARD_HH

#include <utility>

#include "jianwen/status.h"

namespace jw
{

// Turn the exception in flight into a status and a message; rethrows it inside.
jw_status translate(jw_error *err) noexcept;

// Run body(), which returns a status.  Nothing is thrown from here.
template <class Body> jw_status guard(jw_error *err, Body &&body) noexcept
{
    try {
        return std::forward<Body>(body)();
    } catch (...) {
        return translate(err);
    }
}

} // namespace jw

#endif
