/*
 * healthcheck.h - ask a running server how it is: for HEALTHCHECK in containers,
 * where no other HTTP client may be there.
 */
#ifndef JW_SERVER_HEALTHCHECK_H
#define JW_SERVER_HEALTHCHECK_H

#include "settings.h"

/**
 * Ask /healthz of the server that listens where settings->listen says; at an
 * address that stands for all of them, by loopback.
 *
 * @return JW_OK for 200 within three seconds; JW_EIO with a message otherwise.
 */
JW_MUST_CHECK enum jw_status jw_healthcheck(const struct jw_server_settings *settings,
                                            struct jw_error *err);

#endif
