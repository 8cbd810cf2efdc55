#include "jianwen/article.h"

const char *jw_role_name(enum jw_role role)
{
    switch (role) {
    case JW_ROLE_BODY:
        return "body";
    case JW_ROLE_TITLE:
        return "title";
    case JW_ROLE_HEADING:
        return "heading";
    case JW_ROLE_CAPTION:
        return "caption";
    case JW_ROLE_BYLINE:
        return "byline";
    }
    return "body";
}
