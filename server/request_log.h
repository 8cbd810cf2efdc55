/*
 * request_log.h - what is written about a request: a line in the access log, and
 * one in the slow-query log when a search took long.
 */
#ifndef JW_SERVER_REQUEST_LOG_H
#define JW_SERVER_REQUEST_LOG_H

#include "call.h"
#include "server.h"

/**
 * Log an answer that is ready to be sent.  Probes that succeed are logged at
 * debug only.  Queries appear in the slow-query log alone, as setting query_log
 * wants them.
 *
 * @param took_us  microseconds from the whole head to the ready answer.
 */
void jw_request_log(struct jw_server *server, const struct jw_request *request,
                    const struct jw_call *call, const struct jw_response *response,
                    int64_t took_us);

#endif
