/*
 * route.h - from a request to an answer.
 *
 * Two steps, so that cheap answers need no worker: jw_prepare() reads the
 * request, finds its route, checks its parameters and answers all that needs
 * no index: problems, health, what the client or the cache has already.
 * jw_perform() does the rest with a worker's session.
 */
#ifndef JW_SERVER_ROUTE_H
#define JW_SERVER_ROUTE_H

#include "call.h"
#include "params.h"
#include "request.h"
#include "server.h"
#include "session.h"

/** What a route may need and say. */
enum jw_route_flags {
    /** Needs a worker and its session. */
    JW_ROUTE_INDEX = 1 << 0,
    /** The same request gives the same answer as long as the index is the same:
     *  has an entity tag, is kept in the cache. */
    JW_ROUTE_STATE = 1 << 1,
    /** Probes: logged at debug only, answered under any load. */
    JW_ROUTE_PROBE = 1 << 2,
    /** A page or a part of one: its query part is for the script in the page and is not
     *  read here; /openapi.json leaves it out. */
    JW_ROUTE_PAGE = 1 << 3,
    /** Holds nothing of the archive: never takes a token. */
    JW_ROUTE_OPEN = 1 << 4
};

struct jw_route {
    /** Short name, for the log and the metrics. */
    const char *name;
    /** The path; one that ends in '/' and is longer than it takes an id behind it. */
    const char *path;
    /** What must stand behind the id, as it is ('/' not as %2F); NULL for nothing. */
    const char *suffix;
    const struct jw_params *params;
    unsigned flags;
    /** The scope it takes when reading takes a token; 0: see jw_route_scope(). */
    unsigned scope;
    /** web/schemas.json describes the answer under the route's name. */
    bool answer_schema;
    /** For jw_answer_fixed(). */
    enum jw_fixed_name fixed;
    /** Content-Type, Content-Security-Policy (NULL for none) of its 200. */
    const char *type;
    const char *content_security_policy;
    /** Last check of the parameters; may be NULL. */
    bool (*check)(struct jw_call *call, struct jw_problem *problem);
    /**
     * Fill response (status 200 is set).  @param session  NULL without JW_ROUTE_INDEX.
     * @return false with a problem instead.
     */
    bool (*run)(struct jw_server *server, struct jw_session *session,
                const struct jw_call *call, struct jw_response *response,
                struct jw_problem *problem);
    /** A sentence for /openapi.json. */
    const char *help;
};

#define JW_JSON_TYPE "application/json"

/**
 * The scope (enum jw_scope) that a route takes when reading takes a token: its own;
 * without one JW_SCOPE_SEARCH, unless it is marked as open or as a file of the page.
 *
 * @return 0 for a route that is open to all.
 */
unsigned jw_route_scope(const struct jw_route *route);

/** @return whether an id follows the route's path. */
bool jw_route_takes_id(const struct jw_route *route);

/** All routes; then one without a path, for what has none; then one without a name. */
extern const struct jw_route jw_routes[];

enum jw_next {
    JW_ANSWERED,
    JW_NEEDS_SESSION
};

/**
 * First step.
 *
 * @param call      initialised or cleared; holds what jw_perform() needs.  request
 *                  must live as long.
 * @param response  initialised; filled when JW_ANSWERED is returned.
 */
enum jw_next jw_prepare(struct jw_server *server, const struct jw_request *request,
                        struct jw_call *call, struct jw_response *response);

/** Second step, on the thread that owns session. */
void jw_perform(struct jw_server *server, struct jw_session *session,
                struct jw_call *call, struct jw_response *response);

/** Both steps; for tests and fuzzers. */
void jw_handle(struct jw_server *server, struct jw_session *session,
               const struct jw_request *request, struct jw_call *call,
               struct jw_response *response);

/* The routes' own functions: answer_*.c. */
bool jw_answer_search(struct jw_server *server, struct jw_session *session,
                      const struct jw_call *call, struct jw_response *response,
                      struct jw_problem *problem);
bool jw_answer_article(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem);
bool jw_answer_related(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem);
bool jw_answer_suggest(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem);
bool jw_answer_analyze(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem);
bool jw_answer_stats(struct jw_server *server, struct jw_session *session,
                     const struct jw_call *call, struct jw_response *response,
                     struct jw_problem *problem);
bool jw_answer_health(struct jw_server *server, struct jw_session *session,
                      const struct jw_call *call, struct jw_response *response,
                      struct jw_problem *problem);
bool jw_answer_ready(struct jw_server *server, struct jw_session *session,
                     const struct jw_call *call, struct jw_response *response,
                     struct jw_problem *problem);
bool jw_answer_fixed(struct jw_server *server, struct jw_session *session,
                     const struct jw_call *call, struct jw_response *response,
                     struct jw_problem *problem);
bool jw_answer_metrics(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem);

#endif
