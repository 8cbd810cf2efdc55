/*
 * compiler.h - the only place where compiler extensions are named.
 *
 * Everything else is plain C11.  Headers in this folder also compile as
 * C++17, because the Xapian binding includes them.
 */
#ifndef JIANWEN_COMPILER_H
#define JIANWEN_COMPILER_H

#ifdef __cplusplus
#define JW_BEGIN_DECLS extern "C" {
#define JW_END_DECLS   }
#define JW_NOEXCEPT    noexcept
#else
#define JW_BEGIN_DECLS
#define JW_END_DECLS
#define JW_NOEXCEPT
#endif

#if defined(__GNUC__)
/** The result must be looked at. */
#define JW_MUST_CHECK __attribute__((warn_unused_result))
/** Argument fmt is a printf format, its values start at argument first. */
#define JW_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
/** What is declared between is visible outside a library that hides its symbols. */
#define JW_EXPORT_BEGIN _Pragma("GCC visibility push(default)")
#define JW_EXPORT_END   _Pragma("GCC visibility pop")
/** Branch hints, for the two or three hottest loops only. */
#define JW_LIKELY(x)   __builtin_expect(!!(x), 1)
#define JW_UNLIKELY(x) __builtin_expect(!!(x), 0)
/** The byte at p is read soon; p may be any address. */
#define JW_PREFETCH(p) __builtin_prefetch(p)
/** Worth inlining even where the compiler's own estimate says no. */
#define JW_INLINE static inline __attribute__((always_inline))
#else
#define JW_MUST_CHECK
#define JW_PRINTF(fmt, first)
#define JW_EXPORT_BEGIN
#define JW_EXPORT_END
#define JW_LIKELY(x)   (x)
#define JW_UNLIKELY(x) (x)
#define JW_PREFETCH(p) ((void)(p))
#define JW_INLINE      static inline
#endif

#endif
